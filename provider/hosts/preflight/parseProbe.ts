import type {
  AlluxioProcess,
  FuseSight,
  HostSurroundings,
  Peer,
  Place,
  PortHolder,
  RootSight,
} from "../../../components/plan/hosts/checks/surroundings";
import { parseMountinfo, type Mount } from "../../probes/mountinfo";

const MIB = 1024 ** 2;
const KIB = 1024;

/** Our own clock around the question, in milliseconds since 1970. */
export interface Window {
  readonly asked: number;
  readonly answered: number;
}

/**
 * What the probe has printed. Lines that are missing are things that did not answer.
 *
 * @param places the paths that it was asked for, in this order
 * @param askedForRoot whether it was asked for the under storage
 */
export function parseProbe(
  text: string,
  { asked, answered }: Window,
  places: readonly string[],
  askedForRoot: boolean,
): HostSurroundings {
  const mounts = parseMountinfo(text);
  const memory = parseMemory(text);
  const java = first(text, /^java (.*)$/m);
  const javaVersion = first(text, /^java-version (.*)$/m);
  const root = askedForRoot ? parseRoot(text, mounts) : undefined;
  const uid = first(text, /^user (\d+)$/m);
  const holder = first(text, /^holder (.+)$/m);
  return {
    ...(memory === undefined ? {} : { memory }),
    places: parsePlaces(text, places),
    portsInUse: parsePorts(text),
    units: parseUnits(text),
    claims: [...text.matchAll(/^claim (\S+) (.*)$/gm)].map(([, clusterId, path]) => ({
      clusterId: clusterId!,
      path: path!,
    })),
    ...(java === undefined
      ? {}
      : { java: { path: java, ...(javaVersion === undefined ? {} : { version: javaVersion }) } }),
    fuse: parseFuse(text),
    clock: {
      atLeast: milliseconds(text, "ended") - answered,
      atMost: milliseconds(text, "began") - asked,
    },
    peers: parsePeers(text),
    system: parseSystem(text),
    lacking: [...text.matchAll(/^lacks (\S+)$/gm)].map(([, name]) => name!),
    mounts: mounts.map(({ mountPoint, options, root: from, source, type }) => ({
      ...{ mountPoint, type, source, options },
      root: from,
    })),
    ...parseBlocks(text),
    ...parseBackup(text),
    ...(root === undefined ? {} : { root }),
    user: {
      ...(uid === undefined ? {} : { uid: Number(uid) }),
      ...(holder === undefined ? {} : { holder }),
    },
  };
}

const first = (text: string, pattern: RegExp): string | undefined => pattern.exec(text)?.[1];

/** In whole seconds and parts of one: a Number has digits for both. */
const milliseconds = (text: string, name: "began" | "ended"): number =>
  Math.round(Number(first(text, new RegExp(`^${name} (\\S+)$`, "m"))) * 1000);

/** A machine that is a container sees the memory of the real one, and may use that of its control group. */
function parseMemory(text: string): HostSurroundings["memory"] {
  const kibibytes = (name: string): number => Number(first(text, new RegExp(`^${name}: +(\\d+) kB$`, "m")));
  const total = kibibytes("MemTotal") / KIB;
  const available = kibibytes("MemAvailable") / KIB;
  if (!Number.isFinite(total) || !Number.isFinite(available)) return undefined;
  const bytes = (...names: readonly string[]): number[] =>
    names.flatMap((name) => {
      const value = Number(first(text, new RegExp(`^cgroup ${name.replaceAll(".", "\\.")} (\\d+)$`, "m")));
      return Number.isFinite(value) ? [value / MIB] : [];
    });
  const [limit = Infinity] = bytes("memory.max", "memory.limit_in_bytes");
  const [used = 0] = bytes("memory.current", "memory.usage_in_bytes");
  // Page cache that nobody has touched for long is given back.
  const [idle = 0] = bytes("inactive_file");
  return {
    totalMiB: Math.floor(Math.min(total, limit)),
    availableMiB: Math.max(0, Math.floor(Math.min(available, limit - used + idle))),
  };
}

function parsePlaces(text: string, paths: readonly string[]): Record<string, Place> {
  const lines = text.matchAll(/^place (\d+) (yes|no) (\d+) (\d+) (\d+) (\d+) (\d+) (\/.*)$/gm);
  return Object.fromEntries(
    [...lines].map(([, number, there, free, size, blockSize, freeInodes, inodes, mountPoint]) => {
      const mebibytes = (blocks: string | undefined): number => Math.floor((Number(blocks) * Number(blockSize)) / MIB);
      const place: Place = {
        there: there === "yes",
        freeMiB: mebibytes(free),
        sizeMiB: mebibytes(size),
        // Some make inodes as they need them, and count none.
        ...(Number(inodes) > 0 ? { freeInodes: Number(freeInodes) } : {}),
        mountPoint: mountPoint!,
      };
      return [paths[Number(number)] ?? "", place];
    }),
  );
}

function parsePorts(text: string): PortHolder[] {
  const ofAlluxio = parseAlluxio(text);
  return [...text.matchAll(/^port ([0-9A-F]{4})(?: (\d+) (\S+) (.*))?$/gm)].map(([, port, pid, unit, name]) => {
    const number = parseInt(port!, 16);
    if (pid === undefined) return { port: number };
    const alluxio = ofAlluxio.get(pid);
    const process = {
      ...{ name: name || "a process", pid: Number(pid) },
      ...(unit === "-" || !unit ? {} : { unit }),
      ...(alluxio === undefined ? {} : { alluxio }),
    };
    return { port: number, process };
  });
}

