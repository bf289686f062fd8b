import type { Condition } from "../resources/fuseMount";
import { OUT_OF_TIME } from "../transports/commandResult";

/** What the kernel calls a mount of Alluxio's FUSE. */
export const FUSE_TYPE = "fuse.alluxio-fuse";

/**
 * @param types of what is mounted at the mount point, the lowest first
 * @param exitCode of a timed look at it
 */
export function conditionOfMount(types: readonly string[], exitCode: number): Condition {
  if (!types.includes(FUSE_TYPE)) return "absent";
  if (types.length > 1) return "stacked";
  if (exitCode === 0) return "mounted";
  return exitCode === OUT_OF_TIME ? "silent" : "dead";
}

/**
 * Every path at which a mount is served.
 * @param served paths of its processes, and where its mount was found; any of them again and again
 */
export function pathsServed(mountPoint: string, condition: Condition, served: readonly string[]): string[] {
  const elsewhere = [...new Set(served)].filter((path) => path !== mountPoint).sort();
  // Where it is mounted nowhere, its condition says so.
  return [...(condition === "absent" && elsewhere.length > 0 ? [] : [mountPoint]), ...elsewhere];
}
