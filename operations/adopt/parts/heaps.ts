import type { HeapsConfig } from "../../../components/spec/config";
import { HEAP_OF } from "../../../components/plan/memory";
import { Size } from "../../../components/spec/size";
import { DEFAULT_HEAPS, HEAP_NAMES, type HeapName } from "../../../components/spec/spec";
import { placesOf, type Cluster, type Place } from "../cluster";
import { jvmOptionsFound } from "../effective";
import { listed, type Note } from "../note";
import type { Origin, Part } from "../part";

const HEAP = /^-Xmx(\d+)([kKmMgGtT]?)$/;
/** What a plan decides by itself, or every script of Alluxio gives. */
export const DECIDED_OPTION =
  /^(?:-Xm[sx]|-XX:MaxDirectMemorySize=|-XX:MetaspaceSize=256M$|-XX:(?:Max|Initial|Min)?(?:HeapSize|RAMPercentage|RAMFraction)=)/;

export const optionsOf = ({ process, machine, role }: Place): readonly string[] =>
  process?.options ?? jvmOptionsFound(machine.facts, role);

/** Heaps, and the options that all JVMs have. */
export function heapsPart(cluster: Cluster): Part {
  const places = placesOf(cluster);
  const notes: Note[] = [];
  const heaps: { -readonly [K in keyof HeapsConfig]: HeapsConfig[K] } = {};
  const origins: Origin[] = [];
  for (const name of HEAP_NAMES) {
    const here = places.filter(({ role }) => HEAP_OF[role] === name);
    const heap = heapOf(name, here, notes);
    if (heap === undefined) continue;
    heaps[name] = heap;
    origins.push({ path: ["heaps", name], text: "-Xmx" });
  }
  const all = places.map((place) => optionsOf(place).filter((option) => !DECIDED_OPTION.test(option)));
  const [first = [], ...rest] = all;
  const common = [...new Set(first)].filter((option) => rest.every((options) => options.includes(option)));
  for (const option of new Set(all.flat())) {
    if (common.includes(option)) continue;
    const at = places
      .filter((_, i) => all[i]!.includes(option))
      .map(({ role, machine }) => `${role} of ${machine.name}`);
    notes.push({
      kind: "not adopted",
      about: option,
      found: listed(at),
      message:
        "jvmOptions of the spec are for all processes, and this one is not with all of them: add it there, or do without.",
    });
  }
  return {
    config: {
      ...(Object.keys(heaps).length > 0 ? { heaps } : {}),
      ...(common.length > 0 ? { jvmOptions: common } : {}),
    },
    origins: [...origins, ...(common.length > 0 ? [{ path: ["jvmOptions"], text: "what all JVMs have" }] : [])],
    notes,
  };
}

function heapOf(name: HeapName, places: readonly Place[], notes: Note[]): string | undefined {
  const sizes = places.map((place) => optionsOf(place).flatMap(sizeIn).at(-1));
  const known = sizes.flatMap((size) => size ?? []).sort((a, b) => b.mebibytes - a.mebibytes);
  const [largest] = known;
  const about = `heap of ${name}`;
  // Of what does not run nobody knows what the JVM would take.
  if (largest === undefined && places.every(({ process }) => process === undefined)) return undefined;
  if (largest === undefined) {
    notes.push({
      kind: "difference",
      about,
      found: "what the JVM takes by itself, a quarter of the memory",
      ours: DEFAULT_HEAPS[name],
      message: `Set heaps.${name} if it needs more.`,
    });
    return undefined;
  }
  if (known.some((size) => size.mebibytes !== largest.mebibytes)) {
    notes.push({
      kind: "difference",
      about,
      found: [...new Set(known.map(String))].join(", "),
      ours: largest.toString(),
      message: "There is one size for all, and the largest was taken.",
    });
  }
  return largest.toString();
}

function sizeIn(option: string): Size[] {
  const [, number, unit = ""] = HEAP.exec(option) ?? [];
  const size = number === undefined ? undefined : Size.parse(`${number}${unit === "" ? "B" : unit.toUpperCase()}`);
  return size === undefined ? [] : [size];
}
