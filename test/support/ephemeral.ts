import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { spawn, type ChildProcess } from "node:child_process";
import { must, PROJECT, run, type Finished } from "./process";

const LEDGERS = "/run/alluxio-pulumi";

/** `npx alluxioctl ephemeral …`, as users start it. */
export const ephemeral = (...args: string[]): Promise<Finished> =>
  run(join(PROJECT, "node_modules/.bin/alluxioctl"), ["ephemeral", ...args], {
    env: { ...process.env, NO_COLOR: "1" },
  });

/** All there is of throw-away clusters, by name: on Docker, among the machine's mounts and ledgers, and of their state. */
export async function remains(...names: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    names.flatMap((name) => {
      const filter = ["--filter", `label=alluxio.ephemeral=${name}`, "--format"] as const;
      return [
        must("docker", "ps", "-a", ...filter, "container {{.Names}}"),
        must("docker", "volume", "ls", ...filter, "volume {{.Name}}"),
        must("docker", "network", "ls", ...filter, "network {{.Name}}"),
      ];
    }),
  );
  // Physical names begin with the cluster's, which is its own where the spec is not taken as written.
  const mounts = mountedBelow(...names.map((name) => `/mnt/alluxio/${name}-`)).map((path) => `mount ${path}`);
  const ledgers = (existsSync(LEDGERS) ? readdirSync(LEDGERS) : [])
    .map((id) => join(LEDGERS, id, "labels"))
    .filter((file) => existsSync(file))
    .filter((file) => names.some((name) => readFileSync(file, "utf8").includes(`alluxio.ephemeral=${name}\n`)))
    .map((file) => `ledger ${file}`);
  const folders = names
    .map((name) => join(PROJECT, ".state/ephemeral", name))
    .filter((folder) => existsSync(folder))
    .map((folder) => `folder ${folder}`);
  return [
    ...lists.flatMap((list) => list.split("\n")).filter((line) => line !== ""),
    ...mounts,
    ...ledgers,
    ...folders,
  ];
}

/** Mount points of this machine whose path begins so. */
export const mountedBelow = (...beginnings: readonly string[]): string[] =>
  readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((path) => beginnings.some((beginning) => path.startsWith(beginning)));

/** A test process that has a cluster of this name brought up, and never ends it. */
export function startMaker(name: string): ChildProcess {
  const script = `
    const { withCluster } = require(${JSON.stringify(join(PROJECT, "stacks/ephemeral.ts"))});
    const spec = { workers: [{ name: "small", ramdisk: "64MB" }], underStorage: { volume: {} }, mounts: [{ name: "data" }] };
    withCluster(spec, () => new Promise(() => setInterval(() => undefined, 1000)), { name: ${JSON.stringify(name)} });
  `;
  return spawn(process.execPath, ["--require", "tsx/cjs", "-e", script], { cwd: PROJECT, stdio: "ignore" });
}
