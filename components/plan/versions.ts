/**
 * What differs between Alluxio versions, as far as a plan depends on it. Each trap has one function here, with its source.
 */

/** -1, 0 or 1, by number: 2.9.10 comes after 2.9.4. */
export function compareVersions(a: string, b: string): number {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

const since = (version: string, first: string): boolean => compareVersions(version, first) >= 0;

/** `fsadmin decommissionWorker`: Alluxio 2.9.4 (its release notes). */
export const canDecommission = (version: string): boolean => since(version, "2.9.4");

/** The leader tells each worker's version in `/api/v1/master/info`: Alluxio 2.9.4. */
export const reportsWorkerVersion = (version: string): boolean => since(version, "2.9.4");
