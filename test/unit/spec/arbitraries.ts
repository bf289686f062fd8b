import fc from "fast-check";
import type { ClusterConfig } from "../../../components/spec/config";

const PREFIX = fc.constantFrom("a", "gpu", "x-y", "long-name-of-a-group");
const size = fc
  .tuple(fc.integer({ min: 64, max: 4000 }), fc.constantFrom("MB", "mib", "G", "GB", "TB"))
  .map(([number, unit]) => `${number}${unit}`);
const heap = fc.integer({ min: 64, max: 4000 }).map((number) => `${number}MB`);
const port = fc.integer({ min: 1024, max: 18000 });
const word = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,20}[A-Za-z0-9])?$/);
/** Different names, so that no two of one list are equal and none is like a worker of another. */
const names = (most: number, least = 0) =>
  fc
    .tuple(PREFIX, fc.integer({ min: least, max: most }))
    .map(([prefix, count]) =>
      Array.from({ length: count }, (_, index) => `${prefix}${String.fromCharCode(97 + index)}`),
    );
/** Only the fields that were drawn. */
const partial = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T, never>(fields, { requiredKeys: [] });

const common = {
  version: fc.constantFrom("2.8.0", "2.8.1", "2.9.0", "2.9.3", "2.9.4", "2.9.6"),
  proxy: partial({ enabled: fc.boolean() }),
  heaps: partial({ master: heap, jobMaster: heap, worker: heap, jobWorker: heap, proxy: heap, fuse: heap }),
  jvmOptions: fc.subarray(["-XX:+UseSerialGC", "-Xss1m", "-Duser.timezone=UTC"]),
  properties: fc.dictionary(
    fc.constantFrom("alluxio.user.file.writetype.default", "alluxio.worker.network.reader.buffer.size"),
    fc.stringMatching(/^(?:[A-Z0-9_](?:[A-Z0-9_ ]{0,18}[A-Z0-9_])?)?$/),
  ),
  labels: fc
    .dictionary(word, fc.oneof(fc.constant(""), word))
    .map((labels) =>
      Object.fromEntries(
        Object.entries(labels).filter(([key]) => !/^(alluxio|com\.docker|io\.docker|org\.docker)/.test(key)),
      ),
    ),
  rollout: partial({ workersPercent: fc.integer({ min: 1, max: 100 }) }),
  confirm: fc.array(fc.stringMatching(/^[a-z][a-z →@0-9]{0,30}$/), { maxLength: 2 }),
  dataSets: names(3).map((list) => list.map((name) => ({ name }))),
};

function withMounts(groups: readonly string[]) {
  const mount = fc.record(
    {
      contents: fc.constantFrom("immutable" as const, "changing" as const),
      alluxioPath: fc.constantFrom("/", "/data", "/a/b.c"),
      workers: fc.subarray([...groups], { minLength: 1 }),
      options: fc.subarray(["ro", "max_idle_threads=64", "entry_timeout=60", "max_read=131072"]),
      shortCircuit: fc.boolean(),
      own: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  return names(3).chain((list) =>
    fc.tuple(...list.map(() => mount)).map((mounts) =>
      mounts.map(({ own = false, ...rest }, index) => {
        const name = list[index] ?? "none";
        return { name, ...rest, ...(own ? { mountPoint: `/srv/${name}` } : {}) };
      }),
    ),
  );
}

const docker: fc.Arbitrary<ClusterConfig> = names(4, 1).chain((groups) =>
  fc.record<ClusterConfig, "workers" | "underStorage">(
    {
      ...common,
      workers: fc
        .tuple(...groups.map(() => fc.tuple(size, fc.integer({ min: 1, max: 100 }))))
        .map((sizes) => sizes.map(([ramdisk, count], index) => ({ name: groups[index] ?? "none", ramdisk, count }))),
      underStorage: fc.oneof(
        partial({ keep: fc.boolean() }).map((volume) => ({ volume })),
        fc.constant({ path: "/nfs/data" }),
        fc.constant({ uri: "s3://bucket/x", credentials: { "s3a.secretKey": "ufsSecret" } }),
      ),
      masters: partial({ count: fc.constantFrom(1, 3, 5), journal: partial({ keep: fc.boolean() }) }),
      mounts: withMounts(groups),
      ports: partial({ published: port, masterRpc: port }),
    },
    { requiredKeys: ["workers", "underStorage"] },
  ),
);

const hosts: fc.Arbitrary<ClusterConfig> = names(4, 1).chain((groups) =>
  fc.record<ClusterConfig, "workers" | "underStorage" | "target" | "masters" | "hosts">(
    {
      ...common,
      target: fc.constant("hosts" as const),
      masters: fc.constantFrom(1, 3, 5).map((count) => ({
        count,
        hosts: Array.from({ length: count }, (_, index) => `m${index}.example.org`),
      })),
      workers: fc.tuple(...groups.map(() => fc.tuple(size, fc.integer({ min: 1, max: 5 })))).map((sizes) =>
        sizes.map(([ramdisk, count], group) => ({
          name: groups[group] ?? "none",
          ramdisk,
          hosts: Array.from({ length: count }, (_, index) => `host-${group}-${index}`),
        })),
      ),
      underStorage: fc.constantFrom({ path: "/nfs/data" }, { uri: "hdfs://nn:9000/x" }),
      mounts: withMounts(groups),
      ports: partial({ masterRpc: port }),
      hosts: fc.record({
        prefix: fc.constantFrom("/opt/alluxio", "/srv/a.b"),
        // Of some versions no official tarball is known.
        release: fc.constantFrom(
          { url: "https://example.org/alluxio.tar.gz", sha256: "0".repeat(64) },
          { file: "~/alluxio.tar.gz", sha256: "f".repeat(64) },
        ),
        java: fc.constantFrom({ home: "/usr/lib/jvm/java-11" }, { file: "/srv/jre.tgz", sha256: "1".repeat(64) }),
        service: partial({ user: fc.constantFrom("alluxio", "tachyon"), uid: fc.integer({ min: 1, max: 65_000 }) }),
        libfuse: fc.constantFrom(2, 3),
      }),
    },
    { requiredKeys: ["workers", "underStorage", "target", "masters", "hosts"] },
  ),
);

const kubernetes: fc.Arbitrary<ClusterConfig> = docker
  .filter(({ underStorage }) => underStorage.volume === undefined)
  .map(({ ports: _, ...rest }) => ({ ...rest, target: "kubernetes", kubernetes: { namespace: "alluxio" } }));

/** Valid configs of every target. */
export const validConfig: fc.Arbitrary<ClusterConfig> = fc.oneof(docker, hosts, kubernetes);
