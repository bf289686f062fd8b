import { selectText } from "../path";
import { entriesOf, finding, repeated, type ConfigDraft, type Rule } from "./rule";

const NAME = /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/;
const LONGEST = 30;
const NAMED = ["workers[].name", "mounts[].name", "dataSets[].name"];
/** With these the name of a worker could be that of another process: `master-1`, `fuse-<mount>`, `job-worker-<worker>`. */
const RESERVED_GROUP = /^(?:master|job-master|proxy|(?:fuse|job-worker)(?:-.*)?)$/;

/** Whether a text can name a cluster, a worker group, a mount or a data set. */
export function isName(text: string): boolean {
  return NAME.test(text) && text.length <= LONGEST;
}

/** The name nearest to a text: lower case, every other character a hyphen. Not always a valid one. */
export function sanitize(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}

export const NAME_RULES: readonly Rule[] = [
  {
    name: "names.form",
    path: ["name", ...NAMED],
    message: `A name is lower-case letters, digits and hyphens, from a letter to a letter or digit, at most ${LONGEST} characters.`,
    example: { yaml: "workers: [{ name: GPU_1, ramdisk: 1GB }]", at: "workers[0].name" },
    *check(config) {
      for (const { path, text } of selectText(config, ["name", ...NAMED])) {
        if (isName(text)) continue;
        const better = sanitize(text);
        const message =
          NAME.test(text) && text.length > LONGEST
            ? `has ${text.length} characters; a name has at most ${LONGEST}.`
            : "must be lower-case letters, digits and hyphens, from a letter to a letter or digit.";
        yield finding(path, message, isName(better) ? better : undefined);
      }
    },
  },
  {
    name: "names.stack",
    path: ["name"],
    message: "Without `name`, the name of the stack must make a valid one.",
    example: { yaml: "{}", at: "name", stack: "2024" },
    *check(config, { stack, sound }) {
      if (config.name !== undefined || !sound("name") || isName(sanitize(stack))) return;
      yield finding(
        ["name"],
        `is missing, and the stack's name ${JSON.stringify(stack)} cannot stand in for it: ` +
          `a name starts with a letter and has at most ${LONGEST} characters. Set name.`,
      );
    },
  },
  {
    name: "names.repeated",
    path: NAMED,
    message: "No two worker groups, no two mounts and no two data sets have the same name.",
    example: {
      yaml: "workers: [{ name: small, ramdisk: 1GB }, { name: small, ramdisk: 2GB }]",
      at: "workers[1].name",
    },
    *check(config) {
      for (const pattern of NAMED) {
        yield* repeated(
          selectText(config, [pattern]),
          ([list, index]) => `is already the name of ${String(list)}[${String(index)}].`,
        );
      }
    },
  },
  {
    name: "names.reserved",
    path: ["workers[].name"],
    message:
      "A worker group is not called `master`, `job-master`, `proxy`, `fuse` or `job-worker`, nor `fuse-...` or `job-worker-...`: its workers would be named like those processes.",
    example: { yaml: "workers: [{ name: master, ramdisk: 1GB }]", at: "workers[0].name" },
    *check(config) {
      for (const { path, text } of selectText(config, ["workers[].name"])) {
        if (!RESERVED_GROUP.test(text)) continue;
        yield finding(path, `is reserved: worker ${text}-1 would be taken for another process. Choose another name.`);
      }
    },
  },
  {
    name: "names.ambiguous",
    path: ["workers[].name"],
    message:
      "A worker group is not named like a worker of another group, `<group>-<n>` or its host: `mounts[].workers` could mean both.",
    example: {
      yaml: "workers: [{ name: a, count: 2, ramdisk: 1GB }, { name: a-2, ramdisk: 1GB }]",
      at: "workers[1].name",
    },
    *check(config, { target }) {
      for (const { value, path } of entriesOf(config.workers, "workers")) {
        const owner = value.name === undefined ? undefined : groupWithWorker(config, value.name, target === "hosts");
        if (owner === undefined || owner === value.name) continue;
        yield finding(
          [...path, "name"],
          `is also the name of a worker of group ${JSON.stringify(owner)}; mounts[].workers could mean either. ` +
            "Choose another name.",
        );
      }
    },
  },
];

/** @returns the group that has a worker of this name. */
function groupWithWorker(config: ConfigDraft, worker: string, namedByHost: boolean): string | undefined {
  for (const { value } of entriesOf(config.workers, "workers")) {
    if (value.name === undefined) continue;
    if (namedByHost) {
      if (value.hosts?.includes(worker)) return value.name;
    } else if (workerNumber(value.name, worker) <= (value.count ?? 1)) return value.name;
  }
  return undefined;
}

/** @returns n where the name is `<group>-<n>`, else infinity. */
export function workerNumber(group: string, worker: string): number {
  const digits = worker.startsWith(`${group}-`) ? worker.slice(group.length + 1) : "";
  return /^[1-9]\d*$/.test(digits) ? Number(digits) : Infinity;
}
