import { FUSE_TYPE } from "./fuseMount";

/** One line of /proc/self/mountinfo (man 5 proc). */
export interface Mount {
  readonly device: string;
  /** What of the file system is mounted, as a path in it. */
  readonly root: string;
  readonly mountPoint: string;
  /** Of this mount; the file system has others. */
  readonly options: readonly string[];
  /** Propagation, such as `shared:12`; empty for a private mount. */
  readonly propagation: readonly string[];
  readonly type: string;
  readonly source: string;
}

export function parseMountinfo(text: string): Mount[] {
  return text
    .split("\n")
    .filter((line) => line.includes(" - "))
    .map((line) => {
      const [before = "", after = ""] = line.split(" - ", 2);
      const fields = before.split(" ");
      const [type = "", source = ""] = after.split(" ");
      return {
        device: fields[2] ?? "",
        root: unescape(fields[3] ?? ""),
        mountPoint: unescape(fields[4] ?? ""),
        options: (fields[5] ?? "").split(","),
        propagation: fields.slice(6).filter((field) => field !== ""),
        type,
        source: unescape(source),
      };
    });
}

/** FUSE mounts of Alluxio at a path, the lowest first: more than one means that one hides the others. */
export const fuseMountsAt = (mounts: readonly Mount[], mountPoint: string): Mount[] =>
  mounts.filter((mount) => mount.mountPoint === mountPoint && mount.type === FUSE_TYPE);

/** A FUSE process of Alluxio, in some container. */
export interface FuseServer {
  readonly pid: number;
  /** Where it was told to mount. */
  readonly path: string;
}

/** Lines `fuse <process id> <path>`. */
export const parseServers = (text: string): FuseServer[] =>
  [...text.matchAll(/^fuse (\d+) (\/.*)$/gm)].map(([, pid, path]) => ({ pid: Number(pid), path: path! }));

/** The kernel writes blanks and backslashes in octal. */
const unescape = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
