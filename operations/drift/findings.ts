import type { DriftProperty, Finding, FindingKind } from "./report";
import { costOf, type CostContext } from "./cost";
import type { Difference, Sight } from "./differences";
import type { StepState } from "./engineEvents";
import { nameOf, subjectOf, type Subject } from "./subjects";
import { shownPair } from "./values";

/** What is told of one thing, by whichever resources. */
export interface Told {
  readonly subject: Subject;
  /** Resources that are gone, or never were. */
  readonly gone: readonly Part[];
  readonly differences: readonly (Difference & { readonly state: StepState })[];
  /** Why it could not be looked at. */
  readonly reason: string | undefined;
  /** Every resource that tells of it. */
  readonly parts: readonly Part[];
}

export interface Part {
  readonly urn: string;
  readonly type: string;
  readonly state: StepState;
}

/** One entry a thing, in the order in which they were first told of. */
export class Tellings {
  private readonly told = new Map<string, { -readonly [K in keyof Told]: Told[K] }>();

  gone(part: Part): void {
    const entry = this.about(part, subjectOf(part.urn, part.type, part.state));
    entry.gone = [...entry.gone, part];
  }

  /** Whether something tells of the thing that a resource stands for. */
  knows({ urn, type, state }: Part): boolean {
    const { name, host } = subjectOf(urn, type, state);
    return [...this.told.values()].some(({ subject }) => subject.name === name && subject.host === host);
  }

  differs(part: Part, difference: Difference): void {
    const entry = this.about(part, subjectOf(part.urn, part.type, part.state, difference.segments));
    entry.differences = [...entry.differences, { ...difference, state: part.state }];
  }

  /** All resources of a host that cannot be looked at for one reason are one thing: the host. */
  unreachable({ reasons, ...part }: Sight): void {
    const own = subjectOf(part.urn, part.type, part.state);
    const name = own.host === null ? own.name : `host ${own.host}`;
    const reason = reasons.map((one) => one.replace(/^.*? cannot be looked at: /s, "")).join("\n");
    this.about(part, { ...own, name }, reason).reason = reason;
  }

  all(): readonly Told[] {
    return [...this.told.values()];
  }

  private about({ urn, type, state }: Part, subject: Subject, reason?: string) {
    const key = JSON.stringify([subject.name, subject.host, reason]);
    const entry = this.told.get(key) ?? { subject, gone: [], differences: [], reason: undefined, parts: [] };
    if (!entry.parts.some((one) => one.urn === urn)) entry.parts = [...entry.parts, { urn, type, state }];
    this.told.set(key, entry);
    return entry;
  }
}

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
