import type { Contents, SshConfig, Target } from "./config";
import type { Size } from "./size";

/** A parsed spec: every default filled in, every rule held. Made only by `parseSpec`. */
export interface ClusterSpec {
  readonly name: string;
  readonly target: Target;
  readonly version: string;
  /** Tag or digest, also when it is the default one. */
  readonly image: string;
  readonly masters: {
    readonly count: 1 | 3 | 5;
    readonly hosts: readonly string[];
    readonly journal: { readonly keep: boolean; readonly path: string };
  };
  readonly workers: readonly WorkerGroup[];
  readonly underStorage: UnderStorage;
  readonly mounts: readonly FuseMountSpec[];
  readonly dataSets: readonly DataSetSpec[];
  readonly proxy: { readonly enabled: boolean };
  readonly properties: Readonly<Record<string, string>>;
  readonly heaps: Readonly<Record<HeapName, Size>>;
  readonly jvmOptions: readonly string[];
  readonly ports: Readonly<Record<PortName, number>> & { readonly published?: number };
  readonly labels: Readonly<Record<string, string>>;
  readonly rollout: { readonly workersPercent: number };
  readonly docker: { readonly host?: string };
  readonly hosts: HostsSpec;
  readonly kubernetes: { readonly context?: string; readonly namespace: string; readonly storageClass?: string };
  readonly confirm: readonly string[];
}

export interface WorkerGroup {
  readonly name: string;
  /** Number of workers; on target hosts the number of `hosts`. */
  readonly count: number;
  readonly ramdisk: Size;
  readonly tiers: readonly { readonly alias: "SSD" | "HDD"; readonly path: string; readonly quota: Size }[];
  readonly hosts: readonly string[];
  readonly ssh: SshSettings;
}

/** Some of how a host is reached; what is absent is decided by a wider place (see components/plan/ssh). */
export type SshSettings = Readonly<SshConfig>;

export interface HostSettings extends SshSettings {
  readonly address?: string;
  /** One public key a line. */
  readonly hostKey?: string;
}

export interface HostsSpec extends SshSettings {
  /** Path of the SSH client's configuration, or `none`. */
  readonly sshConfig: string;
  /** In seconds. */
  readonly timeouts: { readonly connect: number; readonly keepAlive: number };
  readonly sessions: number;
  readonly addresses: Readonly<Record<string, HostSettings>>;
  readonly bastions: Readonly<Record<string, HostSettings>>;
  /** Of what left the spec, those that never come back. */
  readonly gone: readonly string[];
  /** Directory that everything is installed in. */
  readonly prefix: string;
  /** Absent only on other targets. */
  readonly release?: Archive;
  /** Absent: each host's own. */
  readonly java?: { readonly home: string } | Archive;
  readonly service: { readonly user: string; readonly group: string; readonly uid?: number; readonly gid?: number };
  readonly libfuse: 2 | 3;
}

/** A tarball: loaded by each host, or copied to it from a file of this machine. */
export type Archive = { readonly sha256: string } & ({ readonly url: string } | { readonly file: string });

export type UnderStorage = (
  | { readonly kind: "volume"; readonly keep: boolean }
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "uri"; readonly uri: string }
) & {
  readonly credentials: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
};

export interface FuseMountSpec {
  readonly name: string;
  /** Absent on target docker where the user gave none: the path then carries the cluster id. */
  readonly mountPoint?: string;
  readonly alluxioPath: string;
  /** Names of workers, groups already resolved; in the order of the spec. */
  readonly workers: readonly string[];
  readonly contents: Contents;
  /** Absent: those that `contents` implies. */
  readonly options?: readonly string[];
  readonly shortCircuit: boolean;
}

export interface DataSetSpec {
  readonly name: string;
  readonly path: string;
  readonly source?: string;
}

export const HEAP_NAMES = ["master", "jobMaster", "worker", "jobWorker", "proxy", "fuse"] as const;
export type HeapName = (typeof HEAP_NAMES)[number];

export const DEFAULT_HEAPS: Readonly<Record<HeapName, string>> = {
  master: "512MB",
  jobMaster: "256MB",
  worker: "512MB",
  jobWorker: "256MB",
  proxy: "256MB",
  fuse: "512MB",
};

/** Alluxio's default ports: facts of its property reference (2.9). */
export const DEFAULT_PORTS = {
  masterRpc: 19998,
  masterWeb: 19999,
  journal: 19200,
  jobMasterRpc: 20001,
  jobMasterWeb: 20002,
  jobMasterJournal: 20003,
  workerRpc: 29999,
  workerWeb: 30000,
  jobWorkerRpc: 30001,
  jobWorkerData: 30002,
  jobWorkerWeb: 30003,
  proxyWeb: 39999,
  fuseWeb: 49999,
} as const;
export type PortName = keyof typeof DEFAULT_PORTS;

/** Of the workers, how many percent may be changed at the same time. */
export const DEFAULT_WORKERS_PERCENT = 25;

/** Where the ramdisk of a worker is mounted: one a container or machine. */
export const RAMDISK_PATH = "/mnt/ramdisk";
