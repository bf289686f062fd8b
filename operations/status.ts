import { isDeepStrictEqual } from "node:util";
import type { ClusterPlan, ProcessPlan, Role } from "../components/plan/types";
import type { MasterRole, MasterView } from "../provider/probes/leader";
import type { Condition } from "../provider/resources/fuseMount";
import { processOf, type Health, type Observation, type ObservedProcess } from "./observation";
import { findProblems } from "./problems";
import { workerStatuses } from "./workers";

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
  readonly masters: readonly MasterStatus[];
  readonly workers: readonly WorkerStatus[];
  readonly mounts: readonly MountStatus[];
  readonly processes: readonly ProcessStatus[];
  readonly problems: readonly StatusProblem[];
  /** What is worth knowing and not wrong. */
  readonly notes: readonly string[];
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
  /** Name on the machine; null where there is none. */
  readonly container: string | null;
  /** Docker's word, or `missing`. */
  readonly state: string;
  readonly health: Health;
  /** Of one that has ended. */
  readonly exitCode?: number;
}

export interface StatusProblem {
  /** What it is about: `worker large-1`, `mount data`, `master master-2`, `process proxy`, `masters`. */
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

/** What should be against what is. Pure. */
export function statusOf(subject: Subject, seen: Observation): Status {
  const { stack, clusterId, plan } = subject;
  const changed = hasChanged(subject);
  const leader = leaderOf(seen);
  const parts = {
    masters: masterStatuses(plan, seen),
    workers: workerStatuses(plan, leader),
    mounts: mountStatuses(plan, seen),
    processes: processStatuses(subject, seen),
  };
  const problems = findProblems({ stack, plan, leader, seen, ...parts });
  return {
    stack,
    cluster: plan.name,
    clusterId,
    target: plan.target,
    version: plan.version,
    healthy: problems.length === 0,
    webAddress: webAddressOf(subject, seen),
    ...parts,
    problems,
    notes: notesOn(stack, changed, parts.processes),
  };
}

const leaderOf = (seen: Observation): MasterView | undefined =>
  Object.values(seen.masters)
    .map((sight) => ("view" in sight ? sight.view : undefined))
    .find((view) => view?.role === "leader");

function masterStatuses(plan: ClusterPlan, seen: Observation): MasterStatus[] {
  return plan.processes
    .filter((process) => process.role === "master")
    .map((master) => {
      const sight = seen.masters[master.name];
      return {
        name: master.name,
        address: `${master.hostname}:${portOf(master, "masterRpc")}`,
        role: sight && "view" in sight ? sight.view.role : "unreachable",
      };
    });
}

function mountStatuses(plan: ClusterPlan, seen: Observation): MountStatus[] {
  return plan.mounts.map((mount) => {
    const sight = seen.mounts[mount.name];
    const condition = sight && "condition" in sight ? sight.condition : "unknown";
    return {
      name: mount.name,
      host: seen.machine,
      mountPoint: sight?.mountPoint ?? mount.mountPoint ?? "",
      alluxioPath: mount.alluxioPath,
      condition,
      healthy: condition === "mounted",
    };
  });
}

function processStatuses({ plan, clusterId }: Subject, seen: Observation): ProcessStatus[] {
  const intended = plan.processes.map((process) => ({
    process,
    found: processOf(process.name, plan.name, clusterId, seen.processes),
  }));
  const taken = new Set(intended.map(({ found }) => found));
  return [
    ...intended.map(({ process: { name, role }, found }): ProcessStatus =>
      found ? { name, role, ...sightOf(found) } : { name, role, container: null, state: "missing", health: "none" },
    ),
    ...seen.processes.filter((one) => !taken.has(one)).map((one) => ({ name: one.process, ...sightOf(one) })),
  ];
}

const sightOf = ({ container, state, health, exitCode }: ObservedProcess) => ({
  container,
  state,
  health,
  ...(exitCode === undefined ? {} : { exitCode }),
});

function webAddressOf({ plan, clusterId }: Subject, seen: Observation): string | null {
  const first = plan.processes.find((process) => process.role === "master");
  if (!first) return null;
  const address = processOf(first.name, plan.name, clusterId, seen.processes)?.published[portOf(first, "masterWeb")];
  return address === undefined ? null : `http://${address}`;
}

const portOf = (process: ProcessPlan, name: ProcessPlan["ports"][number]["name"]): number =>
  process.ports.find((port) => port.name === name)?.port ?? 0;

/** The state keeps plain JSON, which knows no undefined. */
const hasChanged = ({ plan, deployed }: Subject): boolean =>
  deployed !== undefined && !isDeepStrictEqual(JSON.parse(JSON.stringify(plan)), JSON.parse(JSON.stringify(deployed)));

function notesOn(stack: string, changed: boolean, processes: readonly ProcessStatus[]): string[] {
  const starting = processes.filter((process) => process.health === "starting" && process.state === "running");
  return [
    ...(changed
      ? [`the spec has changed since the last up: \`npx pulumi preview -s ${stack}\` shows what is new`]
      : []),
    ...(starting.length > 0 ? [`still starting: ${starting.map((process) => process.name).join(", ")}`] : []),
  ];
}
