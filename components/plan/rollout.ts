import { DEFAULT_WORKERS_PERCENT } from "../spec/spec";
import type { ClusterPlan, ProcessPlan } from "./types";

/** Processes that may be changed at the same time. */
export type RolloutStep = readonly string[];

/**
 * The order in which a running cluster is changed: a step is touched when everything before it is healthy again. Masters
 * go one at a time, then the job master; workers in batches of at most the plan's share of them, each with its job worker,
 * so that most of the cache always serves; then the proxy, and the mounts one at a time.
 *
 * @example rolloutSteps(plan) // [["master-1"], ["job-master"], ["worker-a-1", "job-worker-a-1"], ..., ["fuse-data"]]
 */
export function rolloutSteps(plan: Pick<ClusterPlan, "processes" | "workersPercent">): RolloutStep[] {
  const of = (role: ProcessPlan["role"]): ProcessPlan[] => plan.processes.filter((process) => process.role === role);
  const oneByOne = (role: ProcessPlan["role"]): RolloutStep[] => of(role).map((process) => [process.name]);
  const workers = of("worker");
  const jobWorkers = new Map(of("job-worker").map((process) => [process.worker, process.name]));
  const batches = chunks(workers, atOnce(workers.length, plan.workersPercent)).map((batch) => [
    ...batch.map((process) => process.name),
    ...batch.flatMap((process) => jobWorkers.get(process.worker) ?? []),
  ]);
  return [...oneByOne("master"), ...oneByOne("job-master"), ...batches, ...oneByOne("proxy"), ...oneByOne("fuse")];
}

/**
 * Who leads while a master is away: nobody moves unless that master leads; then the last one takes over, so that it rolls
 * last, and the first takes over from the last.
 * @returns undefined where leadership stays, or cannot be moved because there is but one master
 */
export function leaderWhileAway(
  masters: readonly string[],
  away: string,
  leader: string | undefined,
): string | undefined {
  if (leader !== away || masters.length < 2) return undefined;
  const last = masters.at(-1);
  return away === last ? masters[0] : last;
}

/** Old and new processes that differ in one of these cannot talk to each other. */
const DIVIDING = [
  "alluxio.master.rpc.port",
  "alluxio.master.embedded.journal.port",
  "alluxio.security.authentication.type",
];

type Properties = Readonly<Record<string, string>>;

/** @returns the properties for whose sake a change cannot be rolled: all processes change at once, or never meet again */
export const dividingChanges = (before: Properties, after: Properties): string[] =>
  DIVIDING.filter((property) => before[property] !== after[property]);

const atOnce = (workers: number, percent = DEFAULT_WORKERS_PERCENT): number =>
  Math.max(1, Math.floor((workers * percent) / 100));

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}
