import { spawn } from "node:child_process";
import fs from "node:fs";
import readline from "node:readline/promises";
import { findExecutable, run } from "./command";
import type { Context, Work } from "./context";
import { installPackages, isDebian, isRoot } from "./debian";
import { askDocker, DEFAULT_HOST, dockerHost } from "./docker-endpoint";
import { SetupProblem } from "./problem";
import type { Progress } from "./progress";

const LOG = "/var/log/alluxio-pulumi-dockerd.log";
const START_SECONDS = 60;

/** The daemon that answers: nothing to do; else installing and starting one, where that may be done. */
export async function dockerWork(context: Context): Promise<Work[]> {
  const host = dockerHost(context.env);
  const state = await askDocker(host);
  if (state === "answers") {
    remember(context, host);
    return [];
  }
  if (state === "denied") {
    throw new SetupProblem(
      `You may not use Docker at ${host}. Run as root: usermod -aG docker ${context.env["USER"] ?? "<you>"}\nthen log in again.`,
    );
  }
  if (host !== DEFAULT_HOST) {
    throw new SetupProblem(
      `No Docker daemon answers at ${host} (DOCKER_HOST, or your Docker context). Start it, or unset them.`,
    );
  }
  const installed = findExecutable("dockerd", `${context.env["PATH"] ?? ""}:/usr/sbin:/sbin`) !== undefined;
  if (!isRoot() || !(installed || isDebian())) {
    const how = installed ? "systemctl start docker" : isDebian() ? "apt-get install -y docker.io" : undefined;
    throw new SetupProblem(
      how
        ? `No Docker daemon answers at ${host}. Run as root: ${how}`
        : `No Docker daemon answers at ${host}. Install Docker: https://docs.docker.com/engine/install/`,
    );
  }
  return [
    {
      name: "Docker",
      how: installed ? "installed, to be started" : "to be installed (Debian's docker.io) and started",
      seconds: installed ? 10 : 60,
      run: async () => {
        await askOnce(installed ? "Start the Docker daemon?" : "Install and start Docker (Debian's docker.io)?");
        if (!installed) await installPackages(["docker.io"], context.progress);
        await start(context.progress);
        remember(context, host);
      },
    },
  ];
}

/** Kept only where it is not everybody's default, for programs that know DOCKER_HOST but no contexts. */
function remember(context: Context, host: string): void {
  const known = context.choices.current.docker?.host;
  const wanted = host === DEFAULT_HOST || context.env["DOCKER_HOST"] ? undefined : host;
  if (known === wanted) return;
  context.choices.change(({ docker: _, ...choices }) =>
    wanted === undefined ? choices : { ...choices, docker: { host: wanted } },
  );
}

/** At a terminal nothing is installed unasked; a CI job or a script has asked by running us. */
async function askOnce(question: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return;
  const terminal = readline.createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`  ${question} [Y/n] `);
  terminal.close();
  if (/^n/i.test(answer.trim()))
    throw new SetupProblem("Then start a Docker daemon yourself and run the same command again.");
}

async function start(progress: Progress): Promise<void> {
  if (fs.existsSync("/run/systemd/system")) {
    await run("systemctl", ["enable", "--now", "docker"], { seconds: START_SECONDS });
  } else if ((await askDocker(DEFAULT_HOST)) !== "answers") {
    progress.note(`Starting dockerd; its log is ${LOG}`);
    const log = fs.openSync(LOG, "a");
    const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` };
    spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log], env }).unref();
    fs.closeSync(log);
  }
  for (const deadline = Date.now() + START_SECONDS * 1000; (await askDocker(DEFAULT_HOST)) !== "answers";) {
    if (Date.now() > deadline) throw new SetupProblem(`dockerd does not answer after ${START_SECONDS} s: see ${LOG}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
