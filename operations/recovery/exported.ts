/** A resource in what `pulumi stack export` prints, as far as it is read here. */
export interface Resource {
  readonly urn: string;
  readonly type: string;
  /** False for a component. */
  readonly custom?: boolean;
  readonly id?: string;
  /** It waits for its deletion, beside the one that has taken its place. */
  readonly delete?: boolean;
  readonly parent?: string;
  /** `<urn>::<id>` of its provider. */
  readonly provider?: string;
  /** URNs. */
  readonly dependencies?: readonly string[] | null;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export interface PendingOperation {
  readonly resource: Resource;
  /** `creating`, `updating`, `deleting`, `reading`, ... */
  readonly type: string;
}

export interface Exported {
  deployment?: {
    resources?: readonly Resource[] | null;
    pending_operations?: readonly PendingOperation[] | null;
  } | null;
}

export const PROVIDER = "pulumi:providers:alluxio";

/** The resource of a type of which a stack has one; not what waits for its deletion beside it. */
export const inForce = (resources: readonly Resource[], type: string): Resource | undefined =>
  resources.find((one) => one.type === type && one.delete !== true);
