import { clusterFilesWith, descriptions, histories, logs, type FoundFile, type Texts } from "./docker";
import { filesWith } from "./files";
import { formsIn, type Canary } from "./needles";
import type { ProcessSighting } from "./processes";

/** Where a canary was found, place by place; all are empty where it was found nowhere. */
export interface Sightings {
  /** Names of texts: what Pulumi has printed, exported, ... */
  readonly texts: string[];
  /** Programs with it on their command line. */
  readonly commandLines: string[];
  /** Variables that hold it. */
  readonly variables: string[];
  /** Docker's objects: `container x`, `volume y`; those that are gone by now as `container x, when it was made`. */
  readonly described: string[];
  /** Images. */
  readonly histories: string[];
  /** Containers. */
  readonly logs: string[];
  /** `<mode> <path>`. */
  readonly files: string[];
}

/** What a run has left behind, as far as only the test knows it. */
export interface Traces {
  readonly texts: Texts;
  readonly processes: readonly ProcessSighting[];
  /** Descriptions of containers in the moment in which they were made. */
  readonly containers: Texts;
  readonly clusterId: string;
  /** Of the container that searches where only root may. */
  readonly image: string;
  /** Folders of this machine, and since when a file there counts. */
  readonly folders: readonly { readonly path: string; readonly since?: Date; readonly skip?: readonly string[] }[];
}

/** Looks for canaries wherever a run leaves traces. @returns the sightings of each, by its name */
export async function scan<Name extends string>(
  canaries: Readonly<Record<Name, Canary>>,
  traces: Traces,
): Promise<Record<Name, Sightings>> {
  const all = Object.values<Canary>(canaries);
  const [described, history, logged, inCluster] = await Promise.all([
    descriptions(),
    histories(),
    logs(traces.clusterId),
    clusterFilesWith(all, traces.clusterId, traces.image),
  ]);
  const found = { described, history, logged, inCluster };
  return Object.fromEntries(
    Object.entries<Canary>(canaries).map(([name, canary]) => [name, sightingsOf(name, canary, traces, found)]),
  ) as Record<Name, Sightings>;
}

interface Found {
  readonly described: Texts;
  readonly history: Texts;
  readonly logged: Texts;
  readonly inCluster: readonly FoundFile[];
}

function sightingsOf(name: string, canary: Canary, traces: Traces, found: Found): Sightings {
  const bearing = (texts: Texts): string[] =>
    Object.entries(texts).flatMap(([owner, text]) => (formsIn(canary, text).length > 0 ? [owner] : []));
  const borne = (where: ProcessSighting["where"]) =>
    traces.processes.filter((one) => one.where === where && one.canary === name);
  const files = [
    ...traces.folders.flatMap(({ path, ...search }) => filesWith(canary, path, search)),
    ...found.inCluster.filter(({ content }) => formsIn(canary, content).length > 0),
  ];
  return {
    texts: bearing(traces.texts),
    commandLines: unique(borne("command line").map(({ program }) => program)),
    variables: unique(borne("environment").map(({ variable = "" }) => variable)),
    described: [
      ...bearing(found.described),
      ...bearing(traces.containers).map((container) => `container ${container}, when it was made`),
    ],
    histories: bearing(found.history),
    logs: bearing(found.logged),
    files: files.map(({ mode, path }) => `${mode} ${path}`).sort(),
  };
}

const unique = (values: readonly string[]): string[] => [...new Set(values)].sort();
