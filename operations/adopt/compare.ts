import { planCluster } from "../../components/plan/planCluster";
import { layoutOf } from "../../components/plan/hosts/layout";
import type { ProcessPlan } from "../../components/plan/types";
import { decidedProperty } from "../../components/spec/rules/decided-properties";
import { Size } from "../../components/spec/size";
import type { ClusterSpec } from "../../components/spec/spec";
import { placesOf, type Cluster, type Place } from "./cluster";
import { shown, type Note } from "./note";
import { DECIDED_OPTION, optionsOf } from "./parts/heaps";
import { concerns, isSetByScripts, namesOf } from "./parts/properties";
import { isCredential, isKnown } from "./redact";
import { directoryOf } from "./storagePaths";

/** The processes of a plan, found by {@link keyOf}. */
type Planned = ReadonlyMap<string, ProcessPlan>;

export function plannedProcesses(spec: ClusterSpec): Planned {
  const plan = planCluster(spec);
  const { work } = layoutOf(spec);
  const points = new Map(plan.mounts.map(({ name, mountPoint }) => [name, mountPoint ?? ""]));
  return new Map(
    plan.processes.map((process) => [
      `${process.role} ${process.hostname} ${points.get(process.mount ?? "") ?? ""}`,
      // As the files of the hosts have it.
      { ...process, properties: { ...process.properties, "alluxio.work.dir": work } },
    ]),
  );
}

/** The same process, as it runs. */
export function keyOf({ role, machine, process }: Place): string {
  const at = process?.args.indexOf("-m") ?? -1;
  return `${role} ${machine.name} ${role === "fuse" && at >= 0 ? (process?.args[at + 1] ?? "") : ""}`;
}

/** Whether two texts mean the same to Alluxio: sizes by their whole MiB, directories however they are written. */
export function sameValue(left: string, right: string): boolean {
  if (left.trim() === right.trim()) return true;
  if (/^(?:true|false)$/i.test(left)) return left.toLowerCase() === right.toLowerCase();
  const [a, b] = [left, right].map((text) => (/[a-z]/i.test(text) ? Size.parse(text)?.mebibytes : undefined));
  if (a !== undefined && a === b) return true;
  const directory = directoryOf(left);
  return directory !== undefined && directory === directoryOf(right);
}

/**
 * What differs between the processes that run and those that are planned, by name: processes, options of their JVMs,
 * properties. Nothing that a takeover changes there is left out.
 *
 * @param kept names under `properties` of the spec
 */
export function compare(cluster: Cluster, spec: ClusterSpec, kept: ReadonlySet<string>): Note[] {
  const planned = plannedProcesses(spec);
  const places = placesOf(cluster);
  return [
    ...compareProcesses(places, planned),
    ...compareOptions(places, planned),
    ...compareProperties(places, planned, kept),
  ];
}

function compareProcesses(places: readonly Place[], planned: Planned): Note[] {
  const running = new Set(places.filter(({ process }) => process !== undefined).map(keyOf));
  const started = [...planned].filter(([key]) => !running.has(key)).map(([, { name }]) => name);
  const ended = places.filter((place) => place.process !== undefined && !planned.has(keyOf(place)));
  const none = { kind: "difference", about: "processes" } as const;
  return [
    ...(started.length > 0
      ? [{ ...none, found: "do not run", ours: started.join(", "), message: "The takeover starts them." }]
      : []),
    ...(ended.length > 0
      ? [{ ...none, found: namesOf(ended), ours: "do not run", message: "Nothing here takes the place of these." }]
      : []),
  ];
}

const SIZED = /^(-Xm[sx]|-XX:MaxDirectMemorySize=)(\d+)([kmgt]?)$/i;

/** An option with its size in MiB, so that 4g is 4096m. */
function normalOption(option: string): string {
  const [, name, number, unit = ""] = SIZED.exec(option) ?? [];
  const size = number === undefined ? undefined : Size.parse(`${number}${unit === "" ? "B" : unit}`);
  return name === undefined || size === undefined ? option : `${name}${size.mebibytes}m`;
}

