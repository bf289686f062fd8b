import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";

const DEFAULT_HOST = "unix:///var/run/docker.sock";

/** Where the daemon listens: the provider's `host`, else DOCKER_HOST, else the docker context in use, else the socket. */
export function daemonHost(configured: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  if (configured !== undefined && configured !== "") return configured;
  if (env["DOCKER_HOST"]) return env["DOCKER_HOST"];
  return contextHost(env) ?? DEFAULT_HOST;
}

function contextHost(env: NodeJS.ProcessEnv): string | undefined {
  const folder = env["DOCKER_CONFIG"] ?? join(homedir(), ".docker");
  const name = env["DOCKER_CONTEXT"] ?? field(readJson(join(folder, "config.json")), "currentContext");
  if (typeof name !== "string" || name === "" || name === "default") return undefined;
  const digest = createHash("sha256").update(name).digest("hex");
  const meta = readJson(join(folder, "contexts", "meta", digest, "meta.json"));
  const host = field(field(field(meta, "Endpoints"), "docker"), "Host");
  return typeof host === "string" ? host : undefined;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // No such file: the docker CLI was never configured here.
    return undefined;
  }
}

const field = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;

/** What is wrong with a host, or undefined. */
export function hostProblem(host: string): string | undefined {
  return /^(unix:\/\/\/.+|tcp:\/\/[^/]+:\d+\/?)$/.test(host)
    ? undefined
    : `is "${host}", but this stand-in takes only unix:///path and tcp://host:port; see docs/offline.md`;
}

/** A client for the daemon at a host that {@link hostProblem} accepts; nothing is connected yet. */
export function clientFor(host: string): Docker {
  if (host.startsWith("unix://")) return new Docker({ host: undefined, socketPath: host.slice("unix://".length) });
  const url = new URL(host);
  return new Docker({ host: url.hostname, port: Number(url.port), protocol: "http" });
}

/** The daemon's own words; dockerode puts the HTTP code around them. */
export function daemonMessage(error: unknown): string {
  const message = field(field(error, "json"), "message");
  if (typeof message === "string") return message;
  return error instanceof Error ? error.message : String(error);
}

/** What could not be done, in the daemon's own words. */
export const daemonError = (act: string, error: unknown): Error =>
  new Error(`Unable to ${act}: Error response from daemon: ${daemonMessage(error)}`, { cause: error });

export const statusCode = (error: unknown): number | undefined => {
  const code = field(error, "statusCode");
  return typeof code === "number" ? code : undefined;
};

export const isMissing = (error: unknown): boolean => statusCode(error) === 404;

/** `undefined` when the daemon answers that there is no such object; other errors pass. */
export async function unlessMissing<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw daemonError("look", error);
  }
}

/** Repeats an act until it is done or the time is over; `act` answers whether it is done. */
export async function retryFor(seconds: number, signal: AbortSignal, act: () => Promise<boolean>): Promise<boolean> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    if (await act()) return true;
    if (Date.now() >= end) return false;
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