/** By the id of the process. One that does not tell its home is none that anybody could end by its scripts. */
function parseAlluxio(text: string): Map<string, AlluxioProcess> {
  const named = (kind: string, pid: string): string | undefined =>
    first(text, new RegExp(`^alluxio-${kind} ${pid} (/.*)$`, "m"));
  return new Map(
    [...text.matchAll(/^alluxio (\d+) (\S+) (\d+) (\d+) (\S+)$/gm)].flatMap(([, pid, mainClass, uid, gid, user]) => {
      const [home, confDir] = [named("home", pid!), named("conf", pid!)];
      if (home === undefined || confDir === undefined) return [];
      return [
        [pid!, { mainClass: mainClass!, user: user!, uid: Number(uid), gid: Number(gid), home, confDir }] as const,
      ];
    }),
  );
}

/** The last word holds: a file that is there may still be closed to the service user. */
function parseBackup(text: string): Pick<HostSurroundings, "backup"> {
  const said = [...text.matchAll(/^backup (there|missing|closed|silent)$/gm)].at(-1)?.[1];
  return said === undefined ? {} : { backup: said as NonNullable<HostSurroundings["backup"]> };
}

function parseBlocks(text: string): Pick<HostSurroundings, "blocks"> {
  const [, count, bytes] = /^blocks (\d+) (\d+)$/m.exec(text) ?? [];
  return count === undefined ? {} : { blocks: { count: Number(count), mebibytes: Math.ceil(Number(bytes) / MIB) } };
}

function parseUnits(text: string): Record<string, { readonly active: boolean }> {
  const lines = [...text.matchAll(/^unit (\S+) (.*)$/gm)];
  return Object.fromEntries(
    lines
      .filter(([, , states]) => /\bLoadState=loaded\b/.test(states!))
      .map(([, name, states]) => [name!, { active: /\bActiveState=(?:active|activating|reloading)\b/.test(states!) }]),
  );
}

function parseFuse(text: string): FuseSight {
  const setuid = new Set([...text.matchAll(/^setuid (\S+)$/gm)].map(([, name]) => name!));
  const device = first(text, /^device (usable|missing|denied)$/m) as FuseSight["device"] | undefined;
  return {
    device: device ?? "missing",
    programs: Object.fromEntries(
      [...text.matchAll(/^fusermount (\S+) (.*)$/gm)].map(([, name, version]) => [
        name!,
        { setuid: setuid.has(name!), version: version! },
      ]),
    ),
    libraries: [...text.matchAll(/^library (\S+)$/gm)].map(([, name]) => name!),
  };
}

function parsePeers(text: string): Record<string, Peer> {
  const why = new Map([...text.matchAll(/^silence (\S+) (.+)$/gm)].map(([, name, said]) => [name!, said!]));
  return Object.fromEntries(
    [...text.matchAll(/^peer (\S+) (untried|answers|silent) (.*)$/gm)].map(([, name, how, found]) => {
      const said = why.get(name!);
      const peer: Peer = {
        addresses: found!.split(" ").filter((address) => address !== ""),
        ...(how === "untried" ? {} : { answers: how === "answers" }),
        ...(said === undefined ? {} : { said }),
      };
      return [name!, peer];
    }),
  );
}

function parseSystem(text: string): HostSurroundings["system"] {
  const [, architecture = "", kernel = ""] = /^machine (\S+) (\S+)$/m.exec(text) ?? [];
  const os = first(text, /^os (.+)$/m)?.replace(/^(["'])(.*)\1$/, "$2");
  const systemd = first(text, /^systemd (\d+)$/m);
  return {
    architecture,
    kernel,
    ...(os === undefined ? {} : { os }),
    ...(systemd === undefined ? {} : { systemd: Number(systemd) }),
  };
}

/** Exit codes of the look at what the service user may do. */
const MAY_WRITE: Readonly<Record<string, boolean>> = { "0": true, "1": false };

function parseRoot(text: string, mounts: readonly Mount[]): RootSight | "missing" | "silent" {
  if (/^root missing$/m.test(text)) return "missing";
  const [, contents, inode, fsid] = /^root (empty|filled|closed) (\d+) (\S+)$/m.exec(text) ?? [];
  const path = first(text, /^root-path (\/.*)$/m);
  const at = first(text, /^root-at (\/.*)$/m);
  const mount = mounts.findLast(({ mountPoint }) => mountPoint === at);
  if (contents === undefined || inode === undefined || path === undefined || mount === undefined) return "silent";
  const uuid = first(text, /^root-uuid (\S+)$/m);
  const writable = MAY_WRITE[first(text, /^may-write (\d+)$/m) ?? ""];
  return {
    path,
    mountPoint: mount.mountPoint,
    type: mount.type,
    source: mount.source,
    root: mount.root,
    device: mount.device,
    inode,
    fileSystem: uuid ?? fsid ?? "",
    contents: contents as RootSight["contents"],
    ...(writable === undefined ? {} : { writable }),
  };
}
