/** Throw-away clusters, for tests and for people; docs/guides/throw-away-clusters.md. */
export { createCluster, withCluster, type EphemeralOptions } from "./ephemeral/create";
export type { ClusterOutputs, EphemeralCluster } from "./ephemeral/cluster";
