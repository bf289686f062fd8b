import type { Client, ClientChannel } from "ssh2";
import { isObject } from "../rpc/values";
import { connectionOf, dial } from "./dial";
import type { Run } from "./lifecycle";
import { OutputCollector, type Output } from "./output";

/** Nothing on a host may hang for ever; `customTimeouts` of the program go before this. */
const LIMIT_SECONDS = 1800;

/** Runs the line on a host, over a connection of its own that is closed at the end. */
export async function runRemotely(run: Run): Promise<Output> {
  const { inputs, call, environment, previous } = run;
  const seconds = call.timeoutSeconds ?? LIMIT_SECONDS;
  const limited = withLimit(seconds, call.signal);
  try {
    const value = inputs["connection"];
    const connection = connectionOf(isObject(value) ? value : {});
    const client = await dial(connection, { ...call, signal: limited.signal });
    try {
      await requireEnvironment(client, environment, limited.signal);
      return await execute(client, { ...run, environment: { ...environment, ...previous } }, limited.signal);
    } finally {
      client.end();
      client.destroy();
    }
  } catch (error) {
    throw limited.signal.aborted ? run.output.failure(limited.reason()) : error;
  } finally {
    limited.clear();
  }
}

interface Limit {
  readonly signal: AbortSignal;
  readonly reason: () => string;
  readonly clear: () => void;
}

function withLimit(seconds: number, outer: AbortSignal): Limit {
  const controller = new AbortController();
  const stop = (why: string): void => controller.abort(new Error(why));
  const onCancel = (): void => stop("cancelled; the remote process may go on running");
  const timer = setTimeout(
    () => stop(`no end after ${seconds} s; the remote process may go on running`),
    seconds * 1000,
  );
  if (outer.aborted) onCancel();
  outer.addEventListener("abort", onCancel, { once: true });
  return {
    signal: controller.signal,
    reason: () => (controller.signal.reason as Error).message,
    clear: () => {
      clearTimeout(timer);
      outer.removeEventListener("abort", onCancel);
    },
  };
}

/** Servers take only the names that their AcceptEnv lists, and do not say so: look before the command runs without them. */
async function requireEnvironment(
  client: Client,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  if (Object.keys(environment).length === 0) return;
  const { stdout } = await executeLine(client, "env", environment, "", silent(), signal);
  const accepted = new Set(stdout.split("\n").map((line) => line.split("=", 1)[0]));
  const refused = Object.keys(environment).find((name) => !accepted.has(name));
  if (refused === undefined) return;
  throw new Error(
    `could not set environment variable "${refused}": the SSH server does not accept it. ` +
      `Add it to AcceptEnv there, or hand the value over on stdin`,
  );
}

const silent = (): OutputCollector => new OutputCollector(() => undefined, new Set());

const execute = (client: Client, run: Run, signal: AbortSignal): Promise<Output> =>
  executeLine(client, run.line, run.environment, run.stdin ?? "", run.output, signal);

function executeLine(
  client: Client,
  line: string,
  environment: Readonly<Record<string, string>>,
  stdin: string,
  output: OutputCollector,
  signal: AbortSignal,
): Promise<Output> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
    const settle = (act: () => void): void => {
      signal.removeEventListener("abort", onAbort);
      act();
    };
    client.on("error", (error) => settle(() => reject(output.failure(`connection lost: ${error.message}`))));
    client.on("close", () => settle(() => reject(output.failure(WITHOUT_STATUS))));
    client.exec(line, { env: { ...environment } }, (error, channel) => {
      if (error) {
        settle(() => reject(error));
        return;
      }
      collect(channel, output);
      let ending: string | undefined = WITHOUT_STATUS;
      channel.on("exit", (status: number | null, name?: string) => {
        if (status === 0) ending = undefined;
        else
          ending =
            status === null
              ? `Process exited from signal ${name ?? "unknown"}`
              : `Process exited with status ${status}`;
      });
      channel.on("close", () => {
        const failed = ending;
        settle(() => (failed === undefined ? resolve(output.finish()) : reject(output.failure(failed))));
      });
      channel.end(stdin);
    });
  });
}

const WITHOUT_STATUS = "wait: remote command exited without exit status or exit signal";

function collect(channel: ClientChannel, output: OutputCollector): void {
  channel.on("data", (chunk: Buffer) => output.add("stdout", chunk));
  channel.stderr.on("data", (chunk: Buffer) => output.add("stderr", chunk));
  // The command may end before it has read its input.
  channel.on("error", () => undefined);
}
