import type { Verdict } from "./reap";

/** What `alluxioctl ephemeral list --json` prints of each cluster. Fields are only ever added. */
export interface EphemeralStatus {
  readonly name: string;
  /** Null where nothing was made yet that bears one. */
  readonly clusterId: string | null;
  /** When it ends, ISO 8601. */
  readonly expires: string;
  readonly expiresInSeconds: number;
  /** It goes with the process that made it. */
  readonly bound: boolean;
  readonly containers: number;
  readonly running: number;
  /** Web server of the first master; null where none is published. */
  readonly webAddress: string | null;
  readonly mountPoints: readonly string[];
  /** Folder with its state, if it was made in this clone. */
  readonly folder: string | null;
}

interface PublishedPort {
  readonly port: number;
  readonly container: string;
  readonly clusterId: string | undefined;
}

/** By name. @param now seconds since 1970 */
export function overviewOf(
  verdicts: readonly Verdict[],
  published: readonly PublishedPort[],
  now: number,
): EphemeralStatus[] {
  return verdicts
    .map(({ cluster }): EphemeralStatus => {
      const { name, expires, maker } = cluster.ephemeral;
      const [web] = published
        .filter(({ clusterId }) => clusterId !== undefined && cluster.clusterIds.includes(clusterId))
        .sort((left, right) => (left.container < right.container ? -1 : 1));
      return {
        name,
        clusterId: cluster.clusterIds[0] ?? null,
        expires: new Date(expires * 1000).toISOString(),
        expiresInSeconds: Math.max(0, expires - now),
        bound: maker !== undefined,
        containers: cluster.containers.length,
        running: cluster.containers.filter(({ running }) => running).length,
        webAddress: web ? `http://127.0.0.1:${web.port}` : null,
        mountPoints: cluster.ledgers.flatMap(({ roots }) => roots.flatMap(({ mountPoints }) => mountPoints)),
        folder: cluster.folders[0]?.path ?? null,
      };
    })
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}
