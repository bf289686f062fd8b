import { readFileSync } from "node:fs";
import { lines, must, run } from "./process";

/** Every container, volume and network on this Docker with that label, as `<kind> <name>`. */
export async function labelled(label: string): Promise<string[]> {
  const filter = ["--filter", `label=${label}`, "--format"];
  const lists = await Promise.all([
    must("docker", "ps", "-a", ...filter, "container {{.Names}}"),
    must("docker", "volume", "ls", ...filter, "volume {{.Name}}"),
    must("docker", "network", "ls", ...filter, "network {{.Name}}"),
  ]);
  return lists.flatMap(lines);
}

/** Containers first, for what they use cannot go before them. */
export async function removeLabelled(label: string): Promise<void> {
  const things = (await labelled(label)).map((thing) => thing.split(" ") as [kind: string, name: string]);
  for (const kind of ["container", "volume", "network"]) {
    const names = things.filter(([one]) => one === kind).map(([, name]) => name);
    if (names.length > 0) await run("docker", [kind, "rm", ...(kind === "network" ? [] : ["--force"]), ...names]);
  }
}

/** Everything on this machine that bears a cluster's id. */
export async function leftovers(clusterId: string): Promise<string[]> {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((path) => path.includes(`-${clusterId.slice(0, 4)}`))
    .map((path) => `mount ${path}`);
  return [...(await labelled(labelOf(clusterId))), ...mounts];
}

export async function removeLeftovers(clusterId: string): Promise<void> {
  for (const thing of (await leftovers(clusterId)).reverse()) {
    const [kind = "", name = ""] = thing.split(" ");
    if (kind === "mount") await run("umount", ["-l", name]);
  }
  await removeLabelled(labelOf(clusterId));
}

const labelOf = (clusterId: string): string => `alluxio.cluster-id=${clusterId}`;
