import type { ClusterPlan } from "./types";

/** How a process runs where all is well; a refresh holds what it finds against it. */
export interface DeclaredRun {
  readonly condition: "running";
  /** Its alluxio-site.properties. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Every process of a plan as it is declared to run, by its name. */
export const declaredRuns = (plan: Pick<ClusterPlan, "processes">): Record<string, DeclaredRun> =>
  Object.fromEntries(plan.processes.map(({ name, properties }) => [name, { condition: "running", properties }]));
