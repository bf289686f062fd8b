import type { Failure } from "./check";
import type { ResourceSchema } from "./schema";
import type { JsonObject } from "./values";

/** One resource type of a plugin: a schema and its effects. All values are unwrapped. */
export interface Resource {
  readonly schema: ResourceSchema;
  /** Rules over several properties; those of single ones stand in the schema. */
  readonly check?: (inputs: JsonObject) => readonly Failure[];
  /** Outputs of a create or update that has not happened yet; what is not known is UNKNOWN. */
  readonly foresee: (inputs: JsonObject, old?: JsonObject) => JsonObject;
  /** Outputs that must be secret when one of these inputs is: `{stdout: ["create", "stdin"]}`. */
  readonly derived?: Readonly<Record<string, readonly string[]>>;
  /** Throws, at preview already, when a change cannot be made in place. */
  readonly refuseUpdate?: (old: JsonObject, inputs: JsonObject) => void;
  create(inputs: JsonObject, call: Call): Promise<Created>;
  /** `undefined`: it is gone. Absent: there is nothing to look at, and the state stays as it is. */
  readonly read?: (id: string, state: JsonObject, inputs: JsonObject, call: Call) => Promise<JsonObject | undefined>;
  update(id: string, old: JsonObject, inputs: JsonObject, call: Call): Promise<JsonObject>;
  delete(id: string, state: JsonObject, call: Call): Promise<void>;
}

export interface Created {
  readonly id: string;
  readonly state: JsonObject;
}

/** What surrounds one operation. */
export interface Call {
  readonly urn: string;
  /** The logical name, the last part of the URN. */
  readonly name: string;
  /** `customTimeouts` of the program in seconds; absent = none given. */
  readonly timeoutSeconds?: number;
  /** Inputs (and outputs made from them) that are secret: their text must not reach the log. */
  readonly secrets: ReadonlySet<string>;
  /** Aborted when the user cancels, and when the engine is gone. */
  readonly signal: AbortSignal;
  /** A line in the user's log, under this resource. */
  readonly log: (severity: "info" | "warning", line: string) => void;
}

/** A plugin: its name and version as the engine asks for them, and what it can do. */
export interface Plugin {
  readonly name: string;
  /** The version of the official plugin that it stands in for. */
  readonly version: string;
  /** How it names itself in messages. */
  readonly who: string;
  readonly resources: readonly Resource[];
  readonly checkConfig: (config: JsonObject) => readonly Failure[];
  /** Called once before any operation, without the version that the SDK adds. */
  configure(config: JsonObject): Promise<void>;
}

/** The object exists, but is not fit: it goes into the state together with the reasons. */
export class InitFailure extends Error {
  constructor(
    readonly id: string,
    readonly state: JsonObject,
    readonly inputs: JsonObject,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join("; "));
  }
}
