import { physicalName } from "../components/plan/names";
import type { MasterView } from "../provider/probes/leader";
import type { Condition } from "../provider/resources/fuseMount";

/** What was seen of a cluster at one moment, as plain data. */
export interface Observation {
  /** Name of the machine that the mounts are on. */
  readonly machine: string;
  /** Every process that bears the cluster id, in the spec or not. */
  readonly processes: readonly ObservedProcess[];
  /** The masters of the plan, by the name of the process. */
  readonly masters: Readonly<Record<string, MasterSight>>;
  /**
   * Which members the leader of several masters reaches, by host; absent where there is one master, or none could tell. A
   * master may be well by itself and yet be lost to its leader.
   */
  readonly reached?: Readonly<Record<string, boolean>>;
  /** The mounts of the plan, by the name of the mount. */
  readonly mounts: Readonly<Record<string, MountSight>>;
}

export interface ObservedProcess {
  /** Name in the plan, from its label: `worker-small-1`. */
  readonly process: string;
  /** Name on the machine. */
  readonly container: string;
  /** Docker's word: `running`, `paused`, `restarting`, `exited`, `created`, `dead`, ... */
  readonly state: string;
  /** `none`: nothing checks it. */
  readonly health: Health;
  /** Of a process that has ended. */
  readonly exitCode?: number;
  /** Id of its image. */
  readonly image: string;
  /** Where its ports are reached from the machine: port → `host:port`. */
  readonly published: Readonly<Record<number, string>>;
}

export type Health = "healthy" | "unhealthy" | "starting" | "none";

/** A master's answer, or why there is none. */
export type MasterSight = { readonly view: MasterView } | { readonly silence: string };

/** What the kernel says of a mount point, or why it could not be asked. */
export type MountSight = { readonly mountPoint: string } & (
  { readonly condition: Condition } | { readonly silence: string }
);

/** What runs as one process of the plan; of several that claim to, the one with its name. */
export function processOf(
  process: string,
  cluster: string,
  clusterId: string,
  processes: readonly ObservedProcess[],
): ObservedProcess | undefined {
  const claimants = processes.filter((one) => one.process === process);
  const name = physicalName(cluster, process, clusterId);
  return claimants.find((one) => one.container === name) ?? claimants[0];
}
