import type { Member } from "../../provider/resources/membership";
import type { ClusterPlan } from "../plan/types";
import { reportsWorkerVersion } from "../plan/versions";

/** What each worker must register. */
export const expectedMembers = (plan: Pick<ClusterPlan, "workers" | "version">): Record<string, Member> =>
  Object.fromEntries(
    plan.workers.map((worker) => [
      worker.host,
      { capacityBytes: worker.capacityBytes, ...(reportsWorkerVersion(plan.version) ? { version: plan.version } : {}) },
    ]),
  );
