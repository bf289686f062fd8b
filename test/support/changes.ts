import type { ClusterConfig } from "../../components/spec/config";
import { DEFAULT_PORTS, HEAP_NAMES, type HeapName, type PortName } from "../../components/spec/spec";

/** One change of one field of a spec. */
export interface SpecChange {
  /** The field, with `[]` for any entry of a list. */
  readonly field: string;
  readonly before: ClusterConfig;
  readonly after: ClusterConfig;
  /** What it does, exactly: `effect: change`, with `!` after an effect that must be confirmed. */
  readonly does: readonly string[];
}

/** Something in every field of target docker that may be absent, as far as they go together. */
export const BASE: ClusterConfig = {
  name: "dev",
  target: "docker",
  version: "2.9.4",
  workers: [{ name: "small", ramdisk: "512MB", tiers: [{ alias: "SSD", path: "/ssd/alluxio", quota: "2GB" }] }],
  underStorage: { volume: {} },
  mounts: [{ name: "data", mountPoint: "/mnt/scratch/data", contents: "immutable" }],
  dataSets: [{ name: "cifar" }],
  proxy: { enabled: true },
};

const SERVERS = ["master-1", "job-master", "worker-small-1", "job-worker-small-1", "proxy"];
const ALL = [...SERVERS, "fuse-data"];
const restart = (...processes: string[]): string[] => processes.map((process) => `restart: restart ${process}`);

/** A change of {@link BASE}. */
const change = (field: string, to: Partial<ClusterConfig>, does: readonly string[]): SpecChange => ({
  field,
  before: BASE,
  after: { ...BASE, ...to },
  does,
});

const [WORKER, MOUNT] = [BASE.workers[0]!, BASE.mounts![0]!];
const TIER = WORKER.tiers![0]!;
const worker = (field: string, to: Partial<typeof WORKER>, does: readonly string[]) =>
  change(`workers[].${field}`, { workers: [{ ...WORKER, ...to }] }, does);
const tier = (field: string, to: Partial<typeof TIER>, does: readonly string[]) =>
  worker(`tiers[].${field}`, { tiers: [{ ...TIER, ...to }] }, does);
const mount = (field: string, to: Partial<typeof MOUNT>, does: readonly string[]) =>
  change(`mounts[].${field}`, { mounts: [{ ...MOUNT, ...to }] }, does);

/** A change of another under storage than that of {@link BASE}. */
const underStorage = (
  field: string,
  from: ClusterConfig["underStorage"],
  to: ClusterConfig["underStorage"],
  does: readonly string[],
): SpecChange => ({
  field: `underStorage.${field}`,
  before: { ...BASE, underStorage: from },
  after: { ...BASE, underStorage: to },
  does,
});

const SEES_UNDER_STORAGE = restart("master-1", "job-master", "worker-small-1", "job-worker-small-1");
const SEES_RAMDISK = restart("worker-small-1", "job-worker-small-1", "fuse-data");

const HEAP_USERS: Readonly<Record<HeapName, string>> = {
  master: "master-1",
  jobMaster: "job-master",
  worker: "worker-small-1",
  jobWorker: "job-worker-small-1",
  proxy: "proxy",
  fuse: "fuse-data",
};

