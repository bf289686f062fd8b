import type { ClusterConfig, Target } from "../config";
import type { Segments } from "../path";
import type { Draft, ShapeFinding } from "../shape";

/** A config as the rules see it: what had the wrong shape is already reported and gone. */
export type ConfigDraft = Draft<ClusterConfig>;

/** One row of the table of rules. */
export interface Rule {
  /** `<topic>.<what>`, unique. */
  readonly name: string;
  /** Patterns of the places where it finds something; `[]` is any position, `*` any key, `**` any place at all. */
  readonly path: readonly string[];
  /** What it demands, as a sentence for the reference page, and for a finding that has no words of its own. */
  readonly message: string;
  /** What it refuses. A unit test holds every rule to its example. */
  readonly example: RuleExample;
  readonly check: (config: ConfigDraft, context: RuleContext) => Iterable<Finding>;
}

export interface RuleExample {
  /** Top-level fields that replace those of the smallest valid spec, in YAML. */
  readonly yaml: string;
  /** Where the rule must find it. */
  readonly at: string;
  readonly stack?: string;
}

export interface RuleContext {
  readonly stack: string;
  /** What the comparison with the schema found. */
  readonly shape: readonly ShapeFinding[];
  /** The target, or undefined where the config names none that exists. */
  readonly target: Target | undefined;
  /** Whether nothing is wrong with the shape at, above or below a path. */
  readonly sound: (...path: Segments) => boolean;
}

export interface Finding {
  readonly path: Segments;
  /** @default the rule's own */
  readonly message?: string;
  readonly suggestion?: string;
}

/** A finding with the nearest valid name, where there is one. */
export function finding(path: Segments, message: string, suggestion?: string): Finding {
  return suggestion === undefined ? { path, message } : { path, message, suggestion };
}

/** The entries of a list that have the right shape, with their path. */
export function* entriesOf<T>(
  list: readonly (T | undefined)[] | undefined,
  ...path: Segments
): Iterable<{ value: T; path: Segments; index: number }> {
  for (const [index, value] of (list ?? []).entries()) {
    if (value !== undefined) yield { value, path: [...path, index], index };
  }
}

/** A finding for each text that an earlier one equals. */
export function* repeated(
  texts: Iterable<{ path: Segments; text: string }>,
  message: (first: Segments, text: string) => string,
): Iterable<Finding> {
  const seen = new Map<string, Segments>();
  for (const { path, text } of texts) {
    const first = seen.get(text);
    if (first === undefined) seen.set(text, path);
    else yield finding(path, message(first, text));
  }
}
