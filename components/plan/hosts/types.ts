import type { Contents } from "../../spec/config";
import type { Archive } from "../../spec/spec";
import type { Role } from "../types";

/** What stands on each bare-metal machine, and in which order it is started and changed. Plain JSON data. */
export interface HostsPlan {
  /** Masters first, in the order of the spec. */
  readonly hosts: readonly HostPlan[];
  /** Units that may start at once, step after step. */
  readonly startSteps: readonly HostsStep[];
  /** Units of a running cluster that may be changed at once; a step is touched when all before it are healthy again. */
  readonly rollingSteps: readonly HostsStep[];
}

export type HostsStep = readonly UnitReference[];

/** A systemd unit of one machine. */
export interface UnitReference {
  readonly host: string;
  readonly unit: string;
}

export interface HostPlan {
  /** The name that the spec calls it by. */
  readonly host: string;
  readonly release: ReleasePlan;
  /** Absent: what the machine has. */
  readonly java?: JavaPlan;
  readonly user: ServiceUserPlan;
  /** Parents before children. Missing parents of a path are made as root's, 0755. */
  readonly directories: readonly DirectoryPlan[];
  /** Configuration and scripts, in the order of their paths. Units have their own places below. */
  readonly files: readonly FilePlan[];
  /** Lines that files of the machine must have. */
  readonly lines: readonly LinePlan[];
  readonly ramdisk?: RamdiskPlan;
  /** Masters, job masters, workers, job workers, proxy: one a process. */
  readonly services: readonly ServicePlan[];
  readonly mounts: readonly HostMountPlan[];
  /** Everything that the cluster may use at once on this machine: JVMs and a full ramdisk. */
  readonly memoryMiB: number;
  /** Ports that the processes open. */
  readonly ports: readonly { readonly port: number; readonly process: string }[];
}

/**
 * A release of Alluxio, unpacked beside older ones, which stay: `<prefix>/alluxio-<version>`. It is root's, and nothing in
 * it is ever changed, but for `conf`, where the commands that people start are configured.
 */
export interface ReleasePlan {
  readonly version: string;
  readonly archive: Archive;
  /** The one directory in the tarball. */
  readonly topDirectory: string;
  readonly prefix: string;
  /** Where it is unpacked to before it gets its name, all at once. */
  readonly staging: string;
  readonly directory: string;
  /**
   * The link that people use, switched by a rename when the release is complete. Units name `directory`: a process that
   * crashes while another version is rolled out starts again as what it was.
   */
  readonly link: LinkPlan;
}

export interface LinkPlan {
  readonly path: string;
  /** Relative to the directory of `path`. */
  readonly target: string;
}

export interface JavaPlan {
  readonly home: string;
  /** Unpacked to `home`, without the one directory in it. Absent: the machine has it. */
  readonly archive?: Archive;
}

export interface ServiceUserPlan {
  readonly name: string;
  readonly group: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly home: string;
  readonly shell: string;
}

export interface Ownership {
  readonly owner: string;
  readonly group: string;
  /** Four octal digits. */
  readonly mode: string;
}

export interface OwnedPath extends Ownership {
  readonly path: string;
}

export interface DirectoryPlan extends OwnedPath {
  /** What processes write into it goes with the cluster. */
  readonly disposable: boolean;
}

export interface FilePlan extends Ownership {
  readonly path: string;
  readonly content: string;
  /** The process that reads it; absent: people's commands, or every unit. */
  readonly process?: string;
  /** Properties whose values are secrets, and the config key of each: `withSecrets` adds them where they are known. */
  readonly secrets?: Readonly<Record<string, string>>;
}

export interface LinePlan {
  readonly path: string;
  readonly line: string;
}

/** A tmpfs of a fixed size, mounted at boot. Owner and mode are those of its root. */
export interface RamdiskPlan extends Ownership {
  readonly mountPoint: string;
  /** What the kernel's list of mounts calls it, which tells it from another one. */
  readonly source: string;
  readonly sizeMiB: number;
  /** As in `mount -o`; the size is the first. */
  readonly options: readonly string[];
  readonly unit: string;
  /** File of the unit. */
  readonly path: string;
  readonly content: string;
}

/** One process, one unit. */
export interface ServicePlan {
  /** Its name in the cluster's plan. */
  readonly process: string;
  readonly role: Role;
  readonly unit: string;
  /** File of the unit. */
  readonly path: string;
  readonly content: string;
  /** Its configuration directory. */
  readonly configuration: string;
  /** Files that it reads when it starts. */
  readonly reads: readonly string[];
  /** Of everything that the process reads when it starts, and of nothing else: it starts again when this changes. */
  readonly digest: string;
  /** Whether it keeps what it once read, or was told, of the under storage's credentials. */
  readonly keepsCredentials: boolean;
  /** Units that are started before, here and on other machines. */
  readonly after: readonly UnitReference[];
  readonly memoryLimitMiB: number;
  /** The port whose HTTP server only this very JVM answers. */
  readonly healthPort: number;
}

export interface HostMountPlan {
  readonly mount: string;
  readonly mountPoint: OwnedPath;
  readonly alluxioPath: string;
  readonly contents: Contents;
  /** libfuse options, `allow_other` included. */
  readonly options: readonly string[];
  /** Absent: the kernel's default. */
  readonly readAheadKiB?: number;
  readonly service: ServicePlan;
}
