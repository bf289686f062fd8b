import type { Role } from "../../../components/plan/types";
import { decidedProperty } from "../../../components/spec/rules/decided-properties";
import { placesOf, type Cluster, type Place } from "../cluster";
import { listed, shown, type Note } from "../note";
import type { Origin, Part } from "../part";
import { isCredential, isKnown } from "../redact";

/** Put on every command line by the scripts of a release (libexec/alluxio-config.sh, bin/launch-process). */
const SET_BY_SCRIPTS =
  /^(?:alluxio\.(?:home|conf\.dir|site\.conf\.dir|logs\.dir|user\.logs\.dir|logger\.type)|log4j\.configuration|org\.apache\.jasper\.compiler\.disablejsr199|java\.net\.preferIPv4Stack|org\.apache\.ratis\.thirdparty\.io\.netty\.allocator\.useCacheForAllThreads)$/;
/** What a spec takes for a property. */
const OF_ALLUXIO = /^(?:alluxio|aws|fs|s3a)\./;

/** Whom a property concerns, by its name; all others concern everybody. */
const CONCERNS: readonly (readonly [prefix: string, roles: readonly Role[]])[] = [
  ["alluxio.job.master.", ["job-master"]],
  ["alluxio.job.worker.", ["job-worker"]],
  ["alluxio.master.", ["master"]],
  ["alluxio.worker.", ["worker"]],
  ["alluxio.proxy.", ["proxy"]],
  ["alluxio.fuse.", ["fuse"]],
];

const rolesOf = (property: string): readonly Role[] | undefined =>
  CONCERNS.find(([prefix]) => property.startsWith(prefix))?.[1];

/** Whether a property says something to a process of this role. */
export const concerns = (property: string, role: Role): boolean => rolesOf(property)?.includes(role) ?? true;

export const isSetByScripts = (property: string): boolean => SET_BY_SCRIPTS.test(property);

/** Properties that no field of the spec decides. */
export function propertiesPart(cluster: Cluster): Part {
  const places = placesOf(cluster);
  const notes: Note[] = [];
  const properties: Record<string, string> = {};
  const origins: Origin[] = [];
  for (const [name, values] of valuesOf(places)) {
    const [first, ...others] = values;
    if (first === undefined) continue;
    const [value, at] = first;
    if (!OF_ALLUXIO.test(name)) {
      notes.push({
        kind: "not adopted",
        about: `-D${name}`,
        found: shown(value),
        message: `It is no property of Alluxio (${namesOf(at)}): add it to jvmOptions where all processes may have it.`,
      });
      continue;
    }
    if (others.length > 0) {
      notes.push({
        kind: "decision",
        about: name,
        found: values.map(([text, where]) => `${shown(text)} (${namesOf(where)})`).join("; "),
        message: "The spec has one value for all: choose one, and write it under properties.",
      });
      continue;
    }
    properties[name] = value;
    origins.push({
      path: ["properties", name],
      text: [...new Set(at.map(({ settings }) => settings.get(name)?.from ?? ""))].join(", "),
    });
    const without = places.filter((place) => concerns(name, place.role) && !place.settings.has(name));
    if (without.length > 0) {
      notes.push({
        kind: "difference",
        about: name,
        found: `${shown(value)} with ${namesOf(at)}, and with nobody else`,
        ours: `${shown(value)} with all`,
        message: "A property of the spec is set for every process.",
      });
    }
  }
  return { config: Object.keys(properties).length > 0 ? { properties } : {}, origins, notes };
}

/** Name → each value, and who has it. */
function valuesOf(places: readonly Place[]): Map<string, [value: string, at: Place[]][]> {
  const found = new Map<string, [string, Place[]][]>();
  for (const place of places) {
    for (const [name, { value }] of place.settings) {
      if (!isKnown(value) || isSetByScripts(name) || isCredential(name) || decidedProperty(name, "hosts") !== undefined)
        continue;
      const values = found.get(name) ?? [];
      found.set(name, values);
      const same = values.find(([text]) => text === value);
      if (same) same[1].push(place);
      else values.push([value, [place]]);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const MOST_NAMES = 4;

export function namesOf(places: readonly Pick<Place, "role" | "machine">[]): string {
  const names = [...new Set(places.map(({ role, machine }) => `${role} of ${machine.name}`))];
  return names.length <= MOST_NAMES
    ? listed(names)
    : `${names.slice(0, MOST_NAMES - 1).join(", ")} and ${names.length - MOST_NAMES + 1} more`;
}
