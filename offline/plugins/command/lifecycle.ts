import { randomBytes } from "node:crypto";
import type { Call, Resource } from "../rpc/resource";
import type { ResourceSchema } from "../rpc/schema";
import { textMapOf, textOf, UNKNOWN, type JsonObject } from "../rpc/values";
import { OutputCollector, shownStreams, type Output } from "./output";

/** One run of a command line, local or remote. */
export interface Run {
  readonly line: string;
  readonly stdin: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Output of the run before, as PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR; best effort. */
  readonly previous: Readonly<Record<string, string>>;
  readonly inputs: JsonObject;
  readonly call: Call;
  readonly output: OutputCollector;
}

export type Runner = (run: Run) => Promise<Output>;

const SOURCES = ["create", "update", "stdin", "environment"] as const;

/** When which of `create`, `update` and `delete` runs; the same for local and remote commands. */
export function command(schema: ResourceSchema, run: Runner): Resource {
  const execute = (line: string, inputs: JsonObject, call: Call, previous: JsonObject | undefined): Promise<Output> => {
    const secret = SOURCES.some((source) => call.secrets.has(source));
    const logging = textOf(inputs["logging"]);
    return run({
      line,
      stdin: textOf(inputs["stdin"]),
      environment: textMapOf(inputs["environment"]),
      previous: inputs["addPreviousOutputInEnv"] === false ? {} : previousOutput(previous),
      inputs,
      call,
      output: new OutputCollector(call.log, shownStreams(logging, secret)),
    });
  };

  return {
    schema,
    derived: { stdout: SOURCES, stderr: SOURCES },
    foresee: (inputs, old) => {
      const runs = textOf(inputs["create"]) !== undefined || (old && textOf(inputs["update"]) !== undefined);
      return runs ? { stdout: UNKNOWN, stderr: UNKNOWN } : outputOf(old);
    },
    async create(inputs, call) {
      const line = textOf(inputs["create"]);
      const output = line === undefined ? outputOf(undefined) : await execute(line, inputs, call, undefined);
      return { id: call.name + randomBytes(4).toString("hex"), state: { ...inputs, ...output } };
    },
    async update(_id, old, inputs, call) {
      const line = textOf(inputs["update"]) ?? textOf(inputs["create"]);
      const output = line === undefined ? outputOf(old) : await execute(line, inputs, call, old);
      return { ...inputs, ...output };
    },
    async delete(_id, state, call) {
      const line = textOf(state["delete"]);
      if (line !== undefined) await execute(line, state, call, state);
    },
  };
}

const outputOf = (state: JsonObject | undefined): Output & JsonObject => ({
  stdout: textOf(state?.["stdout"]) ?? "",
  stderr: textOf(state?.["stderr"]) ?? "",
});

function previousOutput(state: JsonObject | undefined): Readonly<Record<string, string>> {
  const { stdout, stderr } = outputOf(state);
  return {
    ...(stdout === "" ? {} : { PULUMI_COMMAND_STDOUT: stdout }),
    ...(stderr === "" ? {} : { PULUMI_COMMAND_STDERR: stderr }),
  };
}
