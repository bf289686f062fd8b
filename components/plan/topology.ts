import type { ClusterSpec } from "../spec/spec";
import type { Size } from "../spec/size";

/** A worker of the cluster and the machine it stands on. */
export interface PlannedWorker {
  /** `<group>-<n>`, or its host's name on target hosts. */
  readonly name: string;
  readonly group: string;
  readonly ramdisk: Size;
  readonly tiers: ClusterSpec["workers"][number]["tiers"];
}

export interface PlannedMaster {
  readonly name: string;
  readonly hostname: string;
}

export function workersOf(spec: Pick<ClusterSpec, "workers" | "target">): PlannedWorker[] {
  return spec.workers.flatMap((group) =>
    Array.from({ length: group.count }, (_, i) => ({
      name: (spec.target === "hosts" ? group.hosts[i] : undefined) ?? `${group.name}-${i + 1}`,
      group: group.name,
      ramdisk: group.ramdisk,
      tiers: group.tiers,
    })),
  );
}

export function mastersOf(spec: Pick<ClusterSpec, "masters" | "target">): PlannedMaster[] {
  return Array.from({ length: spec.masters.count }, (_, i) => {
    const name = `master-${i + 1}`;
    return { name, hostname: (spec.target === "hosts" ? spec.masters.hosts[i] : undefined) ?? name };
  });
}

/**
 * The host of the job master. One is enough: it holds no data, the masters ask again for what it had not finished, and
 * every target restarts it.
 */
export function jobMasterHostname(spec: Pick<ClusterSpec, "masters" | "target">): string {
  return spec.target === "hosts" ? mastersOf(spec)[0]!.hostname : "job-master";
}

export function proxyHostname(spec: Pick<ClusterSpec, "masters" | "target">): string {
  return spec.target === "hosts" ? mastersOf(spec)[0]!.hostname : "proxy";
}
