import { isDeepStrictEqual } from "node:util";
import type { ClusterPlan, ProcessPlan } from "../components/plan/types";
import type { MasterView } from "../provider/probes/leader";
import { mountSites, processOf, type HostSight, type Observation, type ObservedProcess } from "./observation";
import { findProblems } from "./problems";
import type { HostStatus, Status, MasterStatus, MountStatus, ProcessStatus, Subject } from "./report";
import { workerStatuses } from "./workers";

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
    ...(seen.hosts ? { hosts: seen.hosts.map(hostStatus) } : {}),
    ...parts,
    problems,
    notes: notesOn(stack, changed, parts.processes),
  };
}

const leaderOf = (seen: Observation): MasterView | undefined =>
  Object.values(seen.masters)
    .map((sight) => ("view" in sight ? sight.view : undefined))
    .find((view) => view?.role === "leader");

const hostStatus = ({ host, silence }: HostSight): HostStatus => ({
  name: host,
  state: silence === undefined ? "reached" : "unreachable",
});

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
  return mountSites(plan).map(({ mount, key, host = seen.machine ?? "" }) => {
    const sight = seen.mounts[key];
    const condition = sight && "condition" in sight ? sight.condition : "unknown";
    return {
      name: mount.name,
      host,
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

const sightOf = ({ container, host, state, health, exitCode }: ObservedProcess) => ({
  ...(host === undefined ? { container } : { container: null, host, unit: container }),
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
