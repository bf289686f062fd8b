import { isDeepStrictEqual } from "node:util";
import { parseDocument, type Document } from "yaml";
import { splice } from "./splice";

/** Keys to be written into a stack file. */
export interface Pin {
  /** Of the field, within the cluster. @example ["hosts", "addresses", "blue4", "hostKey"] */
  readonly path: readonly string[];
  /** Each as `<type> <base64>`. */
  readonly keys: readonly string[];
}

/** Where the cluster stands in a stack file. */
const CLUSTER = ["config", "alluxio:cluster"];

/**
 * Writes host keys into the text of a stack file, and changes nothing else of it: comments, order, quotes and blank lines stay
 * as they are. Where a field stands in a form that is not edited in place (behind an explicit key, say), the YAML library
 * writes the file anew: with all comments, and with its own spaces.
 *
 * @returns undefined where it cannot be done without changing something else: behind an alias, or in a text of JSON
 */
export function pinHostKeys(text: string, pins: readonly Pin[]): string | undefined {
  let edited: Edited = { text, document: parseDocument(text) };
  for (const pin of pins) {
    const path = [...CLUSTER, ...pin.path];
    const expected: unknown = withValue(edited.document.toJS(), path, pin.keys.join("\n"));
    const next =
      checked(splice(edited.text, edited.document, path, pin.keys), expected) ??
      checked(writtenAnew(edited.text, path, pin.keys), expected);
    if (next === undefined) return undefined;
    edited = next;
  }
  return edited.text;
}

interface Edited {
  readonly text: string;
  readonly document: Document.Parsed;
}

/** @returns undefined where it says anything else than what it should */
function checked(text: string | undefined, expected: unknown): Edited | undefined {
  if (text === undefined) return undefined;
  const document = parseDocument(text);
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), expected) ? { text, document } : undefined;
}

function writtenAnew(text: string, path: readonly string[], keys: readonly string[]): string | undefined {
  const document = parseDocument(text);
  try {
    document.setIn(path, keys.join("\n"));
  } catch {
    // Something on the way is no map.
    return undefined;
  }
  return document.toString({ lineWidth: 0 });
}

/** @returns undefined where something on the way is no map, which no text is equal to */
function withValue(root: unknown, [first, ...rest]: readonly string[], value: string): unknown {
  if (first === undefined) return value;
  if (root === null || root === undefined) return { [first]: withValue(undefined, rest, value) };
  if (typeof root !== "object" || Array.isArray(root)) return undefined;
  const own = Object.hasOwn(root, first) ? (root as Readonly<Record<string, unknown>>)[first] : undefined;
  return { ...root, [first]: withValue(own, rest, value) };
}
