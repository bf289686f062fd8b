import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import Docker from "dockerode";
import { SetupProblem } from "./problem";

export const DEFAULT_HOST = "unix:///var/run/docker.sock";

/**
 * The daemon that the `docker` command would talk to: DOCKER_HOST, else the chosen context (DOCKER_CONTEXT, or
 * `docker context use`), else the local socket.
 */
export function dockerHost(env: NodeJS.ProcessEnv): string {
  if (env["DOCKER_HOST"]) return env["DOCKER_HOST"];
  const folder = env["DOCKER_CONFIG"] ?? path.join(env["HOME"] ?? os.homedir(), ".docker");
  const context = env["DOCKER_CONTEXT"] ?? readConfig(path.join(folder, "config.json"))?.currentContext;
  if (!context || context === "default") return DEFAULT_HOST;
  const id = crypto.createHash("sha256").update(context).digest("hex");
  const meta = readConfig(path.join(folder, "contexts", "meta", id, "meta.json"));
  return meta?.Endpoints?.docker?.Host ?? DEFAULT_HOST;
}

/** Refuses a daemon of another machine, where an image is to be built with this machine's programs. */
export function checkLocal(env: NodeJS.ProcessEnv, what: string): void {
  if (dockerHost(env).startsWith("unix://")) return;
  throw new SetupProblem(
    `${what} can be built here only with a Docker daemon of this machine, and DOCKER_HOST names another.`,
  );
}

/** What we read of config.json and of a context's meta.json. */
interface DockerConfig {
  currentContext?: string;
  Endpoints?: { docker?: { Host?: string } };
}

function readConfig(file: string): DockerConfig | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as DockerConfig;
  } catch {
    return undefined;
  }
}

/** A client of the daemon; TLS settings come from DOCKER_TLS_VERIFY and DOCKER_CERT_PATH. */
export function dockerClient(host: string): Docker {
  if (host.startsWith("unix://")) return new Docker({ socketPath: host.slice("unix://".length) });
  const url = new URL(host);
  const protocol = url.protocol === "ssh:" ? "ssh" : process.env["DOCKER_TLS_VERIFY"] ? "https" : "http";
  const port = url.port || { ssh: 22, https: 2376, http: 2375 }[protocol];
  return new Docker({ protocol, host: url.hostname, port, ...(url.username ? { username: url.username } : {}) });
}

export type DockerState = "answers" | "denied" | "silent";

/** Does a daemon answer there, and does it let us in? */
export async function askDocker(host: string): Promise<DockerState> {
  try {
    await within(5, dockerClient(host).ping());
    return "answers";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES" ? "denied" : "silent";
  }
}

async function within<T>(seconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
