import type { Difference, Sight } from "./differences";
import type { StepState } from "./engineEvents";
import { subjectOf, type Subject } from "./subjects";

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
