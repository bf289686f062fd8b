import type { ClusterSpec } from "../../spec/spec";
import { rolloutSteps } from "../rollout";
import type { ClusterPlan, ProcessPlan } from "../types";
import { unitOf } from "./names";
import type { HostsStep, UnitReference } from "./types";

/** Process of the cluster's plan → its unit. */
export type UnitReferences = ReadonlyMap<string, UnitReference>;

export const unitReferences = (spec: Pick<ClusterSpec, "name">, plan: ClusterPlan): UnitReferences =>
  new Map(plan.processes.map((process) => [process.name, { host: process.hostname, unit: unitOf(spec, process) }]));

/**
 * The order in which a cluster comes up: each process in the first step after all that it names in `after`. Masters go one
 * by one, then everything that waits for nobody but them, on all machines at once.
 */
export function startSteps(plan: Pick<ClusterPlan, "processes">, references: UnitReferences): HostsStep[] {
  const levels = new Map<string, number>();
  const steps: UnitReference[][] = [];
  for (const { name, after } of plan.processes) {
    const level = 1 + after.reduce((highest, other) => Math.max(highest, levels.get(other) ?? 0), -1);
    levels.set(name, level);
    (steps[level] ??= []).push(references.get(name)!);
  }
  return steps;
}

/**
 * The order in which a running cluster is changed: that of `rolloutSteps`, but for the mounts. There are as many processes
 * of a mount as machines; they go by the workers' batches, one mount after the other, so that most machines see every mount
 * and each machine sees most mounts.
 */
export function rollingSteps(plan: ClusterPlan, references: UnitReferences): HostsStep[] {
  const processes = new Map(plan.processes.map((process) => [process.name, process]));
  const is = (role: ProcessPlan["role"]) => (name: string) => processes.get(name)?.role === role;
  const all = rolloutSteps(plan);
  const batches = all.filter((step) => step.some(is("worker")));
  const others = all.filter((step) => !step.some(is("fuse")));
  const batchOf = new Map(
    batches.flatMap((step, i) => step.filter(is("worker")).map((name) => [processes.get(name)!.hostname, i])),
  );
  const mounts = plan.mounts.flatMap((mount) => {
    const steps: string[][] = [];
    for (const name of mount.processes) (steps[batchOf.get(processes.get(name)!.hostname)!] ??= []).push(name);
    return steps.filter((step) => step.length > 0);
  });
  return [...others, ...mounts].map((step) => step.map((name) => references.get(name)!));
}
