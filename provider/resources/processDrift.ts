import type { DeclaredRun } from "../../components/plan/declared";
import { changesBetween, type PropertyChange } from "../rpc/changes";

/**
 * How a process is whose container is there and, as Docker's own plugin sees it, runs.
 * `running`: as declared. `paused`: by `docker pause`. `unhealthy`: its health check fails. `crash-looping`: Docker starts it again and again.
 * `disconnected`: not on the cluster's network. `impostor`: a container that is not of this cluster bears its name.
 */
export type ProcessCondition = "running" | "paused" | "unhealthy" | "crash-looping" | "disconnected" | "impostor";

/** What is not as declared; nothing in it: all is. */
export interface Deviation {
  readonly condition?: ProcessCondition;
  /** The container that bears the name of the process, where that is an impostor. */
  readonly impostor?: Impostor;
  /** Properties that it has otherwise than declared, or without being declared, with the values that it has. */
  readonly properties?: Readonly<Record<string, string>>;
}

export interface Impostor {
  readonly container: string;
  readonly id: string;
  readonly image: string;
}

/** By the name of the process; those without deviation are left out. */
export type Deviations = Readonly<Record<string, Deviation>>;

/** How often each process was renewed because of its drift; it stands in a label of its container, if not 0. */
export type Generations = Readonly<Record<string, number>>;

/** One change for each property of a process that is not as declared, by its path below `processes`. */
export function driftChanges(seen: Deviations, declared: Readonly<Record<string, DeclaredRun>>): PropertyChange[] {
  return present(seen, declared).flatMap(([name, { condition, properties = {} }]) => {
    const run = declared[name]!;
    return changesBetween(
      {
        ...(condition === undefined ? {} : { condition }),
        ...(Object.keys(properties).length === 0 ? {} : { properties: { ...properties } }),
      },
      {
        ...(condition === undefined ? {} : { condition: run.condition }),
        ...(Object.keys(properties).length === 0 ? {} : { properties: pick(run.properties, Object.keys(properties)) }),
      },
      `processes[${JSON.stringify(name)}]`,
    );
  });
}

/** The generations after every process that deviates was renewed once more. */
export function nextGenerations(
  before: Generations,
  seen: Deviations,
  declared: Readonly<Record<string, DeclaredRun>>,
): Generations {
  const renewed = present(seen, declared).map(([name]) => [name, (before[name] ?? 0) + 1] as const);
  const kept = Object.entries(before).filter(([name]) => declared[name] !== undefined);
  return { ...Object.fromEntries(kept), ...Object.fromEntries(renewed) };
}

/** What to tell of names that others have taken; undefined where there is none. */
export function impostorsIn(seen: Deviations): string | undefined {
  const found = Object.entries(seen).flatMap(([name, { impostor }]) =>
    impostor ? [`  - ${name}: ${describe(impostor)}`] : [],
  );
  if (found.length === 0) return undefined;
  return `containers that are not of this cluster bear names of its processes, nothing was touched:\n${found.join("\n")}`;
}

const describe = ({ container, id, image }: Impostor): string =>
  `container ${container} (id ${id.slice(0, 12)}, image ${image}) does not bear this cluster's id, and is left alone. ` +
  `Give it another name with \`docker rename ${container} <other>\`, or remove it if nobody needs it, and run this again`;

/** Deviations of processes that are still declared. A deviation may be empty. */
const present = (seen: Deviations, declared: Readonly<Record<string, DeclaredRun>>): [string, Deviation][] =>
  Object.entries(seen)
    .filter(([name]) => declared[name] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));

const pick = (from: Readonly<Record<string, string>>, keys: readonly string[]): Record<string, string> =>
  Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])));
