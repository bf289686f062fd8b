import { nearest } from "../nearest";
import { formatPath, type Segments, selectText } from "../path";
import { sanitize, workerNumber } from "./names";
import { normalise } from "./paths";
import { entriesOf, finding, repeated, type ConfigDraft, type Rule, type RuleContext } from "./rule";
import { isInside } from "./workers";

export const MOUNT_RULES: readonly Rule[] = [
  {
    name: "mounts.repeated",
    path: ["mounts[].mountPoint"],
    message: "No two mounts have the same mount point.",
    example: {
      yaml: "mounts: [{ name: a, mountPoint: /mnt/data }, { name: b, mountPoint: /mnt/data }]",
      at: "mounts[1].mountPoint",
    },
    *check(config, context) {
      for (const [mount, other] of pairs(mountPoints(config, context))) {
        if (mount.directory === other.directory) {
          yield finding(mount.path, `is already the mount point of ${formatPath(other.path.slice(0, 2))}.`);
        }
      }
    },
  },
  {
    name: "mounts.nested",
    path: ["mounts[].mountPoint"],
    message: "No mount point is within another one.",
    example: {
      yaml: "mounts: [{ name: a, mountPoint: /mnt/data }, { name: b, mountPoint: /mnt/data/b }]",
      at: "mounts[1].mountPoint",
    },
    *check(config, context) {
      for (const [mount, other] of pairs(mountPoints(config, context))) {
        if (mount.directory === other.directory) continue;
        const where = `${other.directory}, the mount point of ${formatPath(other.path.slice(0, 2))}`;
        if (isInside(mount.directory, other.directory)) yield finding(mount.path, `is within ${where}.`);
        else if (isInside(other.directory, mount.directory)) yield finding(mount.path, `would cover ${where}.`);
      }
    },
  },
  {
    name: "mounts.covers-storage",
    path: ["mounts[].mountPoint"],
    message: "A mount point neither covers nor is within the under storage, a tier or a journal.",
    example: {
      yaml: "{ underStorage: { path: /nfs/data }, mounts: [{ name: a, mountPoint: /nfs/data/fuse }] }",
      at: "mounts[0].mountPoint",
    },
    *check(config, context) {
      const patterns = ["underStorage.path", "workers[].tiers[].path", "masters.journal.path"];
      for (const mount of mountPoints(config, context)) {
        for (const { path, text } of selectText(config, patterns)) {
          const directory = normalise(text);
          if (!text.startsWith("/") || directory === "/") continue;
          if (isInside(mount.directory, directory)) {
            yield finding(mount.path, `is within ${directory} (${formatPath(path)}), which Alluxio itself uses.`);
          } else if (isInside(directory, mount.directory)) {
            yield finding(mount.path, `would cover ${directory} (${formatPath(path)}), which Alluxio itself uses.`);
          }
        }
      }
    },
  },
  {
    name: "mounts.workers-none",
    path: ["mounts[].workers"],
    message: "`mounts[].workers`, where it is given, names at least one group or worker.",
    example: { yaml: "mounts: [{ name: data, workers: [] }]", at: "mounts[0].workers" },
    *check({ mounts }) {
      for (const { value, path } of entriesOf(mounts, "mounts")) {
        if (value.workers?.length !== 0) continue;
        yield finding([...path, "workers"], "is empty: name groups or workers, or remove the line for every worker.");
      }
    },
  },
  {
    name: "mounts.workers-unknown",
    path: ["mounts[].workers[]"],
    message: "`mounts[].workers` names groups or workers that exist.",
    example: { yaml: "mounts: [{ name: data, workers: [smal] }]", at: "mounts[0].workers[0]" },
    *check(config, { target, sound }) {
      const groups = [...entriesOf(config.workers)].map(({ value }) => value);
      if (target === undefined || !sound("workers")) return;
      for (const { path, text } of selectText(config, ["mounts[].workers[]"])) {
        const known = groups.some(({ name = "", count = 1, hosts = [] }) =>
          target === "hosts"
            ? name === text || hosts.includes(text)
            : name === text || workerNumber(name, text) <= count,
        );
        if (known) continue;
        const names = groups.flatMap(({ name = "", hosts = [] }) => [name, ...hosts.map(String)]);
        const workers = groups.flatMap(({ name = "", count = 1 }) => firstWorkers(name, count));
        const allowed = names.map((name) => JSON.stringify(name)).join(", ");
        yield finding(
          path,
          `is neither a worker group nor a worker. ${target === "hosts" ? "Groups and hosts" : "Groups"}: ${allowed}.`,
          nearest(text, target === "hosts" ? names : [...names, ...workers]),
        );
      }
    },
  },
  {
    name: "mounts.workers-repeated",
    path: ["mounts[].workers[]"],
    message: "`mounts[].workers` names each only once.",
    example: { yaml: "mounts: [{ name: data, workers: [small, small] }]", at: "mounts[0].workers[1]" },
    *check(config) {
      for (const { value, path } of entriesOf(config.mounts, "mounts")) {
        yield* repeated(
          [...entriesOf(value.workers, ...path, "workers")].map((entry) => ({ path: entry.path, text: entry.value })),
          () => "stands here twice.",
        );
      }
    },
  },
];

export interface MountPoint {
  readonly path: Segments;
  readonly directory: string;
  /** Whether the user wrote it. */
  readonly written: boolean;
}

/** Mount points as they will be; on target docker the default one ends in an id that no user can write. */
export function mountPoints({ mounts, name }: ConfigDraft, { target, stack }: RuleContext): MountPoint[] {
  const root = target === "docker" ? `/mnt/alluxio/${name ?? sanitize(stack)}-*` : "/mnt/alluxio";
  return [...entriesOf(mounts, "mounts")].flatMap(({ value, path }) => {
    const directory = value.mountPoint ?? (value.name === undefined ? undefined : `${root}/${value.name}`);
    if (!directory?.startsWith("/") || normalise(directory) === "/") return [];
    return [
      { path: [...path, "mountPoint"], directory: normalise(directory), written: value.mountPoint !== undefined },
    ];
  });
}

/** Every mount point with each earlier one, except two defaults: they clash only where the names do, which has its own rule. */
function pairs(points: readonly MountPoint[]): [MountPoint, MountPoint][] {
  return points.flatMap((point, index) =>
    points
      .slice(0, index)
      .filter((other) => point.written || other.written)
      .map((other): [MountPoint, MountPoint] => [point, other]),
  );
}

function firstWorkers(group: string, count: number): string[] {
  return Array.from({ length: Math.min(Math.max(count, 0), 20) }, (_, index) => `${group}-${index + 1}`);
}
