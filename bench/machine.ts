import { execFileSync } from "node:child_process";
import { cpus, loadavg, release, totalmem } from "node:os";
import { layout, PULUMI_VERSION, readChoices } from "../scripts/environment.cjs";
import { round, type MachineFacts } from "./result";

export function machineFacts(project: string): MachineFacts {
  const { plugins = {} } = readChoices(layout(project));
  const sources = Object.entries(plugins).map(([name, choice]) => `${name}: ${choice.source}`);
  return {
    cores: cpus().length,
    memoryMiB: Math.floor(totalmem() / 1024 ** 2),
    kernel: release(),
    node: process.versions.node,
    docker: execFileSync("docker", ["version", "--format", "{{.Server.Version}}"], { encoding: "utf8" }).trim(),
    pulumi: PULUMI_VERSION,
    plugins: sources.join(", "),
    loadBefore: round(loadavg()[0] ?? 0, 2),
  };
}

/** The commit that is checked out, with `+` where tracked files differ from it; `none` outside of a clone. */
export function commitOf(project: string): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return git("rev-parse", "HEAD") + (git("status", "--porcelain", "--untracked-files=no") === "" ? "" : "+");
  } catch {
    return "none";
  }
}
