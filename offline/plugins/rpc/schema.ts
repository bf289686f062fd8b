import type { Json } from "./values";

/**
 * What a stand-in accepts and how it behaves, as data: checks, diffs and the table of docs/offline.md all come from it.
 */
export interface ResourceSchema {
  /** As the SDK registers it: `docker:index/container:Container`. */
  readonly token: string;
  readonly properties: Readonly<Record<string, Property>>;
  /** A replacement removes the old one first, since both would bear the same name. */
  readonly deleteBeforeReplace: boolean;
  /** The property that gets `<name>-<7 hex digits>` when the program gives none. */
  readonly autoName?: string;
}

export interface Property {
  readonly shape: Shape;
  readonly required?: boolean;
  /** Filled in at check, as the official plugin does. */
  readonly default?: Json;
  /** What a change of the input asks for. */
  readonly change: "replace" | "update";
  /**
   * What a refresh looks at: `compared` = reality is read and a difference is drift; `kept` = not read, the state keeps
   * what was declared.
   */
  readonly read: "compared" | "kept";
  /** For docs/offline.md: where this is stricter than, or unlike, the official plugin. */
  readonly note?: string;
}

export type Shape =
  | { readonly is: "string"; readonly allowed?: readonly string[]; readonly valid?: Validator }
  | { readonly is: "integer"; readonly min?: number; readonly max?: number }
  | { readonly is: "boolean" }
  | { readonly is: "any" }
  | { readonly is: "map"; readonly of: Shape }
  /** `free`: the order of items carries no meaning. */
  | { readonly is: "list"; readonly of: Shape; readonly order: "kept" | "free" }
  | { readonly is: "object"; readonly fields: Readonly<Record<string, Field>> };

export interface Field {
  readonly shape: Shape;
  readonly required?: boolean;
  /** What a missing field means: it equals this value in comparisons, but is not filled in. */
  readonly absent?: Json;
}

/** Answers what is wrong with a text, or undefined. */
export type Validator = (text: string) => string | undefined;

export const text: Shape = { is: "string" };
export const flag: Shape = { is: "boolean" };
export const texts = (order: "kept" | "free"): Shape => ({ is: "list", of: text, order });
export const oneOf = (...allowed: readonly string[]): Shape => ({ is: "string", allowed });
export const integer = (min?: number, max?: number): Shape => ({
  is: "integer",
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});
