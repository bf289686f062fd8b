import type { ClusterPlan } from "./types";
import { reportsWorkerVersion } from "./versions";

/** A worker as it must be, or is, registered at the leader. */
export interface Member {
  readonly capacityBytes: number;
  /** Alluxio 2.9.4 and later. */
  readonly version?: string;
}

/** What each worker must register. */
export const expectedMembers = (plan: Pick<ClusterPlan, "workers" | "version">): Record<string, Member> =>
  Object.fromEntries(
    plan.workers.map((worker) => [
      worker.host,
      { capacityBytes: worker.capacityBytes, ...(reportsWorkerVersion(plan.version) ? { version: plan.version } : {}) },
    ]),
  );
