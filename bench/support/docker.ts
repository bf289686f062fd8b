import { readFileSync } from "node:fs";
import { must, run } from "./process";

export async function docker(...args: string[]): Promise<string> {
  return (await must("docker", args)).stdout.trim();
}

const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");

/** Removes everything that bears a label: containers, volumes, networks. */
export async function removeLabelled(label: string): Promise<void> {
  const filter = ["--filter", `label=${label}`];
  const containers = lines(await docker("ps", "-aq", ...filter));
  if (containers.length > 0) await run("docker", ["rm", "-f", ...containers]);
  for (const volume of lines(await docker("volume", "ls", "-q", ...filter)))
    await run("docker", ["volume", "rm", "-f", volume]);
  for (const network of lines(await docker("network", "ls", "-q", ...filter)))
    await run("docker", ["network", "rm", network]);
}

/** Detaches what is still mounted below a folder, the deepest first. */
export async function detachBelow(folder: string): Promise<void> {
  const mounted = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((path) => path === folder || path.startsWith(`${folder}/`));
  for (const path of mounted.reverse()) await run("umount", ["-l", path]);
}

/** What a failed destroy has left of a cluster. */
export async function removeCluster(clusterId: string): Promise<void> {
  await removeLabelled(`alluxio.cluster-id=${clusterId}`);
}
