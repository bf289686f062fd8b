import { isDeepStrictEqual } from "node:util";
import { parseDocument, type Document } from "yaml";
import { applied, splice, type Edit } from "./splice";

/** Keys to be written into the file of a cluster. */
export interface Pin {
  /** Of the field, within the cluster. @example ["hosts", "addresses", "blue4", "hostKey"] */
  readonly path: readonly string[];
  /** Each as `<type> <base64>`. */
  readonly keys: readonly string[];
}

/**
 * Writes host keys into the text of a file with a cluster, and changes nothing else of it: comments, order, quotes and blank lines stay
 * as they are. Where a field stands in a form that is not edited in place (behind an explicit key, say), the YAML library
 * writes the file anew: with all comments, and with its own spaces.
 *
 * @param cluster where it stands in that file. @example ["config", "alluxio:cluster"]
 * @returns undefined where it cannot be done without changing something else: behind an alias, or in a text of JSON
 */
export function pinHostKeys(text: string, cluster: readonly string[], pins: readonly Pin[]): string | undefined {
  const placed = pins.map(({ path, keys }) => ({ path: [...cluster, ...path], keys }));
  return pinned({ text, document: parseDocument(text) }, placed)?.text;
}

/** All at once, for each try reads the whole file; in halves where that does not do, such as in a map that is still to be made. */
function pinned(from: Edited, pins: readonly Pin[]): Edited | undefined {
  const [first] = pins;
  if (first === undefined) return from;
  const expected = pins.reduce<unknown>(
    (value, { path, keys }) => withValue(value, path, keys.join("\n")),
    from.document.toJS(),
  );
  const edits = pins.map(({ path, keys }) => splice(from.text, from.document, path, keys));
  const all = checked(edits.every(isEdit) ? applied(from.text, edits) : undefined, expected);
  if (all) return all;
  if (pins.length === 1) return checked(writtenAnew(from.text, first.path, first.keys), expected);
  const half = Math.ceil(pins.length / 2);
  const next = pinned(from, pins.slice(0, half));
  return next && pinned(next, pins.slice(half));
}

const isEdit = (edit: Edit | undefined): edit is Edit => edit !== undefined;

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
