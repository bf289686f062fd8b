import type { Contents, Target } from "../spec/config";
import type { PortName } from "../spec/spec";

/**
 * What a spec means, as plain JSON data: which processes run with which properties, on which volumes, in which order.
 * It is made by `planCluster` alone and knows neither Pulumi nor any machine. Memory and storage are whole MiB.
 */
export interface ClusterPlan {
  readonly name: string;
  readonly target: Target;
  readonly version: string;
  readonly image: string;
  /** In the order of start: a process comes after those it names in `after`. */
  readonly processes: readonly ProcessPlan[];
  readonly volumes: readonly VolumePlan[];
  readonly mounts: readonly MountPlan[];
  /** The workers that must be registered at the leader, and no others. */
  readonly workers: readonly ExpectedWorker[];
  /** Directories that must exist in Alluxio before anything mounts or fills them; parents before children. */
  readonly alluxioPaths: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Of the workers, how many percent may be changed at the same time. @default 25 */
  readonly workersPercent?: number;
  /** Everything that the cluster may use at once: JVMs and full ramdisks. */
  readonly memoryMiB: number;
}

export type Role = "master" | "job-master" | "worker" | "job-worker" | "proxy" | "fuse";

export interface ProcessPlan {
  /** Unique in the cluster: `master-1`, `job-master`, `worker-gpu-1`, `job-worker-gpu-1`, `proxy`, `fuse-data`. */
  readonly name: string;
  readonly role: Role;
  /** The name it is reached by and, for a worker, registers as. */
  readonly hostname: string;
  /** The worker whose machine this process shares: its own, its job worker's, a mount's short-circuit worker. */
  readonly worker?: string;
  /** FUSE only: the mount it serves. */
  readonly mount?: string;
  /** alluxio-site.properties of this process. */
  readonly properties: Readonly<Record<string, string>>;
  /** Heap, direct memory and the user's own JVM options, ready for the command line. */
  readonly jvmOptions: readonly string[];
  /** Resident memory to expect at most, without the ramdisk. */
  readonly memoryMiB: number;
  readonly ports: readonly ProcessPort[];
  readonly volumes: readonly VolumeMount[];
  /** Names of the processes that must have been started before this one. */
  readonly after: readonly string[];
  /** The port whose HTTP server only this very JVM answers. */
  readonly healthPort: number;
}

export interface ProcessPort {
  readonly name: PortName;
  readonly port: number;
  /** Target docker: published on this machine's loopback, on this port or (`"any"`) on one that Docker picks. */
  readonly published?: number | "any";
}

export interface VolumeMount {
  /** Name of a {@link VolumePlan}, or an absolute path on the machine itself. */
  readonly source: string;
  readonly path: string;
  /** @default false */
  readonly readOnly?: boolean;
}

export interface VolumePlan {
  /** `journal-master-1`, `under-storage`, `ramdisk-gpu-1`, `credentials`. */
  readonly name: string;
  /** What is lost with it: metadata, the data itself, only what is cached, or nothing that is not written again. */
  readonly kind: "journal" | "under-storage" | "ramdisk" | "credentials";
  readonly keep: boolean;
  /** Ramdisks: the size of the tmpfs. */
  readonly sizeMiB?: number;
}

export interface MountPlan {
  readonly name: string;
  /** Absent: `<mount root of the cluster>/<name>`, where the root carries the cluster id. */
  readonly mountPoint?: string;
  readonly alluxioPath: string;
  readonly contents: Contents;
  /** libfuse options, `allow_other` included. */
  readonly options: readonly string[];
  /** Read-ahead of the mount's backing device; absent: the kernel's default. */
  readonly readAheadKiB?: number;
  /** The workers on whose machines it is mounted. */
  readonly workers: readonly string[];
  /** The processes that serve it: one on target docker, one a machine elsewhere. */
  readonly processes: readonly string[];
}

export interface ExpectedWorker {
  /** The host name it registers as. */
  readonly host: string;
  readonly capacityBytes: number;
  /** Ramdisk of this worker. */
  readonly ramdiskMiB: number;
}
