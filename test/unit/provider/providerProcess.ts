import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type * as pb from "@pulumi/pulumi/proto/provider_pb";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb";

const MAIN = join(__dirname, "../../../provider/main.cjs");

/** A provider as the engine starts it. */
export interface ProviderProcess {
  /** What was started: the provider, or the shell that is its parent. */
  readonly child: ChildProcess;
  readonly pid: number;
  readonly port: number;
}

/**
 * Starts the provider; no Docker answers it.
 * @param throughShell its parent is a shell, which prints the provider's process id first
 */
export async function startProvider({ throughShell = false } = {}): Promise<ProviderProcess> {
  const [command, args] = throughShell
    ? ["/bin/sh", ["-c", '"$0" "$1" & echo $!; wait', process.execPath, MAIN]]
    : [process.execPath, [MAIN]];
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, DOCKER_HOST: "unix:///nonexistent/docker.sock" },
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<number> => Number((await lines.next()).value);
  const pid = throughShell ? await next() : child.pid!;
  return { child, pid, port: await next() };
}

/** Its parent goes too, and it itself even where its parent's end should have been its own. */
export async function stopProvider({ child, pid }: ProviderProcess): Promise<void> {
  if (alive(pid)) process.kill(pid, "SIGKILL");
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

type Callback<Answer> = (error: grpc.ServiceError | null, answer: Answer) => void;

/** The calls of the engine, as promises. */
export function connect({ port }: ProviderProcess) {
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  return {
    close: () => client.close(),
    getPluginInfo: call((request: Empty, done: Callback<PluginInfo>) => client.getPluginInfo(request, done)),
    configure: call((request: pb.ConfigureRequest, done: Callback<pb.ConfigureResponse>) =>
      client.configure(request, done),
    ),
    check: call((request: pb.CheckRequest, done: Callback<pb.CheckResponse>) => client.check(request, done)),
    diff: call((request: pb.DiffRequest, done: Callback<pb.DiffResponse>) => client.diff(request, done)),
    update: call((request: pb.UpdateRequest, done: Callback<pb.UpdateResponse>) => client.update(request, done)),
    create: call((request: pb.CreateRequest, done: Callback<pb.CreateResponse>) => client.create(request, done)),
  };
}
export type Connection = ReturnType<typeof connect>;

const call =
  <Request, Answer>(send: (request: Request, done: Callback<Answer>) => unknown) =>
  (request: Request): Promise<Answer> =>
    new Promise((done, fail) => {
      send(request, (error, answer) => (error ? fail(error) : done(answer)));
    });

export const urnOf = (token: string, name = "dev-it"): string =>
  `urn:pulumi:dev::alluxio::alluxio:docker:Cluster$${token}::${name}`;
