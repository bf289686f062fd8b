import { DEFAULT_PREFIX } from "../defaults-hosts";
import { formatPath, selectText, type Segments } from "../path";
import { RAMDISK_PATH } from "../spec";
import { hostsExample as example } from "./hosts";
import { mountPoints, type MountPoint } from "./mounts";
import { normalise } from "./paths";
import { entriesOf, finding, type ConfigDraft, type Rule } from "./rule";
import { isInside } from "./workers";

/** Directories that hold what must last, or what a mount would cover. */
const NAMED = [
  "mounts[].mountPoint",
  "underStorage.path",
  "workers[].tiers[].path",
  "masters.journal.path",
  "dataSets[].source",
  "hosts.prefix",
];

const STORAGE = ["workers[].tiers[].path", "masters.journal.path"];
/** What the installation makes below its prefix. */
const OWNED = ["conf", "current", "libexec", "logs", "work", "alluxio-*", "java-*"];

/** Directories on a bare-metal machine that get in each other's way. */
export const MACHINE_DIRECTORY_RULES: readonly Rule[] = [
  {
    name: "directories.ramdisk",
    path: NAMED,
    message: `On target hosts no directory is in \`${RAMDISK_PATH}\`, where each worker's ramdisk is mounted: it is empty after a reboot.`,
    example: {
      yaml: `{ target: hosts, masters: { hosts: [h1], journal: { path: ${RAMDISK_PATH}/journal } }, workers: [{ name: a, ramdisk: 1GB, hosts: [h1] }], underStorage: { path: /nfs } }`,
      at: "masters.journal.path",
    },
    *check(config, { target }) {
      if (target !== "hosts") return;
      for (const { path, text } of selectText(config, NAMED)) {
        if (!text.startsWith("/") || !isInside(normalise(text), RAMDISK_PATH)) continue;
        yield finding(path, `is in ${RAMDISK_PATH}, the ramdisk of a worker, which is empty after a reboot.`);
      }
    },
  },
  {
    name: "directories.installation",
    path: ["mounts[].mountPoint"],
    message: "On target hosts a mount point neither covers nor is within `hosts.prefix`.",
    example: { yaml: example("mounts: [{ name: a, mountPoint: /opt/alluxio/data }]"), at: "mounts[0].mountPoint" },
    *check(config, context) {
      if (context.target !== "hosts") return;
      const prefix = prefixOf(config);
      if (prefix === undefined) return;
      for (const { path, directory } of mountPoints(config, context)) {
        if (isInside(directory, prefix)) {
          yield finding(path, `is within ${prefix} (hosts.prefix), where Alluxio is installed.`);
        } else if (isInside(prefix, directory)) {
          yield finding(path, `would cover ${prefix} (hosts.prefix), where Alluxio is installed.`);
        }
      }
    },
  },
  {
    name: "directories.storage",
    path: STORAGE,
    message: `On target hosts a journal or a tier is not \`hosts.prefix\` itself, nor in what is installed there: ${OWNED.map((name) => `\`${name}\``).join(", ")}.`,
    example: {
      yaml: "{ target: hosts, masters: { hosts: [h1], journal: { path: /opt/alluxio/work/journal } }, workers: [{ name: a, ramdisk: 1GB, hosts: [h1] }], underStorage: { path: /nfs } }",
      at: "masters.journal.path",
    },
    *check(config, { target }) {
      const prefix = prefixOf(config);
      if (target !== "hosts" || prefix === undefined) return;
      for (const { path, text } of selectText(config, STORAGE)) {
        const directory = normalise(text);
        if (!isInside(directory, prefix)) continue;
        const [name = ""] = directory.slice(prefix.length + 1).split("/");
        if (directory !== prefix && !OWNED.some((owned) => isOwned(name, owned))) continue;
        yield finding(
          path,
          `is ${directory === prefix ? "" : "in "}a directory of the installation (hosts.prefix): name another.`,
        );
      }
    },
  },
  {
    name: "directories.alike",
    path: ["mounts[].mountPoint"],
    message:
      "On one host no mount point is another one with `-`, `.` or another sign after it: Alluxio's script, which looks for whole words, would end the process of that one when it starts.",
    example: { yaml: example("mounts: [{ name: data }, { name: data-2 }]"), at: "mounts[1].mountPoint" },
    *check(config, context) {
      if (context.target !== "hosts" || !context.sound("workers")) return;
      const points = mountPoints(config, context);
      for (const [index, later] of points.entries()) {
        for (const earlier of points.slice(0, index)) {
          if (!shareHost(config, earlier, later) || isNested(earlier, later)) continue;
          const [killer, killed] = isWordOf(earlier.directory, later.directory) ? [earlier, later] : [later, earlier];
          if (!isWordOf(killer.directory, killed.directory)) continue;
          yield finding(
            later.path,
            `is too much like ${earlier.directory}, the mount point of ${formatPath(earlier.path.slice(0, 2))}, on the same ` +
              `host: when ${killer.directory} starts, Alluxio's script ends the process of ${killed.directory} too. ` +
              "Choose another that does not begin as this one does, such as data and scratch.",
          );
        }
      }
    },
  },
];

/** @returns undefined where it has been refused already */
function prefixOf({ hosts }: ConfigDraft): string | undefined {
  const prefix = normalise(hosts?.prefix ?? DEFAULT_PREFIX);
  return prefix.startsWith("/") && prefix !== "/" ? prefix : undefined;
}

const isOwned = (name: string, owned: string): boolean =>
  owned.endsWith("*") ? name.startsWith(owned.slice(0, -1)) : name === owned;

/** As `grep -w` finds it, to which a dot is any character (`alluxio-fuse` of 2.8 and 2.9). */
function isWordOf(word: string, line: string): boolean {
  const pattern = word.replace(/[\\^$*+?()[\]{}|]/g, "\\$&");
  return new RegExp(`(?<!\\w)${pattern}(?!\\w)`).test(line);
}

const isNested = (one: MountPoint, other: MountPoint): boolean =>
  isInside(one.directory, other.directory) || isInside(other.directory, one.directory);

function shareHost(config: ConfigDraft, one: MountPoint, other: MountPoint): boolean {
  const hosts = new Set(hostsOfMount(config, one.path));
  return hostsOfMount(config, other.path).some((host) => hosts.has(host));
}

/** `mounts[i].mountPoint` → the hosts that mount it: all workers, those of groups, or single ones. */
function hostsOfMount(config: ConfigDraft, [, index]: Segments): string[] {
  const named = config.mounts?.[Number(index)]?.workers;
  const groups = [...entriesOf(config.workers)].map(({ value }) => value);
  if (named === undefined) return groups.flatMap((group) => [...(group.hosts ?? [])].map(String));
  return named.flatMap((text) => {
    const group = groups.find(({ name }) => name === text);
    return group === undefined ? [String(text)] : [...(group.hosts ?? [])].map(String);
  });
}
