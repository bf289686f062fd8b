import type { ClusterSpec, FuseMountSpec } from "../../spec/spec";
import { workersOf, type PlannedWorker } from "../topology";
import type { ClusterPlan, MountPlan, ProcessPlan } from "../types";
import { layoutOf, type Layout } from "./layout";

/** One machine with what the cluster's plan puts on it. */
export interface Machine {
  readonly host: string;
  readonly spec: ClusterSpec;
  readonly layout: Layout;
  /** In the order of start. */
  readonly processes: readonly ProcessPlan[];
  /** The worker that has its ramdisk here. */
  readonly worker?: PlannedWorker;
  /** Mounts of the cluster, by name, as the spec asks for them and as they are planned. */
  readonly mounts: ReadonlyMap<string, FuseMountSpec & MountPlan>;
}

/** The machines of a cluster in the order in which its processes start, so masters first. */
export function machinesOf(spec: ClusterSpec, plan: ClusterPlan): Machine[] {
  const workers = new Map(workersOf(spec).map((worker) => [worker.name, worker]));
  const mounts = new Map(spec.mounts.map((mount, i) => [mount.name, { ...mount, ...plan.mounts[i]! }]));
  const processes = new Map<string, ProcessPlan[]>();
  for (const process of plan.processes) {
    const here = processes.get(process.hostname);
    if (here) here.push(process);
    else processes.set(process.hostname, [process]);
  }
  const layout = layoutOf(spec);
  return [...processes].map(([host, here]) => {
    const worker = workers.get(host);
    return { host, spec, layout, processes: here, mounts, ...(worker === undefined ? {} : { worker }) };
  });
}

/** Whether a process opens the block files of the worker beside it: all but FUSE processes that were told not to. */
export const seesBlocks = ({ role, mount = "" }: ProcessPlan, { mounts, worker }: Machine): boolean => {
  switch (role) {
    case "worker":
    case "job-worker":
      return worker !== undefined;
    case "fuse":
      return worker !== undefined && (mounts.get(mount)?.shortCircuit ?? true);
    default:
      return false;
  }
};
