import type { ClusterConfig } from "../../components/spec/config";
import { processesOf } from "./cluster";
import { must, run } from "./process";

/** A spec of three masters, two workers and one mount, on Pulumi.ha.yaml. */
export function threeMasters(config: ClusterConfig): void {
  config.workers = [{ name: "cache", ramdisk: "128MB", count: 2 }];
  config.mounts = [{ name: "data", workers: ["cache-1"] }];
  config.underStorage = { volume: {} };
}

export const THREE = { "master-1:19200": "AVAILABLE", "master-2:19200": "AVAILABLE", "master-3:19200": "AVAILABLE" };

/** Members of the quorum and whether each is available, as the first master that runs tells. */
export async function quorumOf(clusterId: string): Promise<Record<string, string>> {
  for (const master of await mastersOf(clusterId)) {
    const { stdout } = await run("docker", [
      ...["exec", master, "alluxio", "fsadmin", "journal", "quorum", "info", "-domain", "MASTER"],
    ]);
    const rows = stdout.split("\n").map((line) => /^(\w+)\s*\|\s*\d+\s*\|\s*(\S+)/.exec(line));
    const members = Object.fromEntries(rows.flatMap((row) => (row ? [[row[2]!, row[1]!]] : [])));
    if (Object.keys(members).length > 0) return members;
  }
  return {};
}

/** Containers of the masters. */
export async function mastersOf(clusterId: string): Promise<string[]> {
  const processes = [...(await processesOf(clusterId))];
  return processes.filter(([name]) => name.startsWith("master-")).map(([, one]) => one.name);
}

/** The container of the master that leads. */
export async function leaderOf(clusterId: string): Promise<string> {
  for (const master of await mastersOf(clusterId)) {
    const { stdout } = await run("docker", [
      ...["exec", master, "curl", "-s", "-m", "5", "http://127.0.0.1:19999/api/v1/master/webui_overview"],
    ]);
    if (stdout.includes('"masterRole":"LEADER"')) return master;
  }
  throw new Error("no master leads");
}

/** Every path in Alluxio. */
export async function pathsIn(master: string): Promise<string[]> {
  const text = await must("docker", "exec", master, "alluxio", "fs", "ls", "-R", "/");
  return text
    .split("\n")
    .map((line) => line.split(/\s+/).pop()!)
    .sort();
}
