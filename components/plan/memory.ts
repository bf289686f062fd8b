import type { Role } from "./types";
import type { ClusterSpec, HeapName } from "../spec/spec";

/** The heap of each role in `heaps`. */
export const HEAP_OF: Readonly<Record<Role, HeapName>> = {
  master: "master",
  "job-master": "jobMaster",
  worker: "worker",
  "job-worker": "jobWorker",
  proxy: "proxy",
  fuse: "fuse",
};

/** Roles that move file data through direct buffers; Alluxio's own scripts give them as much as their heap. */
const USES_DIRECT_MEMORY: ReadonlySet<Role> = new Set(["worker", "fuse"]);
const LEAST_DIRECT_MIB = 128;

/**
 * Resident memory of a JVM beyond heap and direct memory (metaspace, code cache, threads): measured with small heaps,
 * the master has most of it.
 */
const OVERHEAD_MIB: Readonly<Record<Role, number>> = {
  master: 256,
  "job-master": 192,
  worker: 192,
  "job-worker": 192,
  proxy: 192,
  fuse: 192,
};

export interface ProcessMemory {
  readonly heapMiB: number;
  readonly directMiB: number;
  readonly totalMiB: number;
}

export function memoryOf(role: Role, spec: Pick<ClusterSpec, "heaps">): ProcessMemory {
  const heapMiB = spec.heaps[HEAP_OF[role]].mebibytes;
  const directMiB = USES_DIRECT_MEMORY.has(role) ? Math.max(heapMiB, LEAST_DIRECT_MIB) : 0;
  return { heapMiB, directMiB, totalMiB: heapMiB + directMiB + OVERHEAD_MIB[role] };
}

export function jvmOptionsOf(role: Role, spec: Pick<ClusterSpec, "heaps" | "jvmOptions">): string[] {
  const { heapMiB, directMiB } = memoryOf(role, spec);
  return [`-Xmx${heapMiB}m`, ...(directMiB > 0 ? [`-XX:MaxDirectMemorySize=${directMiB}m`] : []), ...spec.jvmOptions];
}
