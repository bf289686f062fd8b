import type { ClusterPlan, ExpectedWorker } from "../components/plan/types";
import type { MasterView, RegisteredWorker } from "../provider/probes/leader";
import type { WorkerStatus } from "./report";

/** States in which the leader still lists a worker that it gives no work. */
const GIVEN_UP = /^(lost|decommissioned|disabled|out of service)$/i;

/** The workers of the spec in its order, then those that nobody intended, by name. */
export function workerStatuses(plan: Pick<ClusterPlan, "workers">, leader: MasterView | undefined): WorkerStatus[] {
  if (!leader) return plan.workers.map(({ host }) => ({ ...NOT_REGISTERED, name: host, state: "unknown" }));
  const registered = leader.workers.filter((worker) => !GIVEN_UP.test(worker.state));
  const intended = new Set(plan.workers.map((worker) => worker.host));
  const unintended = registered
    .filter((worker) => !intended.has(worker.host))
    .map(({ host, capacityBytes, usedBytes }) => ({
      name: host,
      state: "unintended" as const,
      capacityBytes,
      usedBytes,
    }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  return [...plan.workers.map((worker) => intendedWorker(worker, registered, leader)), ...unintended];
}

const NOT_REGISTERED = { capacityBytes: 0, usedBytes: 0 } as const;

function intendedWorker(
  wanted: ExpectedWorker,
  registered: readonly RegisteredWorker[],
  leader: MasterView,
): WorkerStatus {
  const name = wanted.host;
  const found = registered.find((worker) => worker.host === name);
  if (!found) {
    const lost = leader.lostWorkers.some((worker) => worker.host === name);
    return { ...NOT_REGISTERED, name, state: lost ? "lost" : "missing" };
  }
  const { capacityBytes, usedBytes } = found;
  return {
    name,
    state: capacityBytes === wanted.capacityBytes ? "active" : "wrong capacity",
    capacityBytes,
    usedBytes,
  };
}
