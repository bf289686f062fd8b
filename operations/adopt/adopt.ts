import type { ClusterConfig, HostsConfig } from "../../components/spec/config";
import { parseSpec } from "../../components/spec/parse";
import type { Problem } from "../../components/spec/problem";
import { clusterOf, placesOf, type AdoptOptions, type Cluster } from "./cluster";
import { compare, keyOf, plannedProcesses, sameValue } from "./compare";
import type { ClusterFacts } from "./facts";
import type { Note } from "./note";
import type { Origin, Part } from "./part";
import { connectionsPart } from "./parts/connections";
import { heapsPart } from "./parts/heaps";
import { mastersPart } from "./parts/masters";
import { mountsPart } from "./parts/mounts";
import { portsPart } from "./parts/ports";
import { propertiesPart } from "./parts/properties";
import { releasePart } from "./parts/release";
import { proxyPart, servicePart } from "./parts/service";
import { otherSecrets, underStoragePart } from "./parts/underStorage";
import { workersPart } from "./parts/workers";
import { prune } from "./prune";
import { isKnown } from "./redact";
import { stepsOf, type Step } from "./steps";
import { unpersistedNotes } from "./unpersistedNotes";

/** A hand-made cluster as a spec, and all that its takeover means. */
export interface Adoption {
  /** What stands under `alluxio:cluster`. */
  readonly config: Partial<ClusterConfig>;
  readonly origins: readonly Origin[];
  readonly notes: readonly Note[];
  /** What keeps the config from being a spec; none: it is one. */
  readonly problems: readonly Problem[];
  /** What people do to take it over, in this order. */
  readonly steps: readonly Step[];
}

/**
 * Turns what was found into a spec. Pure, and throws for nothing that can be found: what no spec can say, and what is not
 * understood, is told by name.
 */
export function adopt(facts: ClusterFacts, options: AdoptOptions): Adoption {
  const cluster = clusterOf(facts, options);
  const release = releasePart(cluster);
  const workers = workersPart(cluster);
  const storage = underStoragePart(cluster, release.version);
  const parts: Part[] = [
    release,
    mastersPart(cluster),
    workers,
    storage,
    mountsPart(cluster, workers.config.workers ?? []),
    proxyPart(cluster),
    propertiesPart(cluster),
    heapsPart(cluster),
    portsPart(cluster),
    connectionsPart(cluster),
    servicePart(cluster),
  ];
  const credentials = Object.keys(storage.config.underStorage?.credentials ?? {});
  const draft = withoutImplied(cluster, { name: options.name, target: "hosts", ...merged(parts) });
  const { config, spec, problems, notes } = prune(draft, options.name);
  const kept = new Set(Object.keys(config.properties ?? {}));
  return {
    config,
    origins: parts.flatMap((part) => part.origins),
    notes: [
      ...silentNotes(cluster),
      ...unpersistedNotes(cluster),
      ...parts.flatMap((part) => part.notes),
      ...otherSecrets(cluster, credentials),
      ...notes,
      ...(spec ? compare(cluster, spec, kept) : []),
    ],
    problems,
    steps: stepsOf(cluster, config, options.name),
  };
}

function merged(parts: readonly Part[]): Partial<ClusterConfig> {
  const hosts = Object.assign({}, ...parts.map(({ config }) => config.hosts ?? {})) as HostsConfig;
  const properties = Object.assign({}, ...parts.map(({ config }) => config.properties ?? {})) as Record<string, string>;
  return {
    ...(Object.assign({}, ...parts.map(({ config }) => config)) as Partial<ClusterConfig>),
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    hosts,
  };
}

/** Without the properties that this program would set alike by itself. */
function withoutImplied(cluster: Cluster, draft: Partial<ClusterConfig>): Partial<ClusterConfig> {
  const { properties, ...rest } = draft;
  const { spec } = parseSpec(rest, { stack: cluster.options.name });
  if (spec === undefined || properties === undefined) return draft;
  const planned = plannedProcesses(spec);
  const places = placesOf(cluster);
  const implied = (name: string): boolean => {
    const having = places.filter(({ settings }) => settings.has(name));
    // What nobody has set yet was put there on purpose.
    if (having.length === 0) return false;
    return having.every((place) => {
      const [found, ours] = [place.settings.get(name)?.value, planned.get(keyOf(place))?.properties[name]];
      return isKnown(found) && ours !== undefined && sameValue(found, ours);
    });
  };
  const left = Object.entries(properties).filter(([name]) => !implied(name));
  return left.length === 0 ? rest : inOrder(rest, Object.fromEntries(left));
}

/** `properties` where a reader looks for them: before how the processes and hosts are set up. */
function inOrder(rest: Partial<ClusterConfig>, properties: Record<string, string>): Partial<ClusterConfig> {
  const { heaps, jvmOptions, ports, hosts, ...before } = rest;
  return Object.fromEntries(
    Object.entries({ ...before, properties, heaps, jvmOptions, ports, hosts }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

function silentNotes({ facts }: Cluster): Note[] {
  return Object.entries(facts.silent).map(([host, reason]) => ({
    kind: "decision",
    about: `host ${host}`,
    found: "not looked at",
    message: `It is left out, and would be taken out of the cluster: put it right, and adopt once more. ${reason}`,
  }));
}
