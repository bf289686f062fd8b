import type { FuseMountConfig } from "../../../components/spec/config";
import { sanitize } from "../../../components/spec/rules/names";
import type { WorkerGroupConfig } from "../../../components/spec/config";
import type { Cluster, Machine } from "../cluster";
import { settingsOf, textOf } from "../effective";
import type { Note } from "../note";
import type { Origin, Part } from "../part";

/** A mount of one host, as the kernel and its process have it. */
interface Found {
  readonly mountPoint: string;
  readonly alluxioPath: string;
  /** As after -o; absent: Alluxio's own. */
  readonly options?: readonly string[];
}

const FUSE = "fuse.alluxio-fuse";
const LONGEST_NAME = 26;

/** FUSE mounts, as the kernel lists them: the same one on several hosts is one mount. */
export function mountsPart(cluster: Cluster, groups: readonly WorkerGroupConfig[]): Part {
  const notes: Note[] = [];
  const found = new Map<string, { mount: Found; hosts: string[] }>();
  const workers = groups.flatMap(({ hosts = [] }) => hosts);
  for (const machine of cluster.machines) {
    for (const mount of mountsOf(machine, notes)) {
      if (!workers.includes(machine.name)) {
        notes.push({
          kind: "decision",
          about: `mount ${mount.mountPoint} of ${machine.name}`,
          found: mount.alluxioPath,
          message:
            "Mounts are on hosts with a worker here, and this one has none (in the spec): decide how its users go on.",
        });
        continue;
      }
      const key = JSON.stringify(mount);
      const others = found.get(key)?.hosts ?? [];
      found.set(key, { mount, hosts: [...others, machine.name] });
    }
  }
  const names = new Set<string>();
  const mounts = [...found.values()].map(({ mount, hosts }): FuseMountConfig => {
    const name = nameFor(mount.mountPoint, names);
    names.add(name);
    const { options, ...more } = optionsOf(mount, notes);
    return {
      name,
      mountPoint: mount.mountPoint,
      ...(mount.alluxioPath === "/" ? {} : { alluxioPath: mount.alluxioPath }),
      ...membersOf(hosts, groups),
      ...more,
      ...(options === undefined ? {} : { options }),
    };
  });
  if (mounts.length === 0) return { config: {}, origins: [], notes };
  const origins: Origin[] = [
    {
      path: ["mounts"],
      text: "what the kernel of each host has mounted, and the command line of the process behind it",
    },
  ];
  return { config: { mounts }, origins, notes };
}

function mountsOf(machine: Machine, notes: Note[]): Found[] {
  const { facts, name } = machine;
  const points = [...new Set(facts.mounts.filter(({ type }) => type === FUSE).map(({ mountPoint }) => mountPoint))];
  const servers = facts.processes
    .filter(({ role }) => role === "fuse")
    .map((process) => {
      const settings = settingsOf(facts, "fuse", process);
      const options = valuesOf(process.args, "-o");
      return {
        mountPoint: valuesOf(process.args, "-m").at(-1) ?? textOf(settings, "alluxio.fuse.mount.point"),
        alluxioPath: valuesOf(process.args, "-a").at(-1) ?? textOf(settings, "alluxio.fuse.mount.alluxio.path") ?? "/",
        written: options.length > 0 ? options : [textOf(settings, "alluxio.fuse.mount.options") ?? ""],
      };
    });
  for (const { mountPoint } of servers) {
    if (mountPoint !== undefined && points.includes(mountPoint)) continue;
    notes.push({
      kind: "not adopted",
      about: `mount ${mountPoint ?? "at an unknown place"} of ${name}`,
      message: "A process of FUSE runs for it, and the kernel has nothing mounted there.",
    });
  }
  return points.flatMap((mountPoint) => {
    const server = servers.find((one) => one.mountPoint === mountPoint);
    if (server === undefined) {
      notes.push({
        kind: "not adopted",
        about: `mount ${mountPoint} of ${name}`,
        message:
          "No process of FUSE runs for it, so that nobody knows what was mounted there: add it to mounts, and detach it (`umount -l`) before the takeover.",
      });
      return [];
    }
    const options = server.written
      .flatMap((text) => text.split(","))
      .map((one) => one.trim())
      .filter((one) => one !== "");
    return [
      {
        mountPoint,
        alluxioPath: server.alluxioPath.replace(/(.)\/+$/, "$1"),
        ...(options.length > 0 ? { options: [...new Set(options)].sort() } : {}),
      },
    ];
  });
}

/** The words after an option: `-o a -o b`, and `-oa`. */
function valuesOf(args: readonly string[], option: string): string[] {
  return args.flatMap((arg, i) => {
    if (arg === option) return args[i + 1] ?? [];
    return arg.startsWith(option) && !arg.startsWith("--") ? [arg.slice(option.length).replace(/^=/, "")] : [];
  });
}

/** Always given here. */
const ALWAYS = "allow_other";
/** Refused by the spec: they hide what lies in the mount point. */
const DROPPED = "nonempty";

function optionsOf({ mountPoint, options }: Found, notes: Note[]): Pick<FuseMountConfig, "options" | "contents"> {
  const about = `mount ${mountPoint}`;
  const rest = (options ?? []).filter((option) => option !== ALWAYS && option !== DROPPED);
  if (options?.includes(DROPPED) === true) {
    notes.push({
      kind: "difference",
      about,
      found: `with ${DROPPED}`,
      ours: "without",
      message: "A mount point has to be empty: files that lie below it now, hidden, are to be moved first.",
    });
  }
  if (options?.includes(ALWAYS) !== true) {
    notes.push({ kind: "difference", about, ours: ALWAYS, message: "Every user of the host will see the mount." });
  }
  if (rest.length === 0) {
    notes.push({
      kind: "difference",
      about,
      found: "Alluxio's own options",
      ours: "those of contents: changing",
      message:
        "Every open looks whether a file was rewritten. Where files never are, contents: immutable is much faster.",
    });
    return {};
  }
  return { options: rest, ...(rest.includes("kernel_cache") ? { contents: "immutable" as const } : {}) };
}

/** Nothing where every worker has the mount; groups where they have it as a whole. */
function membersOf(hosts: readonly string[], groups: readonly WorkerGroupConfig[]): Pick<FuseMountConfig, "workers"> {
  const whole = groups.filter((group) => (group.hosts ?? []).every((host) => hosts.includes(host)));
  if (whole.length === groups.length) return {};
  const covered = new Set(whole.flatMap((group) => group.hosts ?? []));
  return { workers: [...whole.map(({ name }) => name), ...hosts.filter((host) => !covered.has(host))] };
}

function nameFor(mountPoint: string, taken: ReadonlySet<string>): string {
  const base = sanitize(mountPoint.split("/").at(-1) ?? "").slice(0, LONGEST_NAME);
  const plain = (/^[a-z]/.test(base) ? base : `mount-${base}`).slice(0, LONGEST_NAME).replace(/-+$/, "");
  for (let n = 1; ; n++) {
    const name = n === 1 ? plain : `${plain}-${n}`;
    if (!taken.has(name)) return name;
  }
}

/** Every mount of every host. */
export const mountPointsOf = ({ machines }: Cluster): { readonly host: string; readonly path: string }[] =>
  machines.flatMap(({ name, facts }) => {
    const points = facts.mounts.filter(({ type }) => type === FUSE).map(({ mountPoint }) => mountPoint);
    return [...new Set(points)].map((path) => ({ host: name, path }));
  });
