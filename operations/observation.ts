import { physicalName } from "../components/plan/names";
import type { ClusterPlan, MountPlan } from "../components/plan/types";
import type { MasterView } from "../provider/probes/leader";
import type { Condition } from "../provider/resources/fuseMount";

/** What was seen of a cluster at one moment, as plain data. */
export interface Observation {
  /** Name of the machine that the mounts are on; absent where the cluster has many. */
  readonly machine?: string;
  /** Target hosts: every host that the plan needs, in its order. */
  readonly hosts?: readonly HostSight[];
  /** Every process that bears the cluster id, in the spec or not. */
  readonly processes: readonly ObservedProcess[];
  /** The masters of the plan, by the name of the process. */
  readonly masters: Readonly<Record<string, MasterSight>>;
  /**
   * Which members the leader of several masters reaches, by host; absent where there is one master, or none could tell. A
   * master may be well by itself and yet be lost to its leader.
   */
  readonly reached?: Readonly<Record<string, boolean>>;
  /** The mounts of the plan, by the name of the mount; on target hosts by the process that serves it on one of them. */
  readonly mounts: Readonly<Record<string, MountSight>>;
}

/** Whether a host could be asked, and why not. */
export interface HostSight {
  readonly host: string;
  readonly silence?: string;
}

export interface ObservedProcess {
  /** Name in the plan, from its label: `worker-small-1`. */
  readonly process: string;
  /** Name on the machine: of its container, or of its unit where there is a `host`. */
  readonly container: string;
  /** Target hosts: where it is. */
  readonly host?: string;
  /**
   * Docker's word: `running`, `paused`, `restarting`, `exited`, `created`, `dead`, ...
   * On target hosts `running`, `stopped`, `failed`, `restarting`, `missing`, or `unreachable` with its host.
   */
  readonly state: string;
  /** `none`: nothing checks it. */
  readonly health: Health;
  /** Of a process that has ended. */
  readonly exitCode?: number;
  /** Id of its image, where it has one. */
  readonly image?: string;
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

/** One place at which a mount has to be. */
export interface MountSite {
  readonly mount: MountPlan;
  /** Under which an observation keeps it. */
  readonly key: string;
  /** The process that serves it. */
  readonly process: string | undefined;
  /** Absent: the one machine that there is. */
  readonly host?: string;
}

/** Where the mounts of a plan are: on the one machine, or on each of the hosts that have them. */
export function mountSites({ target, mounts, processes }: ClusterPlan): MountSite[] {
  if (target !== "hosts") return mounts.map((mount) => ({ mount, key: mount.name, process: mount.processes[0] }));
  const hosts = new Map(processes.map(({ name, hostname }) => [name, hostname]));
  return mounts.flatMap((mount) =>
    mount.processes.map((process) => ({ mount, key: process, process, host: hosts.get(process) ?? process })),
  );
}

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
