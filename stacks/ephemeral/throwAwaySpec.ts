import type { ClusterConfig, HeapsConfig } from "../../components/spec/config";

/** What a cluster of a few minutes needs: heaps that work, and JVMs that start quickly rather than run fast. */
const HEAPS: Required<HeapsConfig> = {
  master: "192MB",
  jobMaster: "96MB",
  worker: "96MB",
  jobWorker: "64MB",
  proxy: "96MB",
  fuse: "96MB",
};
const JVM_OPTIONS = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
const PROPERTIES = { "alluxio.master.metastore": "HEAP", "alluxio.master.worker.timeout": "15s" };

/**
 * The same cluster as a throw-away one: without what two at once would fight for (name, published port, mount points),
 * without what outlives it (`keep`), and small and quick where it says nothing itself.
 * @param config that holds every rule
 */
export function throwAwaySpec(config: ClusterConfig): ClusterConfig {
  const { name: _, confirm: __, ports: { published: ___, ...ports } = {}, ...rest } = config;
  const { masters, underStorage, mounts } = rest;
  return {
    ...rest,
    ...(masters?.journal ? { masters: { ...masters, journal: { ...masters.journal, keep: false } } } : {}),
    underStorage: underStorage.volume ? { ...underStorage, volume: { keep: false } } : underStorage,
    ...(mounts ? { mounts: mounts.map(({ mountPoint: ____, ...mount }) => mount) } : {}),
    ports,
    heaps: { ...HEAPS, ...rest.heaps },
    jvmOptions: rest.jvmOptions ?? JVM_OPTIONS,
    properties: { ...PROPERTIES, ...rest.properties },
  };
}
