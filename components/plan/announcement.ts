import type { Consequence } from "./consequences";
import { interruptions } from "./interruptions";
import type { ClusterPlan } from "./types";

export interface Announced {
  readonly refused: readonly Consequence[];
  readonly accepted: readonly Consequence[];
  /** What a look at the running cluster found, as sentences. */
  readonly looked?: readonly string[];
}

/**
 * Everything that a change of the spec does to a running cluster, as one text for people. Alike things are one line,
 * however many they are: the restart of three thousand workers is one line.
 */
export function announcementOf(before: ClusterPlan, after: ClusterPlan, announced: Announced): string {
  const { refused, accepted, looked = [] } = announced;
  const told = [...refused, ...accepted];
  if (told.length === 0) return `the change of ${after.name} touches nothing that runs`;
  const lines = [
    ...grouped(accepted).map(({ effect, what, reason }) => `${effect}: ${what}: ${reason}`),
    ...grouped(refused).map(({ effect, what, reason }) => `REFUSED, ${effect}: ${what}: ${reason}`),
    ...looked,
  ];
  const during = interruptions(before, after, told);
  return [
    `the change of ${after.name}:`,
    ...lines.map((line) => `  - ${line}`),
    ...(during.length === 0 ? [] : ["while it is applied:", ...during.map((line) => `  - ${line}`)]),
  ].join("\n");
}

interface Group {
  readonly effect: string;
  readonly what: string;
  readonly reason: string;
}

/** `restart worker-a-1` is the verb, what it is done to, and perhaps how much. */
const PARTS = /^(\w+(?: tier)?) (\S+)(.*)$/;

function grouped(consequences: readonly Consequence[]): Group[] {
  const groups = new Map<string, { effect: string; verb: string; rest: string; reason: string; subjects: string[] }>();
  for (const { effect, change, reason } of consequences) {
    const [, verb = "", subject = "", rest = ""] = PARTS.exec(change) ?? [undefined, "", change];
    const key = JSON.stringify([effect, verb, rest, reason]);
    const group = groups.get(key);
    if (group) group.subjects.push(subject);
    else groups.set(key, { effect, verb, rest, reason, subjects: [subject] });
  }
  return [...groups.values()].map(({ effect, verb, rest, reason, subjects }) => ({
    effect,
    what: `${verb === effect ? "" : `${verb} `}${namesOf(subjects)}${rest}`,
    reason,
  }));
}

const MOST_NAMES = 6;
const NUMBERED = /^(.*?)(\d+)$/;

/**
 * A list of names, short however long it is.
 *
 * @example namesOf(["worker-a-1", "worker-a-2", ...]) // "worker-a-1 to worker-a-3000 (3000)"
 */
export function namesOf(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return names.join(", ");
  const runs: { first: string; last: string; count: number; next: string }[] = [];
  for (const name of names) {
    const [, stem = "", number = ""] = NUMBERED.exec(name) ?? [];
    const next = number === "" ? "" : `${stem}${Number(number) + 1}`;
    const run = runs.at(-1);
    if (run && run.next === name) Object.assign(run, { last: name, count: run.count + 1, next });
    else runs.push({ first: name, last: name, count: 1, next });
  }
  const shown = runs
    .slice(0, MOST_NAMES)
    .map(({ first, last, count }) => (count === 1 ? first : `${first} to ${last} (${count})`));
  const left = runs.slice(MOST_NAMES).reduce((total, { count }) => total + count, 0);
  return left === 0 ? shown.join(", ") : `${shown.join(", ")} and ${left} more`;
}
