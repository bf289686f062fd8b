/** What `alluxioctl drift --json` prints, and what its table is made from. Fields are only ever added. */
export interface DriftReport {
  readonly stack: string;
  /** Name of the cluster; null where its state does not tell. */
  readonly cluster: string | null;
  readonly clusterId: string | null;
  readonly target: string | null;
  /** Something is not as the spec that was applied last has it. What could not be looked at does not count. */
  readonly drifted: boolean;
  /** The most serious first: what cannot be looked at, is missing, is not intended, is otherwise, waits for a restart. */
  readonly findings: readonly Finding[];
  /** What the spec has otherwise than when it was applied last: no drift, and the next `pulumi up` applies it. */
  readonly pending: readonly PendingChange[];
  /** What differs from the last `pulumi up` and is as the spec has it: the next `pulumi up` only writes it down. */
  readonly settled: readonly SettledDifference[];
  /** Why `pulumi up` would not begin: a refused loss, a mistake in the spec. Those of a finding stand there alone. */
  readonly blocked: readonly string[];
  readonly coverage: Coverage;
}

/**
 * `unreachable`: it could not be looked at. `missing`: it is not there. `unintended`: it is there, and the spec does not
 * have it. `changed`: it is there, and is otherwise. `restart pending`: it runs with an older configuration than is in its files.
 */
export const FINDING_KINDS = ["unreachable", "missing", "unintended", "changed", "restart pending"] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export interface Finding {
  readonly kind: FindingKind;
  /** What it is about, for people. @example "container worker-small-1", "worker blue4", "mount training on blue4" */
  readonly name: string;
  /** The bare-metal host that it is on; null on other targets. */
  readonly host: string | null;
  /** The Pulumi resources that tell of it, that which stands for the thing itself first. */
  readonly resources: readonly ResourceName[];
  /** Empty for what is missing as a whole, or could not be looked at. */
  readonly properties: readonly DriftProperty[];
  /** Why it could not be looked at; null otherwise. */
  readonly reason: string | null;
  /** What putting it right restarts, interrupts or loses, a sentence each. */
  readonly cost: readonly string[];
  /** Why `pulumi up` refuses to put it right, and what to do instead; null where it does not. */
  readonly refused: string | null;
  /** The command that puts it right, or looks again. */
  readonly remedy: string;
}

export interface ResourceName {
  /** Its logical name in the stack. @example "dev-worker-small-1" */
  readonly name: string;
  /** @example "docker:index/container:Container" */
  readonly type: string;
}

export interface DriftProperty {
  /** Logical name of the resource that it is a property of. */
  readonly resource: string;
  /** In Pulumi's notation. @example `workers["small-1"].capacityBytes` */
  readonly path: string;
  /** As it was applied last; null for what should not be there. Secrets are hidden. */
  readonly desired: unknown;
  /** As it was seen; null for what is not there. Secrets are hidden. */
  readonly observed: unknown;
}

export interface PendingChange extends ResourceName {
  readonly change: "create" | "delete" | "replace" | "update";
  /** Properties that the spec has otherwise. */
  readonly paths: readonly string[];
}

export interface SettledDifference extends ResourceName {
  /** Empty for what is gone as a whole. */
  readonly paths: readonly string[];
}

export interface Coverage {
  /** Resources that stand for something real. */
  readonly resources: number;
  /** Of them, those that were looked at. 0 where the look was broken off: what it had seen until then may be old. */
  readonly looked: number;
  /** Logical names of those that could not be. */
  readonly unreachable: readonly string[];
  /** All were looked at. */
  readonly complete: boolean;
  /** Why the look was broken off; null where it was not. */
  readonly brokenOff: string | null;
  /** What no look covers. */
  readonly notLookedAt: readonly string[];
}
