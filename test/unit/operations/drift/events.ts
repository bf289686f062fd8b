import { EngineEvents, type EngineRun } from "../../../../operations/drift/engineEvents";

/** Events of an engine, written by hand: a look at each resource, then what `up` would do with it. */
export interface Resource {
  readonly name: string;
  readonly type: string;
  /** As the last `up` declared it. */
  readonly inputs?: object;
  /** What the look saw otherwise than the inputs; null: it is gone. */
  readonly seen?: object | null;
  /** Paths in which what was seen differs. */
  readonly paths?: readonly string[];
  /** Why it could not be looked at. */
  readonly initErrors?: readonly string[];
  /** What `up` would do. @default "same" */
  readonly op?: string;
  /** Inputs that the program has otherwise by now. @default none */
  readonly now?: object;
  /** What `up` would change. @default what the look saw to differ */
  readonly changes?: readonly string[];
  /** @default true */
  readonly custom?: boolean;
  readonly outputs?: object;
}

export const urnOf = ({ name, type }: Pick<Resource, "name" | "type">): string =>
  `urn:pulumi:dev::alluxio::alluxio:docker:Cluster$${type}::${name}`;

export function eventsOf(resources: readonly Resource[]): object[] {
  return [
    ...resources.flatMap((resource) => [lookBegun(resource), lookEnded(resource)]),
    ...resources.map(planned),
  ].filter((event) => event !== undefined);
}

export function runOf(resources: readonly Resource[], { errors = [] as object[], succeeded = true } = {}): EngineRun {
  const events = new EngineEvents();
  for (const event of [...eventsOf(resources), ...errors]) events.line(JSON.stringify(event));
  return events.run(succeeded);
}

export const errorOf = (message: string, of?: Pick<Resource, "name" | "type">): object => ({
  diagnosticEvent: { ...(of ? { urn: urnOf(of) } : {}), prefix: "error: ", message, severity: "error" },
});

const stateOf = ({ custom = true, inputs = {}, outputs }: Resource, more: object = {}) => ({
  custom,
  inputs,
  outputs: outputs ?? inputs,
  ...more,
});

const metadataOf = (resource: Resource, paths: readonly string[] = []) => ({
  urn: urnOf(resource),
  type: resource.type,
  detailedDiff: Object.fromEntries(paths.map((path) => [path, { diffKind: "update", inputDiff: false }])),
});

const lookBegun = (resource: Resource) => {
  if (resource.op === "create" && resource.seen === undefined) return undefined;
  return { resourcePreEvent: { metadata: { ...metadataOf(resource), op: "refresh", old: stateOf(resource) } } };
};

const lookEnded = (resource: Resource) => {
  const { seen, paths, initErrors, inputs = {} } = resource;
  if (resource.op === "create" && seen === undefined) return undefined;
  const now =
    seen === null ? null : stateOf(resource, { ...(seen ? { outputs: { ...inputs, ...seen } } : {}), initErrors });
  return {
    resOutputsEvent: {
      metadata: { ...metadataOf(resource, paths), op: "refresh", old: stateOf(resource), new: now },
    },
  };
};

const planned = (resource: Resource) => {
  const { op = "same", seen, inputs = {}, now = {}, paths, changes = paths } = resource;
  const old = seen === null ? null : stateOf(resource, seen ? { outputs: { ...inputs, ...seen } } : {});
  return {
    resourcePreEvent: {
      metadata: {
        ...metadataOf(resource, changes),
        op,
        old: op === "create" ? null : old,
        new: stateOf(resource, { inputs: { ...inputs, ...now } }),
      },
    },
  };
};
