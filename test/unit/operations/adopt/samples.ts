import type { AdoptOptions } from "../../../../operations/adopt/cluster";
import type {
  ClusterFacts,
  FoundMount,
  FoundProcess,
  FoundRole,
  HostFacts,
  Installation,
} from "../../../../operations/adopt/facts";
import type { RegisteredWorker } from "../../../../provider/probes/leader";

export const HOME = "/home/nikunj/alluxio-2.8.0";
const GIB = 1024 ** 3;

export const process = (role: FoundRole, more: Partial<FoundProcess> = {}): FoundProcess => ({
  pid: 1000,
  role,
  ...{ user: "nikunj", group: "nikunj", uid: 1500, gid: 1500 },
  home: HOME,
  confDir: `${HOME}/conf`,
  java: "/usr/lib/jvm/java-11/bin/java",
  properties: { "alluxio.home": HOME, "alluxio.conf.dir": `${HOME}/conf`, "alluxio.logger.type": "Console" },
  options:
    role === "master"
      ? ["-Xmx8g", "-XX:MetaspaceSize=256M"]
      : role === "worker"
        ? ["-Xmx4g", "-XX:MaxDirectMemorySize=4g"]
        : [],
  args: [],
  secretVariables: [],
  ...more,
});

export const installation = (more: Partial<Installation> = {}): Installation => ({
  home: HOME,
  confDir: `${HOME}/conf`,
  versions: ["2.8.0"],
  masters: ["v2r2-dfx-8"],
  workers: ["blue4", "titan34", "fw0013513", "fw0013512", "fw0013511"],
  site: {
    "alluxio.master.hostname": "v2r2-dfx-8",
    "alluxio.master.mount.table.root.ufs": "/nfs/alluxio",
  },
  environment: { variables: {}, options: {}, properties: {}, obscureLines: [] },
  otherFiles: [],
  unreadable: [],
  ...more,
});

const DIRECTORY = { kind: "directory", owner: "nikunj", group: "nikunj", mode: "755", entries: ["JobJournal", "raft"] };
const NFS: FoundMount = { mountPoint: "/nfs", type: "nfs4", source: "files:/export" };
const RAMFS: FoundMount = { mountPoint: "/mnt/ramdisk", type: "ramfs", source: "ramfs" };

export const host = (name: string, more: Partial<HostFacts> = {}): HostFacts => ({
  asRoot: true,
  names: [name],
  machineId: name,
  memoryMiB: 96_000,
  processes: [],
  installations: [installation()],
  mounts: [{ mountPoint: "/", type: "ext4", source: "/dev/sda1" }, NFS],
  units: [],
  fstab: [],
  paths: { "/nfs/alluxio": { ...DIRECTORY, entries: [] } },
  unansweredPaths: [],
  ...more,
});

const FUSE_ARGS = ["-m", "/mnt/fuse2", "-a", "/", "-o", "allow_other,nonempty"];

export const worker = (name: string, site: Record<string, string> = {}, more: Partial<HostFacts> = {}): HostFacts =>
  host(name, {
    processes: [process("worker"), process("job-worker"), process("fuse", { args: FUSE_ARGS, options: ["-Xmx1G"] })],
    installations: [installation({ site: { ...installation().site, ...site } })],
    mounts: [
      ...host(name).mounts,
      RAMFS,
      { mountPoint: "/mnt/fuse2", type: "fuse.alluxio-fuse", source: "alluxio-fuse" },
    ],
    ...more,
  });

export const master = (more: Partial<HostFacts> = {}): HostFacts =>
  host("v2r2-dfx-8", {
    names: ["v2r2-dfx-8", "10.145.41.28"],
    processes: [process("master"), process("job-master")],
    paths: { ...host("").paths, [`${HOME}/journal`]: DIRECTORY },
    ...more,
  });

const registered = (name: string, capacityBytes: number): RegisteredWorker => ({
  host: name,
  rpcPort: 29999,
  webPort: 30000,
  capacityBytes,
  usedBytes: 0,
  lastContactSeconds: 1,
  state: "In Service",
});

const LARGE = ["blue4", "titan34"];
const SMALL = ["fw0013513", "fw0013512", "fw0013511"];

/** The cluster of the wiki page, as its tarball, its scripts and its loops leave it. */
export function wikiCluster(more: Partial<ClusterFacts> = {}): ClusterFacts {
  const workers = [...LARGE, ...SMALL];
  return {
    start: "v2r2-dfx-8",
    hosts: {
      "v2r2-dfx-8": master(),
      ...Object.fromEntries(LARGE.map((name) => [name, worker(name, { "alluxio.worker.ramdisk.size": "100GB" })])),
      ...Object.fromEntries(SMALL.map((name) => [name, worker(name)])),
    },
    silent: {},
    masters: [{ entry: "v2r2-dfx-8", host: "v2r2-dfx-8" }],
    workers: workers.map((name) => ({ entry: name, host: name })),
    leader: {
      host: "v2r2-dfx-8",
      view: {
        master: "v2r2-dfx-8",
        role: "leader",
        rpcAddress: "v2r2-dfx-8:19998",
        version: "2.8.0",
        workers: workers.map((name) => registered(name, LARGE.includes(name) ? 100 * GIB : Math.floor(62.51 * GIB))),
        lostWorkers: [],
      },
      mountTable: { "/": { uri: "/nfs/alluxio", readOnly: false, shared: false, options: [] } },
    },
    unpersisted: { files: 12, unpersisted: 0, paths: [] },
    ...more,
  };
}

/** The same with one host changed. */
export const withHost = (facts: ClusterFacts, name: string, more: Partial<HostFacts>): ClusterFacts => ({
  ...facts,
  hosts: { ...facts.hosts, [name]: { ...facts.hosts[name]!, ...more } },
});

/** The same with more in alluxio-site.properties of all hosts. */
export const withSite = (facts: ClusterFacts, site: Installation["site"]): ClusterFacts => ({
  ...facts,
  hosts: Object.fromEntries(
    Object.entries(facts.hosts).map(([name, one]) => [
      name,
      { ...one, installations: one.installations.map((all) => ({ ...all, site: { ...all.site, ...site } })) },
    ]),
  ),
});

export const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEu97D/LWnU7Oxq3BLxyusIMwQcn0/AeVKBD9OQns0r5";

export const OPTIONS: AdoptOptions = {
  name: "alnair",
  prefix: "/opt/alluxio",
  reached: Object.fromEntries(
    ["v2r2-dfx-8", ...LARGE, ...SMALL].map((name) => [
      name,
      { address: name, port: 22, user: "root", hostKeys: [KEY] },
    ]),
  ),
  bastions: {},
};