/** Of the options about memory: the others are in jvmOptions, or were told. */
function compareOptions(places: readonly Place[], planned: Planned): Note[] {
  const found = new Map<string, { note: Note; places: Place[] }>();
  for (const place of places) {
    const ours = planned.get(keyOf(place))?.jvmOptions;
    if (ours === undefined) continue;
    const options = optionsOf(place);
    // Of several the last one holds.
    for (const option of options.filter(
      (one, i) => !options.some((other, j) => j > i && nameOf(other) === nameOf(one)),
    )) {
      if (!DECIDED_OPTION.test(option) || ours.includes(normalOption(option))) continue;
      const instead = ours.find((one) => nameOf(one) === nameOf(option));
      const note: Note = {
        kind: "difference",
        about: nameOf(option),
        found: option,
        ours: instead ?? "not set",
        message: "Memory follows from heaps.",
      };
      collect(found, note, place);
    }
  }
  return withPlaces(found);
}

const nameOf = (option: string): string => /^(?:-Xm[sx]|-XX:[A-Za-z]+)/.exec(option)?.[0] ?? option;

interface Seen {
  /** Values of processes that have it as the plan has it. */
  equal: string[];
  conflicts: { place: Place; found: string; ours: string | undefined }[];
  added: { place: Place; ours: string }[];
}

function compareProperties(places: readonly Place[], planned: Planned, kept: ReadonlySet<string>): Note[] {
  const all = new Map<string, Seen>();
  const at = (name: string): Seen => {
    const known = all.get(name) ?? { equal: [], conflicts: [], added: [] };
    all.set(name, known);
    return known;
  };
  for (const place of places) {
    const ours = planned.get(keyOf(place))?.properties;
    if (ours === undefined) continue;
    for (const [name, { value }] of place.settings) {
      if (!isKnown(value) || isSetByScripts(name) || isCredential(name)) continue;
      const wanted = Object.hasOwn(ours, name) ? ours[name] : undefined;
      if (wanted !== undefined && sameValue(value, wanted)) at(name).equal.push(value);
      // What is neither planned nor decided was told where it was left out; and what is not for this role says nothing.
      else if (wanted !== undefined || (decidedProperty(name, "hosts") !== undefined && concerns(name, place.role))) {
        at(name).conflicts.push({ place, found: value, ours: wanted });
      }
    }
    for (const [name, wanted] of Object.entries(ours)) {
      if (!place.settings.has(name) && !kept.has(name)) at(name).added.push({ place, ours: wanted });
    }
  }
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, seen]) => notesOf(name, seen, kept.has(name)));
}

const MOST_VALUES = 4;

function notesOf(name: string, { equal, conflicts, added }: Seen, isKept: boolean): Note[] {
  const found = new Map<string, { note: Note; places: Place[] }>();
  for (const { place, found: value, ours } of conflicts) {
    const field = decidedProperty(name, "hosts")?.field;
    const message = field === undefined ? "This program decides it." : `It follows from ${field}.`;
    const instead = ours === undefined ? "not set" : shown(ours);
    collect(found, { kind: "difference", about: name, found: shown(value), ours: instead, message }, place);
  }
  const values = [...new Set(added.map(({ ours }) => ours))];
  const more = values.length > MOST_VALUES ? `, and ${values.length - MOST_VALUES} more` : "";
  const ours = `${values.slice(0, MOST_VALUES).map(shown).join(", ")}${more}`;
  for (const { place } of added) {
    collect(
      found,
      { kind: "difference", about: name, found: "not set", ours, message: "This program sets it." },
      place,
    );
  }
  const [value] = equal;
  if (value === undefined || conflicts.length > 0) return withPlaces(found);
  const note: Note = isKept
    ? { kind: "kept", about: name, found: shown(value), message: "It stands under properties." }
    : {
        kind: "equal",
        about: name,
        found: shown(value),
        message: "It follows from the spec, and need not be written.",
      };
  return [...withPlaces(found), note];
}

/** The same note of several places is one. */
function collect(notes: Map<string, { note: Note; places: Place[] }>, note: Note, place: Place): void {
  const key = JSON.stringify(note);
  const known = notes.get(key);
  if (known) known.places.push(place);
  else notes.set(key, { note, places: [place] });
}

const withPlaces = (notes: ReadonlyMap<string, { note: Note; places: Place[] }>): Note[] =>
  [...notes.values()].map(({ note, places }) => ({ ...note, message: `${note.message} (${namesOf(places)})` }));
