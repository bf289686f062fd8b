import { posix } from "node:path";
import { refused, warned, type Trouble } from "./finding";
import { listed } from "./peers";
import type { HostSurroundings, RootSight } from "./surroundings";

/** File systems that a machine has for itself. All others are taken for those of a network. */
const LOCAL: ReadonlySet<string> = new Set([
  ...["bcachefs", "btrfs", "devtmpfs", "exfat", "ext2", "ext3", "ext4", "f2fs", "fuseblk", "jfs", "ntfs", "ntfs3"],
  ...["overlay", "ramfs", "reiserfs", "rootfs", "squashfs", "tmpfs", "vfat", "xfs", "zfs"],
]);

const WHAT = "under storage";

/** What tells one directory from another, as far as can be seen from one host. */
export interface RootIdentity {
  /** Whether others may have the same one mounted. */
  readonly shared: boolean;
  /** For people. @example "filer:/export/alluxio (nfs4)" */
  readonly text: string;
  /** The same on two hosts only where it may be the same directory. */
  readonly key: string;
}

export function identityOf(root: RootSight): RootIdentity {
  const { device, fileSystem, inode, mountPoint, path, source, type } = root;
  const below = posix.join(root.root, posix.relative(mountPoint, path)).replace(/\/$/, "");
  if (!LOCAL.has(type)) {
    // A file server has several names: which of them are the same one only a token tells.
    const [, server, folder = source] = /^(?:\/\/)?(\[[^\]]*\]|[^:/]+)(?::|(?=\/))(\/.*)$/.exec(source) ?? [];
    const exported = posix.join("/", folder, below);
    const text = server === undefined ? posix.join(source, below) : `${server}:${exported}`;
    return { shared: true, text: `${text} (${type})`, key: `${type} ${exported}` };
  }
  return {
    shared: false,
    text: `a folder of the local ${type} file system at ${mountPoint} (${source}, ${root.contents})`,
    key: [type, source, below, device, inode, fileSystem].join(" "),
  };
}

export function checkRoot(path: string, user: string, { root }: HostSurroundings): Trouble[] {
  if (root === undefined) return [];
  if (root === "missing") {
    return [
      refused(WHAT, `there is no folder ${path}`, "mount or make it there, so that the service user may write to it"),
    ];
  }
  if (root === "silent") {
    return [
      refused(WHAT, `${path} does not answer within seconds`, "look at its file server, and mount it again there"),
    ];
  }
  if (root.writable === undefined) {
    const found = `there is no user ${user} yet, so that nobody can tell whether it may write to ${path}`;
    return [warned(WHAT, found, "make sure that it may; a number in hosts.service.uid lets preflight look")];
  }
  if (root.writable) return [];
  return [
    refused(
      WHAT,
      `user ${user} may not write to ${path}`,
      `\`chown ${user} ${path}\`, or what its file server demands`,
    ),
  ];
}

/** What hosts have shown of the one file that one of them has written. */
export interface TokenSight {
  /** Who has written it; absent: nobody could. */
  readonly writer?: string;
  /** The others, and whether the very same token was there. */
  readonly shown: Readonly<Record<string, boolean>>;
}

export interface RootsContext {
  /** How many hosts of the cluster use it, those that are not looked at this time included. */
  readonly users: number;
  /** What hosts that were looked at before have there. */
  readonly known?: RootIdentity;
  /** Absent: not tried, for it would write something. */
  readonly token?: TokenSight;
}

/**
 * Whether all hosts have the same directory there. Exports and devices are compared; where they leave it open, a token that
 * one host writes and the others find decides.
 */
export function checkSameRoot(
  roots: ReadonlyMap<string, RootIdentity>,
  { users, known, token }: RootsContext,
): Map<string, Trouble> {
  if (users < 2 || roots.size === 0) return new Map();
  if (token !== undefined) return checkToken(roots, token);
  const reference = known ?? mostFrequent([...roots.values()]);
  const others = [...roots].filter(([, { key }]) => key === reference.key).map(([host]) => host);
  const holders = others.length > 0 ? listed(others) : "the hosts of the cluster";
  const troubles = new Map<string, Trouble>();
  for (const [host, root] of roots) {
    if (root.key !== reference.key) {
      const found = `it is ${root.text}; ${holders} ${others.length === 1 ? "has" : "have"} ${reference.text}`;
      troubles.set(host, refused(WHAT, found, SHARE));
    } else if (!root.shared) {
      const found = `it is ${root.text}, and looks the same on all`;
      const later =
        "`pulumi up` proves by a token that it is one; a disk of each machine's own cannot be a root under storage";
      troubles.set(host, warned(WHAT, found, later));
    } else if (root.text !== reference.text) {
      const namesakes = [...roots].filter(([, { text }]) => text === reference.text).map(([other]) => other);
      const found = `it is ${root.text}, and ${reference.text} on ${listed(namesakes) || "other hosts"}`;
      troubles.set(
        host,
        warned(WHAT, found, "`pulumi up` proves by a token that it is the same; better name one server everywhere"),
      );
    }
  }
  return troubles;
}

const SHARE = "mount the same directory of one file server on all hosts: what is written on one must be seen by all";

function checkToken(roots: ReadonlyMap<string, RootIdentity>, { writer, shown }: TokenSight): Map<string, Trouble> {
  if (writer === undefined) {
    const found = (text: string): string =>
      `it is ${text}; no host could write a token there, so nothing proves that it is the same on all`;
    const remedy = "let the service user (hosts.service.uid) write there";
    return new Map(
      [...roots].map(([host, { shared, text }]) => [host, (shared ? warned : refused)(WHAT, found(text), remedy)]),
    );
  }
  return new Map(
    [...roots]
      .filter(([host]) => shown[host] === false)
      .map(([host, { text }]) => [
        host,
        refused(WHAT, `a file that ${writer} has written there is not seen: it is another one, ${text}`, SHARE),
      ]),
  );
}

export function mostFrequent(roots: readonly RootIdentity[]): RootIdentity {
  const count = (key: string): number => roots.filter((root) => root.key === key).length;
  return roots.reduce((best, root) => (count(root.key) > count(best.key) ? root : best));
}
