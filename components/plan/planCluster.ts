import { DEFAULT_WORKERS_PERCENT, type ClusterSpec } from "../spec/spec";
import { alluxioPathsOf, planMount } from "./mounts";
import { planProcesses } from "./processes";
import { workersOf } from "./topology";
import type { ClusterPlan } from "./types";
import { planVolumes } from "./volumes";

/**
 * Decides everything about a cluster from its spec. Pure: the same spec always gives the same plan.
 *
 * @example planCluster(spec).processes.map((process) => process.name) // ["master-1", "job-master", "worker-small-1", ...]
 */
export function planCluster(spec: ClusterSpec): ClusterPlan {
  const processes = planProcesses(spec);
  const workers = workersOf(spec);
  const { workersPercent } = spec.rollout;
  const ramdisksMiB = sum(workers.map((worker) => worker.ramdisk.mebibytes));
  return {
    name: spec.name,
    target: spec.target,
    version: spec.version,
    image: spec.image,
    processes,
    volumes: planVolumes(spec),
    mounts: spec.mounts.map((mount) => planMount(mount, spec)),
    workers: workers.map((worker) => ({
      host: worker.name,
      ramdiskMiB: worker.ramdisk.mebibytes,
      capacityBytes: worker.ramdisk.bytes + sum(worker.tiers.map((tier) => tier.quota.bytes)),
    })),
    alluxioPaths: alluxioPathsOf(spec),
    labels: spec.labels,
    // States of versions that had no such field stay the same.
    ...(workersPercent === DEFAULT_WORKERS_PERCENT ? {} : { workersPercent }),
    memoryMiB: sum(processes.map((process) => process.memoryMiB)) + ramdisksMiB,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
