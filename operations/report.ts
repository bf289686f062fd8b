import type { ClusterPlan, Role } from "../components/plan/types";
import type { MasterRole } from "../provider/probes/leader";
import type { Condition } from "../provider/resources/fuseMount";
import type { Health } from "./observation";

/** What `alluxioctl status --json` prints. Fields are only ever added. */
export interface Status {
  readonly stack: string;
  readonly cluster: string;
  readonly clusterId: string;
  readonly target: string;
  /** Alluxio's version, as the spec has it. */
  readonly version: string;
  /** There are no problems. */
  readonly healthy: boolean;
  /** The first master's web server, as this machine reaches it now; null where its port is not published. */
  readonly webAddress: string | null;
  /** Target hosts: every host that the spec needs. */
  readonly hosts?: readonly HostStatus[];
  readonly masters: readonly MasterStatus[];
  readonly workers: readonly WorkerStatus[];
  readonly mounts: readonly MountStatus[];
  readonly processes: readonly ProcessStatus[];
  readonly problems: readonly StatusProblem[];
  /** What is worth knowing and not wrong. */
  readonly notes: readonly string[];
}

export interface HostStatus {
  readonly name: string;
  /** Whether it could be asked. */
  readonly state: "reached" | "unreachable";
}

export interface MasterStatus {
  readonly name: string;
  /** RPC address inside the cluster's network. */
  readonly address: string;
  readonly role: MasterRole | "unreachable";
}

/**
 * `active`: registered with the capacity of the spec. `missing`: not registered. `lost`: was registered, and the leader
 * has not heard of it for too long. `unintended`: registered, though not in the spec. `unknown`: no master leads, so
 * that nobody can tell.
 */
export type WorkerState = "active" | "missing" | "lost" | "unintended" | "wrong capacity" | "unknown";

export interface WorkerStatus {
  /** The host name it registers as. */
  readonly name: string;
  readonly state: WorkerState;
  /** As registered; 0 where it is not. */
  readonly capacityBytes: number;
  readonly usedBytes: number;
}

export interface MountStatus {
  readonly name: string;
  /** The machine that it is on. */
  readonly host: string;
  readonly mountPoint: string;
  readonly alluxioPath: string;
  readonly condition: Condition | "unknown";
  readonly healthy: boolean;
}

export interface ProcessStatus {
  /** Name in the plan. */
  readonly name: string;
  /** Absent: the spec has no such process. */
  readonly role?: Role;
  /** Name on the machine; null where there is none, and on target hosts. */
  readonly container: string | null;
  /** Target hosts: where it is. */
  readonly host?: string;
  /** Target hosts: the unit of systemd that it is. */
  readonly unit?: string;
  /** Docker's word, or `missing`; on target hosts that of its unit, or `unreachable` with its host. */
  readonly state: string;
  readonly health: Health;
  /** Of one that has ended. */
  readonly exitCode?: number;
}

export interface StatusProblem {
  /** What it is about: `worker large-1`, `mount data`, `master master-2`, `process proxy`, `masters`, `host blue4`. */
  readonly subject: string;
  readonly found: string;
  readonly wanted: string;
  /** What to do next. */
  readonly hint: string;
}

export interface Subject {
  readonly stack: string;
  readonly clusterId: string;
  /** What should be: made from the spec as it stands now. */
  readonly plan: ClusterPlan;
  /** The plan of the last `pulumi up`, as the state has it; absent where it does not tell. */
  readonly deployed?: unknown;
}
