import type { UnpersistedSight } from "../../components/plan/unpersisted";
import type { MasterView } from "../../provider/probes/leader";
import type { Mount } from "../../provider/probes/mountinfo";
import type { Role } from "../../components/plan/types";

/** A value as it was found. That of a credential is dropped where it is read, and never known here. */
export type FoundValue = string | { readonly secret: true };
export type FoundProperties = Readonly<Record<string, FoundValue>>;
export const SECRET: FoundValue = { secret: true };

/** Everything that was found of a hand-made cluster, as plain data without secrets. */
export interface ClusterFacts {
  /** The host that was named, where its files were read. */
  readonly start: string;
  /** By the name that each was asked by. */
  readonly hosts: Readonly<Record<string, HostFacts>>;
  /** Hosts that could not be looked at, and why. */
  readonly silent: Readonly<Record<string, string>>;
  /** conf/masters and conf/workers of `start`. */
  readonly masters: readonly Member[];
  readonly workers: readonly Member[];
  /** What the leading master says; absent: none answers. */
  readonly leader?: LeaderFacts;
  readonly unpersisted: UnpersistedSight;
}

/** A line of conf/masters or conf/workers. */
export interface Member {
  /** As it stands there. */
  readonly entry: string;
  /** The host in {@link ClusterFacts.hosts} or `silent` that it means. */
  readonly host: string;
}

export interface LeaderFacts {
  readonly host: string;
  readonly view: MasterView;
  /** Alluxio path → what is mounted there; the root included. */
  readonly mountTable: Readonly<Record<string, MountTableEntry>>;
}

export interface MountTableEntry {
  readonly uri: FoundValue;
  readonly readOnly: boolean;
  readonly shared: boolean;
  /** Names of options that it was mounted with. */
  readonly options: readonly string[];
}

export interface HostFacts {
  /** Whether the script ran as root; else it has seen what its user may see. */
  readonly asRoot: boolean;
  /** Host name, full name and addresses that it has for itself. */
  readonly names: readonly string[];
  readonly machineId: string;
  readonly memoryMiB: number;
  readonly processes: readonly FoundProcess[];
  readonly installations: readonly Installation[];
  /** All that is mounted. */
  readonly mounts: readonly FoundMount[];
  /** Units of systemd that are named like Alluxio, and whether they start at a boot. */
  readonly units: readonly { readonly name: string; readonly state: string }[];
  /** Lines of /etc/fstab about memory or Alluxio. */
  readonly fstab: readonly string[];
  /** Directories that were asked for; absent ones are not in it. */
  readonly paths: Readonly<Record<string, FoundPath>>;
  /** Those that did not answer in time. */
  readonly unansweredPaths: readonly string[];
}

export type FoundRole = Role | "secondary-master" | "log-server" | "unknown";

export interface FoundProcess {
  readonly pid: number;
  readonly role: FoundRole;
  readonly user: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
  /** The unit of systemd that it runs in; absent: it was started by hand. */
  readonly unit?: string;
  readonly home?: string;
  readonly confDir?: string;
  /** The JVM's program. */
  readonly java?: string;
  /** -D options. */
  readonly properties: FoundProperties;
  /** The other options of the JVM, in their order. */
  readonly options: readonly string[];
  /** What stands after the main class. */
  readonly args: readonly string[];
  /** Version of libfuse that it has loaded. */
  readonly libfuse?: 2 | 3;
  /** Names of variables of its environment that may hold a credential. */
  readonly secretVariables: readonly string[];
}

/** Alluxio as it was unpacked on a host, and how it is configured there. */
export interface Installation {
  readonly home: string;
  readonly confDir: string;
  /** As its jars say. */
  readonly versions: readonly string[];
  readonly masters: readonly string[];
  readonly workers: readonly string[];
  /** alluxio-site.properties */
  readonly site: FoundProperties;
  /** alluxio-env.sh */
  readonly environment: FoundEnvironment;
  /** Files of the configuration directory that are not read here. */
  readonly otherFiles: readonly string[];
  /** Files that are there, and that could not be read. */
  readonly unreadable: readonly string[];
}

export interface FoundEnvironment {
  /** Variables that are set to a plain text. */
  readonly variables: FoundProperties;
  /** Options in the variables for JVMs: variable → words. */
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** -D options in them: variable → properties. */
  readonly properties: Readonly<Record<string, FoundProperties>>;
  /** Numbers of lines that only a shell could understand. */
  readonly obscureLines: readonly number[];
}

export interface FoundMount extends Pick<Mount, "mountPoint" | "type" | "source"> {
  /** Of a tmpfs. */
  readonly sizeMiB?: number;
}

export interface FoundPath {
  /** As stat(1) calls it: `directory`, `regular file`. */
  readonly kind: string;
  readonly owner: string;
  readonly group: string;
  /** Octal digits. */
  readonly mode: string;
  /** The first of what is in it. */
  readonly entries: readonly string[];
}
