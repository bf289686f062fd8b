import type { UnpersistedSight } from "../../unpersisted";

/** What was seen of a host, or why it could not be asked. */
export type Sight = HostSurroundings | Unasked;

/** A host that could not be looked at. */
export interface Unasked {
  readonly unasked: {
    /** @example "unreachable", "sudo refused" */
    readonly fault: string;
    readonly found: string;
    readonly remedy: string;
  };
}

export const isUnasked = (sight: Sight): sight is Unasked => "unasked" in sight;

/** Plain data about one bare-metal machine, gathered at the edge by one script. */
export interface HostSurroundings {
  /** Of the machine or, where that is smaller, of the control group that it is all of. Absent: not told. */
  readonly memory?: { readonly totalMiB: number; readonly availableMiB: number };
  /** By path, where somebody writes; absent: it did not answer in time. */
  readonly places: Readonly<Record<string, Place>>;
  /** Ports of the demands on which somebody listens. */
  readonly portsInUse: readonly PortHolder[];
  /** Units of the demands that systemd knows. */
  readonly units: Readonly<Record<string, { readonly active: boolean }>>;
  /** What clusters have made on this machine, by its ledgers. */
  readonly claims: readonly Claim[];
  /** Absent: no such program. */
  readonly java?: { readonly path: string; readonly version?: string };
  readonly fuse: FuseSight;
  readonly clock: ClockOffset;
  /** By the name that was asked for. */
  readonly peers: Readonly<Record<string, Peer>>;
  readonly system: System;
  /** Programs of the demands that it lacks. */
  readonly lacking: readonly string[];
  readonly mounts: readonly MountSight[];
  /** What a worker that is not ours has put into memory at the path of the ramdisk; absent: no worker has used any there. */
  readonly blocks?: { readonly count: number; readonly mebibytes: number };
  /** What the cluster made by hand, whose master runs here, tells of files that are in its caches alone. */
  readonly unpersisted?: UnpersistedSight;
  /** Of a master that is to begin with a backup; absent where its journal is there already, or nobody asked. */
  readonly backup?: "there" | "missing" | "closed" | "silent";
  /** Only where it was asked for: `"silent"` where it does not answer. */
  readonly root?: RootSight | "missing" | "silent";
  readonly user: UserSight;
}

/** The file system of a path or, where that is not there yet, of its nearest parent. */
export interface Place {
  /** Whether the path itself is there. */
  readonly there: boolean;
  readonly freeMiB: number;
  readonly sizeMiB: number;
  /** Absent where the file system counts none. */
  readonly freeInodes?: number;
  readonly mountPoint: string;
}

export interface PortHolder {
  readonly port: number;
  /** Absent: none that has it open, so the kernel itself. */
  readonly process?: {
    readonly name: string;
    readonly pid: number;
    readonly unit?: string;
    /** Of a process of Alluxio. */
    readonly alluxio?: AlluxioProcess;
  };
}

/** A process of Alluxio, as its command line tells. */
export interface AlluxioProcess {
  /** Its main class. @example "alluxio.master.AlluxioMaster" */
  readonly mainClass: string;
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  /** Where Alluxio is unpacked. */
  readonly home: string;
  readonly confDir: string;
}

export interface Claim {
  readonly clusterId: string;
  readonly path: string;
}

export interface FuseSight {
  readonly device: "usable" | "missing" | "denied";
  /** `fusermount` of libfuse 2, `fusermount3` of libfuse 3: what ordinary users mount by. */
  readonly programs: Readonly<Record<string, { readonly setuid: boolean; readonly version: string }>>;
  /** @example ["libfuse.so.2", "libfuse3.so.3"] */
  readonly libraries: readonly string[];
}

/** By how much its clock is ahead of ours, in milliseconds: somewhere between the two. */
export interface ClockOffset {
  readonly atLeast: number;
  readonly atMost: number;
}

export interface Peer {
  /** None: the name does not resolve. */
  readonly addresses: readonly string[];
  /** Whether the machine answers there, be it by a refusal; absent where it was not tried. */
  readonly answers?: boolean;
  /** Why it does not. */
  readonly said?: string;
}

export interface System {
  /** @example "Debian GNU/Linux 11 (bullseye)" */
  readonly os?: string;
  /** @example "5.10.0-30-amd64" */
  readonly kernel: string;
  /** @example "x86_64" */
  readonly architecture: string;
  /** Absent: it runs another init. */
  readonly systemd?: number;
}

export interface MountSight {
  readonly mountPoint: string;
  readonly type: string;
  readonly source: string;
  /** Path within that file system that is mounted. */
  readonly root: string;
  readonly options: readonly string[];
}

/** The root under storage, where that is a directory. */
export interface RootSight {
  /** Without links on the way. */
  readonly path: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly source: string;
  readonly root: string;
  /** Major and minor number. */
  readonly device: string;
  readonly inode: string;
  /** What the file system calls itself, in one word; empty where it does not. */
  readonly fileSystem: string;
  readonly contents: "empty" | "filled" | "closed";
  /** Whether the service user may write there; absent where that cannot be told, for there is no such user yet. */
  readonly writable?: boolean;
}

export interface UserSight {
  /** Absent: no such user. */
  readonly uid?: number;
  /** Who has the number that the spec gives to the service user. */
  readonly holder?: string;
}