/** Every field that means something on target docker has a row; a test compares with the schema. */
export const SPEC_CHANGES: readonly SpecChange[] = [
  change("name", { name: "prod" }, ["data loss!: name dev→prod"]),
  change("version", { version: "2.9.6" }, restart(...ALL)),
  change("version", { version: "2.9.0" }, ["metadata loss!: downgrade 2.9.4→2.9.0", ...restart(...ALL)]),
  change("image", { image: `alluxio/alluxio@sha256:${"a".repeat(64)}` }, restart(...ALL)),
  change("masters.count", { masters: { count: 3 } }, [
    ...restart("master-1"),
    "start: start master-2",
    "start: start master-3",
    ...restart("job-master", "worker-small-1", "job-worker-small-1", "proxy", "fuse-data"),
  ]),
  change("masters.journal.keep", { masters: { journal: { keep: true } } }, []),

  worker("name", { name: "tiny" }, [
    "cache loss: remove ramdisk-small-1",
    "stop: stop worker-small-1",
    "stop: stop job-worker-small-1",
    "start: start worker-tiny-1",
    "start: start job-worker-tiny-1",
    ...restart("fuse-data"),
  ]),
  worker("count", { count: 2 }, ["start: start worker-small-2", "start: start job-worker-small-2"]),
  worker("ramdisk", { ramdisk: "256MB" }, ["cache loss: shrink ramdisk-small-1 512MB→256MB", ...SEES_RAMDISK]),
  worker("ramdisk", { ramdisk: "1GB" }, ["cache loss: grow ramdisk-small-1 512MB→1024MB", ...SEES_RAMDISK]),
  tier("alias", { alias: "HDD" }, restart("worker-small-1")),
  tier("path", { path: "/nvme/alluxio" }, [
    "cache loss: remove tier /ssd/alluxio/small-1",
    ...restart("worker-small-1"),
  ]),
  tier("quota", { quota: "1GB" }, [
    "cache loss: shrink tier /ssd/alluxio/small-1 2048MB→1024MB",
    ...restart("worker-small-1"),
  ]),
  tier("quota", { quota: "3GB" }, restart("worker-small-1")),
  worker("tiers", { tiers: [] }, ["cache loss: remove tier /ssd/alluxio/small-1", ...restart("worker-small-1")]),

  underStorage("volume.keep", { volume: {} }, { volume: { keep: true } }, []),
  underStorage("path", { path: "/nfs/a" }, { path: "/nfs/b" }, [
    "data loss!: root under storage /nfs/a→/nfs/b",
    ...SEES_UNDER_STORAGE,
  ]),
  underStorage("path", { volume: {} }, { path: "/nfs/a" }, [
    "data loss!: root under storage /opt/alluxio/underFSStorage→/nfs/a",
    "data loss!: remove under-storage",
    ...SEES_UNDER_STORAGE,
  ]),
  underStorage("path", { volume: { keep: true } }, { path: "/nfs/a" }, [
    "data loss!: root under storage /opt/alluxio/underFSStorage→/nfs/a",
    ...SEES_UNDER_STORAGE,
  ]),
  underStorage("uri", { uri: "s3://a/x" }, { uri: "s3://b/x" }, [
    "data loss!: root under storage s3://a/x→s3://b/x",
    ...restart("master-1"),
  ]),
  underStorage(
    "credentials",
    { uri: "s3://a/x" },
    { uri: "s3://a/x", credentials: { "s3a.secretKey": "ufsSecretKey" } },
    restart("master-1", "worker-small-1", "job-worker-small-1"),
  ),
  underStorage(
    "options",
    { uri: "s3://a/x" },
    { uri: "s3://a/x", options: { "alluxio.underfs.s3.region": "eu-west-1" } },
    restart("master-1"),
  ),

  mount("name", { name: "files" }, ["stop: stop fuse-data", "start: start fuse-files"]),
  mount("mountPoint", { mountPoint: "/mnt/scratch/other" }, restart("fuse-data")),
  mount("alluxioPath", { alluxioPath: "/data" }, restart("fuse-data")),
  mount("contents", { contents: "changing" }, restart("fuse-data")),
  mount("options", { options: ["ro"] }, restart("fuse-data")),
  mount("shortCircuit", { shortCircuit: false }, restart("fuse-data")),
  // A second name: the first is the worker beside which the mount is served, and stays.
  ...(
    [
      [["small-1", "small-2"], []],
      [["small-2"], restart("fuse-data")],
    ] as const
  ).map(([workers, does]): SpecChange => {
    const two = { ...BASE, workers: [{ ...WORKER, count: 2 }] };
    return {
      field: "mounts[].workers",
      before: { ...two, mounts: [{ ...MOUNT, workers: ["small-1"] }] },
      after: { ...two, mounts: [{ ...MOUNT, workers: [...workers] }] },
      does,
    };
  }),

  change("dataSets[].name", { dataSets: [{ name: "imagenet" }] }, []),
  change("dataSets[].path", { dataSets: [{ name: "cifar", path: "/cifar" }] }, []),
  change("proxy.enabled", { proxy: { enabled: false } }, ["stop: stop proxy"]),
  change("properties", { properties: { "alluxio.user.file.passive.cache.enabled": "false" } }, restart(...ALL)),
  ...HEAP_NAMES.map((name) => change(`heaps.${name}`, { heaps: { [name]: "1GB" } }, restart(HEAP_USERS[name]))),
  change("jvmOptions", { jvmOptions: ["-XX:+UseSerialGC"] }, restart(...ALL)),
  // Every process knows every port: clients and the admin shell, which runs anywhere, go by it.
  ...(Object.keys(DEFAULT_PORTS) as PortName[]).map((name) =>
    change(`ports.${name}`, { ports: { [name]: DEFAULT_PORTS[name] + 1000 } }, restart(...ALL)),
  ),
  change("ports.published", { ports: { published: 20500 } }, restart("master-1")),
  change("labels", { labels: { team: "vision" } }, restart(...ALL)),
  change("rollout.workersPercent", { rollout: { workersPercent: 50 } }, []),
  change("docker.host", { docker: { host: "unix:///run/other.sock" } }, []),
  change("confirm", { confirm: ["remove under-storage @0000"] }, []),
];
