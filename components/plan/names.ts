/** How many characters of the cluster id a physical name ends in. */
const SUFFIX_LENGTH = 4;

export const suffixOf = (clusterId: string): string => clusterId.slice(0, SUFFIX_LENGTH);

/**
 * The name of a thing on a machine: readable, and not shared with a cluster of the same name in another clone.
 *
 * @example physicalName("dev", "master-1", "3f9c2ab1d4e5") // "dev-master-1-3f9c"
 */
export const physicalName = (cluster: string, part: string, clusterId: string): string =>
  `${cluster}-${part}-${suffixOf(clusterId)}`;

/** Where mounts appear that name no mount point of their own. */
export const defaultMountRoot = (cluster: string, clusterId: string): string =>
  `/mnt/alluxio/${cluster}-${suffixOf(clusterId)}`;

const SUPERVISOR = "supervisor-";

/** What the supervisor of a mount is called among the processes of a cluster; it is none of its plan. */
export const supervisorOf = (mount: string): string => SUPERVISOR + mount;

export const isSupervisor = (process: string): boolean => process.startsWith(SUPERVISOR);
