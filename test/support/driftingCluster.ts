import type { ClusterConfig } from "../../components/spec/config";
import { processesOf, registeredWorkers } from "./cluster";
import { driftOf, LATER, renewed, type Drift } from "./drift";
import { must } from "./process";
import { TestStack } from "./testStack";

export const MIB = 1024 ** 2;
/** What the workers of stack dev register, by host. */
export const WORKERS = { "small-1": 256 * MIB, "large-1": 512 * MIB };

export type Processes = Awaited<ReturnType<typeof processesOf>>;

export const docker = (...args: string[]): Promise<string> => must("docker", ...args);

export const inspect = (container: string, format: string): Promise<string> =>
  docker("inspect", "--format", format, container);

/** The process id, on the machine, of the JVM of a container. */
export async function jvmOf(container: string): Promise<string> {
  const lines = (await docker("top", container, "-o", "pid,args")).split("\n");
  return lines
    .find((line) => /alluxio\.\w+\.Alluxio/.test(line))!
    .trim()
    .split(/\s+/)[0]!;
}

export const sorted = (drift: readonly Drift[]): Drift[] =>
  [...drift].sort((a, b) => [a.resource, a.op, a.path].join(" ").localeCompare([b.resource, b.op, b.path].join(" ")));

export const condition = (process: string, old: string): Drift => ({
  resource: "dev-preflight",
  op: "update",
  path: `processes["${process}"].condition`,
  old,
  new: "running",
});

export const mountCondition = (mount: string, old: string): Drift => ({
  resource: `dev-mount-${mount}`,
  op: "update",
  path: "condition",
  old,
  new: "mounted",
});

/** A cluster of stack dev on which one thing at a time is made wrong by hand; each test leaves it as it found it. */
export class DriftingCluster {
  readonly stack: TestStack;
  id = "";
  network = "";
  mounts: Readonly<Record<string, string>> = {};
  /** How often each process has been renewed so far. */
  private readonly generations = new Map<string, number>();

  constructor(edit?: (config: ClusterConfig) => void) {
    this.stack = new TestStack("dev", edit);
  }

  async up(): Promise<void> {
    ({ clusterId: this.id, network: this.network, mountPoints: this.mounts } = await this.stack.bringUp());
  }

  processes(): Promise<Processes> {
    return processesOf(this.id);
  }

  async nameOf(process: string): Promise<string> {
    return (await this.processes()).get(process)!.name;
  }

  /** Repairs, and looks at what else it has touched: containers and their first processes. */
  async repaired(
    before: Processes,
    { made = [], restarted = [] }: { readonly made?: readonly string[]; readonly restarted?: readonly string[] },
  ): Promise<void> {
    const up = await this.stack.up("--refresh");
    expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
    const after = await this.processes();
    const changed = (what: "id" | "pid"): string[] =>
      [...new Set([...before.keys(), ...after.keys()])]
        .filter((name) => after.get(name)?.[what] !== before.get(name)?.[what])
        .sort();
    expect([changed("id"), changed("pid")]).toEqual([[...made].sort(), [...made, ...restarted].sort()]);
    expect(await registeredWorkers(after.get("master-1")!.name)).toEqual(WORKERS);
    expect(await driftOf(this.stack)).toEqual([]);
  }

  /** What renewing a process shows, beside its own drift. */
  renewal(process: string, before: Processes): Drift[] {
    const times = (this.generations.get(process) ?? 0) + 1;
    this.generations.set(process, times);
    const mount = /^fuse-(.*)$/.exec(process)?.[1];
    const place =
      mount === undefined
        ? { resource: "dev-membership", path: `containers["${process}"]` }
        : { resource: `dev-mount-${mount}`, path: "containerId" };
    return [renewed(process, times), { ...place, op: "update", old: before.get(process)!.id, new: LATER }];
  }

  async stopSupervisor(mount: string): Promise<Drift> {
    await docker("stop", await this.nameOf(`supervisor-${mount}`));
    return { resource: `dev-mount-${mount}`, op: "update", path: "supervisor", old: "stopped", new: "running" };
  }
}
