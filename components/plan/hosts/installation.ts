import type { HostsPlan } from "./types";

/** Where Alluxio is on every host of a cluster, and whose it is. */
export interface Installation {
  /** Folder of the releases. Absolute. @example "/opt/alluxio" */
  readonly prefix: string;
  /** The user whose processes run, and so Alluxio's superuser. */
  readonly user: string;
}

/** It is the same on all hosts of a plan. */
export function installationOf({ hosts }: HostsPlan): Installation {
  const { release, user } = hosts[0]!;
  return { prefix: release.prefix, user: user.name };
}
