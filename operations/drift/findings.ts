import type { DriftProperty, Finding, FindingKind } from "./report";
import { costOf, type CostContext } from "./cost";
import type { Difference } from "./differences";
import { nameOf, subjectOf } from "./subjects";
import type { Told } from "./tellings";
import { shownPair } from "./values";

export interface FindingContext extends CostContext {
  readonly stack: string;
  /** What `up` says against a resource, by its URN. */
  readonly refusals: ReadonlyMap<string, string>;
}

export function findingOf(told: Told, context: FindingContext): Finding {
  const { subject, reason, differences } = told;
  const kind = kindOf(told);
  const refused = told.parts.flatMap(({ urn }) => context.refusals.get(urn) ?? []);
  const first = told.parts.findIndex(({ urn, type, state }) => subjectOf(urn, type, state).name === subject.name);
  const parts = told.parts.map(({ urn, type }) => ({ name: nameOf(urn), type }));
  return {
    kind,
    name: subject.name,
    host: subject.host,
    resources: first > 0 ? [...parts.splice(first, 1), ...parts] : parts,
    properties: differences.map(propertyOf),
    reason: reason ?? null,
    cost: refused.length > 0 || kind === "unreachable" ? [] : costOf(told, kind, context),
    refused: refused.length > 0 ? refused.join("\n") : null,
    remedy: kind === "unreachable" ? lookAgain(context.stack) : repair(context.stack),
  };
}

export const repair = (stack: string): string => `npx pulumi up --refresh -s ${stack}`;
export const lookAgain = (stack: string): string => `npx alluxioctl drift -s ${stack}`;

function propertyOf({ urn, path, segments, desired, observed }: Difference): DriftProperty {
  const [wanted, seen] = shownPair(desired, observed, segments);
  return { resource: nameOf(urn), path, desired: wanted, observed: seen };
}

function kindOf({ subject, gone, differences, reason }: Told): FindingKind {
  if (reason !== undefined) return "unreachable";
  // Somebody has made another one in its place.
  const remade = differences.some(
    ({ segments, observed }) => segments[0] === "containers" && typeof observed === "string" && observed !== "",
  );
  const none = differences.some(({ segments, observed }) => segments[0] === "containerId" && observed === undefined);
  if (!remade && (gone.length > 0 || none)) return "missing";
  if (differences.length === 0) return "changed";
  if (differences.every(({ segments }) => segments.at(-1) === "configDigest")) return "restart pending";
  // Where the name says the whole path, there is nothing but whether it is there.
  const whole = differences.filter(({ segments }) => subject.said > 0 && segments.length === 2);
  if (whole.some(({ observed, segments }) => observed === undefined && segments[0] !== "tags")) return "missing";
  if (whole.length === differences.length && whole.every(({ desired }) => desired === undefined)) return "unintended";
  return differences.some(saysMissing) ? "missing" : "changed";
}

/** How resources tell that what they stand for is not there, by the last part of the path. */
const ABSENCES: Readonly<Record<string, readonly unknown[]>> = {
  presence: ["missing"],
  condition: ["absent"],
  sha256: ["missing"],
  mode: ["missing"],
  text: [undefined],
};

function saysMissing({ segments, observed }: Difference): boolean {
  const last = String(segments.at(-1));
  if (last === "filesystems") return Array.isArray(observed) && observed.length === 0;
  if (segments.length === 2 && segments[0] === "files") return observed === "missing";
  return Object.hasOwn(ABSENCES, last) && ABSENCES[last]!.includes(observed);
}
