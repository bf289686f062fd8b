import { planCluster } from "../../../components/plan/planCluster";
import { physicalName } from "../../../components/plan/names";
import type { ClusterPlan } from "../../../components/plan/types";
import { parseSpec } from "../../../components/spec/parse";
import type { Observation, ObservedProcess } from "../../../operations/observation";
import { mountPointOf } from "../../../operations/observe";
import type { MasterView, RegisteredWorker } from "../../../provider/probes/leader";

export const CLUSTER_ID = "3f9c2ab1d4e5f607";
export const MIB = 1024 ** 2;

export function planOf(changes: object = {}): ClusterPlan {
  const config = {
    workers: [
      { name: "small", ramdisk: "256MB" },
      { name: "large", ramdisk: "512MB" },
    ],
    underStorage: { volume: {} },
    mounts: [{ name: "data", workers: ["small"], alluxioPath: "/data" }],
    ...changes,
  };
  const parsed = parseSpec(config, { stack: "dev" });
  if (parsed.problems) throw new Error(JSON.stringify(parsed.problems));
  return planCluster(parsed.spec);
}

/** A cluster that is exactly as the plan has it; the first master leads. */
export function healthy(plan: ClusterPlan): Observation {
  const masters = plan.processes.filter((process) => process.role === "master");
  return {
    machine: "rigel",
    processes: plan.processes.map((process) => runningProcess(plan, process.name)),
    masters: Object.fromEntries(
      masters.map((master, i) => [
        master.name,
        { view: masterView(master.name, i === 0 ? { workers: registeredWorkers(plan) } : { role: "standby" }) },
      ]),
    ),
    mounts: Object.fromEntries(
      plan.mounts.map((mount) => [
        mount.name,
        { mountPoint: mountPointOf(mount, plan.name, CLUSTER_ID), condition: "mounted" as const },
      ]),
    ),
  };
}

export const runningProcess = (plan: ClusterPlan, process: string): ObservedProcess => ({
  process,
  container: physicalName(plan.name, process, CLUSTER_ID),
  state: "running",
  health: "healthy",
  image: "sha256:0123",
  published: process === "master-1" ? { 19999: "127.0.0.1:32768" } : {},
});

export const masterView = (master: string, changes: Partial<MasterView> = {}): MasterView => ({
  master,
  role: "leader",
  rpcAddress: `${master}:19998`,
  version: "2.9.4",
  workers: [],
  lostWorkers: [],
  ...changes,
});

export const registeredWorkers = (plan: ClusterPlan): RegisteredWorker[] =>
  plan.workers.map((worker) => registeredWorker(worker.host, { capacityBytes: worker.capacityBytes }));

export const registeredWorker = (host: string, changes: Partial<RegisteredWorker> = {}): RegisteredWorker => ({
  host,
  rpcPort: 29999,
  webPort: 30000,
  capacityBytes: 256 * MIB,
  usedBytes: 64 * MIB,
  lastContactSeconds: 0,
  version: "2.9.4",
  state: "ACTIVE",
  ...changes,
});

/** The same observation with one process changed. */
export const withProcess = (seen: Observation, name: string, changes: Partial<ObservedProcess>): Observation => ({
  ...seen,
  processes: seen.processes.map((process) => (process.process === name ? { ...process, ...changes } : process)),
});

export const withoutProcess = (seen: Observation, name: string): Observation => ({
  ...seen,
  processes: seen.processes.filter((process) => process.process !== name),
});

/** The same observation with another answer of the first master. */
export const withLeader = (seen: Observation, changes: Partial<MasterView>): Observation => ({
  ...seen,
  masters: { ...seen.masters, "master-1": { view: masterView("master-1", changes) } },
});
