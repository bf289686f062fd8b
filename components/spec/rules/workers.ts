import { formatPath, selectText } from "../path";
import { entriesOf, finding, repeated, type ConfigDraft, type Rule } from "./rule";

export const MOST_WORKERS = 5000;

const HOSTS_BASE = "target: hosts, masters: { hosts: [h1] }, underStorage: { path: /nfs }";
const SPEED = ["SSD", "HDD"];

export const WORKER_RULES: readonly Rule[] = [
  {
    name: "workers.none",
    path: ["workers"],
    message: "There is at least one worker group.",
    example: { yaml: "workers: []", at: "workers" },
    *check({ workers }) {
      if (workers?.length === 0) yield finding(["workers"], "is empty: a cluster has at least one worker group.");
    },
  },
  {
    name: "workers.count",
    path: ["workers[].count"],
    message: "A group has at least one worker.",
    example: { yaml: "workers: [{ name: small, count: 0, ramdisk: 1GB }]", at: "workers[0].count" },
    *check({ workers }) {
      for (const { value, path } of entriesOf(workers, "workers")) {
        if (value.count === undefined || value.count >= 1) continue;
        yield finding([...path, "count"], "must be 1 or more; to have none, remove the group.");
      }
    },
  },
  {
    name: "workers.total",
    path: ["workers"],
    message: `There are at most ${MOST_WORKERS} workers in all.`,
    example: { yaml: "workers: [{ name: small, count: 5001, ramdisk: 1GB }]", at: "workers" },
    *check(config) {
      const total = totalWorkers(config);
      if (total > MOST_WORKERS) yield finding(["workers"], `asks for ${total} workers; at most ${MOST_WORKERS}.`);
    },
  },
  {
    name: "workers.hosts-needed",
    path: ["workers[].hosts"],
    message: "On target hosts each group names its hosts, one worker each.",
    example: { yaml: `{ ${HOSTS_BASE}, workers: [{ name: a, ramdisk: 1GB }] }`, at: "workers[0].hosts" },
    *check({ workers }, { target, sound }) {
      if (target !== "hosts") return;
      for (const { value, path } of entriesOf(workers, "workers")) {
        if (value.hosts === undefined ? !sound(...path, "hosts") : value.hosts.length > 0) continue;
        const state = value.hosts === undefined ? "is missing" : "is empty";
        yield finding([...path, "hosts"], `${state}: target hosts needs the hosts of the group, one worker each.`);
      }
    },
  },
  {
    name: "workers.hosts-number",
    path: ["workers[].count"],
    message: "On target hosts `count`, where it is given, is the number of `hosts`.",
    example: {
      yaml: `{ ${HOSTS_BASE}, workers: [{ name: a, count: 3, ramdisk: 1GB, hosts: [h1] }] }`,
      at: "workers[0].count",
    },
    *check({ workers }, { target }) {
      if (target !== "hosts") return;
      for (const { value, path } of entriesOf(workers, "workers")) {
        const hosts = value.hosts?.length;
        if (value.count === undefined || value.count < 1 || !hosts || value.count === hosts) continue;
        yield finding(
          [...path, "count"],
          `contradicts hosts, which has ${hosts === 1 ? "one entry" : `${hosts} entries`}: remove count.`,
        );
      }
    },
  },
  {
    name: "workers.hosts-repeated",
    path: ["workers[].hosts[]"],
    message: "A host runs one worker: it stands in one group, once.",
    example: {
      yaml: `{ ${HOSTS_BASE}, workers: [{ name: a, ramdisk: 1GB, hosts: [h1] }, { name: b, ramdisk: 1GB, hosts: [h1] }] }`,
      at: "workers[1].hosts[0]",
    },
    *check(config, { target }) {
      if (target !== "hosts") return;
      yield* repeated(
        selectText(config, ["workers[].hosts[]"]),
        (first) => `already has a worker, at ${formatPath(first)}: a host runs one worker.`,
      );
    },
  },
  {
    name: "tiers.order",
    path: ["workers[].tiers[].alias"],
    message: "Tiers go from fast to slow: SSD, then HDD.",
    example: {
      yaml: "workers: [{ name: a, ramdisk: 1GB, tiers: [{ alias: HDD, path: /h, quota: 1GB }, { alias: SSD, path: /s, quota: 1GB }] }]",
      at: "workers[0].tiers[1].alias",
    },
    *check(config) {
      for (const { value, path } of tiersOf(config)) {
        if (value.previous.some((alias) => SPEED.indexOf(alias) > SPEED.indexOf(value.alias))) {
          yield finding([...path, "alias"], "stands below a slower tier: the fastest comes first, SSD before HDD.");
        }
      }
    },
  },
  {
    name: "tiers.repeated",
    path: ["workers[].tiers[].alias"],
    message: "Each kind of storage is one tier: Alluxio refuses an alias twice.",
    example: {
      yaml: "workers: [{ name: a, ramdisk: 1GB, tiers: [{ alias: SSD, path: /s, quota: 1GB }, { alias: SSD, path: /t, quota: 1GB }] }]",
      at: "workers[0].tiers[1].alias",
    },
    *check(config) {
      for (const { value, path } of tiersOf(config)) {
        if (value.previous.includes(value.alias)) {
          yield finding(
            [...path, "alias"],
            "is a second tier of this kind; a group has at most one SSD and one HDD tier.",
          );
        }
      }
    },
  },
  {
    name: "tiers.path-shared",
    path: ["workers[].tiers[].path"],
    message: "No two tiers of a group use the same directory, nor one within the other.",
    example: {
      yaml: "workers: [{ name: a, ramdisk: 1GB, tiers: [{ alias: SSD, path: /d, quota: 1GB }, { alias: HDD, path: /d/x, quota: 1GB }] }]",
      at: "workers[0].tiers[1].path",
    },
    *check({ workers }) {
      for (const group of entriesOf(workers, "workers")) {
        const earlier: string[] = [];
        for (const { value, path } of entriesOf(group.value.tiers, ...group.path, "tiers")) {
          const directory = value.path;
          if (directory === undefined) continue;
          const other = earlier.find((one) => isInside(one, directory) || isInside(directory, one));
          if (other !== undefined) {
            yield finding([...path, "path"], `shares a directory with the tier at ${other}: each needs its own.`);
          }
          earlier.push(directory);
        }
      }
    },
  },
];

/** Whether a normalised absolute path is a directory itself or stands below it. */
export function isInside(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}

export function totalWorkers({ workers }: ConfigDraft): number {
  return [...entriesOf(workers)].reduce(
    (sum, { value }) => sum + Math.max(0, value.hosts?.length ?? value.count ?? 1),
    0,
  );
}

function* tiersOf({ workers }: ConfigDraft) {
  for (const group of entriesOf(workers, "workers")) {
    const previous: string[] = [];
    for (const { value, path } of entriesOf(group.value.tiers, ...group.path, "tiers")) {
      if (value.alias === undefined) continue;
      yield { value: { alias: value.alias, previous: [...previous] }, path };
      previous.push(value.alias);
    }
  }
}
