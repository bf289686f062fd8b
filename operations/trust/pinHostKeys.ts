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
  const expected = withPins(from.document.toJS(), pins);
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

/**
 * A copy of the value with the keys in it. What an alias shares with another place is changed in the one place alone.
 * @returns undefined where something on the way is no map, which no text is equal to
 */
function withPins(value: unknown, pins: readonly Pin[]): unknown {
  const whole = { value };
  const copies = new Set<unknown>([whole]);
  for (const { path, keys } of pins) {
    let at: object = whole;
    for (const name of ["value", ...path.slice(0, -1)]) {
      let next: unknown = Object.getOwnPropertyDescriptor(at, name)?.value ?? {};
      if (!isMap(next)) return undefined;
      if (!copies.has(next)) put(at, name, (next = { ...next }));
      copies.add(next);
      at = next as object;
    }
    put(at, path.at(-1) ?? "", keys.join("\n"));
  }
  return whole.value;
}

const isMap = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);

/** Whatever the name is, `__proto__` among them. */
const put = (at: object, name: string, value: unknown): void =>
  void Object.defineProperty(at, name, { value, writable: true, enumerable: true, configurable: true });
