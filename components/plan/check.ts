import type { Problem } from "../spec/problem";
import type { ClusterPlan } from "./types";

/** Plain data about the machine that a stack will run on, gathered at the edge. What belongs to this cluster is left out. */
export interface Surroundings {
  /** Memory of the machine. */
  readonly memoryMiB: number;
  /** What of it is free; absent where the cluster runs already and uses a part itself. */
  readonly availableMiB?: number;
  /** Ports of the loopback address in use by others. */
  readonly portsInUse: readonly { readonly port: number; readonly by: string }[];
  /** File systems that others have mounted. */
  readonly mountPointsInUse: readonly { readonly path: string; readonly by: string }[];
  /** Free space where the cluster writes; a place that could not be looked at is left out. */
  readonly disks: readonly DiskSpace[];
}

export interface DiskSpace {
  readonly path: string;
  readonly freeMiB: number;
  /** Docker's data root, where volumes, logs and the containers' own files lie. */
  readonly dataRoot: boolean;
}

/**
 * What must be free wherever a cluster writes, so that it starts at all: journals, logs, the first files. How much data
 * will come nobody knows.
 */
export const SMALLEST_FREE_MIB = 512;

/** What a machine cannot give to a plan; none where it fits. Pure. */
export function check(plan: ClusterPlan, surroundings: Surroundings): Problem[] {
  return [
    ...checkMemory(plan, surroundings),
    ...checkPorts(plan, surroundings),
    ...checkMountPoints(plan, surroundings),
    ...checkDisks(plan, surroundings),
  ];
}

/** The folders of the machine that the processes of a plan write to. */
export const foldersOf = (plan: ClusterPlan): string[] => [
  ...new Set(plan.processes.flatMap(({ volumes }) => volumes.map(({ source }) => source).filter(isFolder))),
];

const isFolder = (source: string): boolean => source.startsWith("/");

function checkMemory(plan: ClusterPlan, { memoryMiB, availableMiB }: Surroundings): Problem[] {
  if (plan.memoryMiB <= Math.min(memoryMiB, availableMiB ?? memoryMiB)) return [];
  const ramdisks = plan.workers.reduce((total, worker) => total + worker.ramdiskMiB, 0);
  const available = availableMiB === undefined ? "" : `, of which ${availableMiB} MiB are free`;
  return [
    {
      rule: "machine.memory",
      path: "workers",
      message:
        `the cluster may use ${plan.memoryMiB} MiB (ramdisks ${ramdisks} MiB, processes ${plan.memoryMiB - ramdisks} MiB), ` +
        `and this machine has ${memoryMiB} MiB${available}: make the ramdisks or the heaps smaller`,
    },
  ];
}

function checkPorts(plan: ClusterPlan, { portsInUse }: Surroundings): Problem[] {
  const published = plan.processes.flatMap((process) => process.ports.map((port) => port.published));
  return portsInUse
    .filter(({ port }) => published.includes(port))
    .map(({ port, by }) => ({
      rule: "machine.port",
      path: "ports.published",
      found: String(port),
      message: `port ${port} of this machine is in use by ${by}: name another one, or leave the field out and Docker picks one`,
    }));
}

function checkMountPoints(plan: ClusterPlan, { mountPointsInUse }: Surroundings): Problem[] {
  return plan.mounts.flatMap((mount, i) =>
    mountPointsInUse
      .filter(({ path }) => path === mount.mountPoint)
      .map(({ path, by }) => ({
        rule: "machine.mountPoint",
        path: `mounts[${i}].mountPoint`,
        found: JSON.stringify(path),
        message: `${by} is mounted there already: choose another folder, or leave the field out`,
      })),
  );
}

function checkDisks(plan: ClusterPlan, { disks }: Surroundings): Problem[] {
  const underStorages = plan.processes
    .filter(({ role }) => role === "master")
    .flatMap(({ volumes }) => volumes.map(({ source }) => source));
  return disks
    .filter(({ freeMiB }) => freeMiB < SMALLEST_FREE_MIB)
    .map(({ path, freeMiB, dataRoot }) => ({
      rule: "machine.disk",
      path: dataRoot ? "docker" : underStorages.includes(path) ? "underStorage.path" : "workers[].tiers[].path",
      found: JSON.stringify(path),
      message:
        `${path}${dataRoot ? ", where Docker keeps volumes and containers," : ""} has ${freeMiB} MiB free, ` +
        `and a cluster needs at least ${SMALLEST_FREE_MIB} MiB to start: free some` +
        (dataRoot ? " (`docker system df` shows what takes it, `docker system prune` removes what nothing uses)" : ""),
    }));
}
