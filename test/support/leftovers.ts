import { readFileSync } from "node:fs";
import { must, run } from "./process";

/** Everything on this Docker that bears a cluster's id. */
export async function leftovers(clusterId: string): Promise<string[]> {
  const label = `label=alluxio.cluster-id=${clusterId}`;
  const lists = await Promise.all([
    must("docker", "ps", "-a", "--filter", label, "--format", "container {{.Names}}"),
    must("docker", "volume", "ls", "--filter", label, "--format", "volume {{.Name}}"),
    must("docker", "network", "ls", "--filter", label, "--format", "network {{.Name}}"),
  ]);
  const mounts = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((path) => path.includes(`-${clusterId.slice(0, 4)}`))
    .map((path) => `mount ${path}`);
  return [...lists.flatMap((list) => list.split("\n")), ...mounts].filter((line) => line !== "");
}

export async function removeLeftovers(clusterId: string): Promise<void> {
  for (const thing of (await leftovers(clusterId)).reverse()) {
    const [kind = "", name = ""] = thing.split(" ");
    if (kind === "mount") await run("umount", ["-l", name]);
  }
  for (const kind of ["container", "volume", "network"]) {
    for (const thing of (await leftovers(clusterId)).filter((one) => one.startsWith(`${kind} `))) {
      await run("docker", [kind, "rm", ...(kind === "network" ? [] : ["--force"]), thing.slice(kind.length + 1)]);
    }
  }
}
