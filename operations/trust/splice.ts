import { isCollection, isMap, isNode, isPair, isScalar, type Document, type Pair, type YAMLMap } from "yaml";

const STEP = 2;

/** Of a text: what stands from `start` to `end` is replaced. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

/** All of them, of one text. What is put in at one place comes in the order of the edits. */
export function applied(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let rest = 0;
  for (const { start, end, by } of [...edits].sort((a, b) => a.start - b.start)) {
    pieces.push(text.slice(rest, start), by);
    rest = end;
  }
  return [...pieces, text.slice(rest)].join("");
}

/**
 * Puts keys into the text of a YAML document, at a path of maps, and leaves every other byte where it is. Several keys are a
 * literal, each on a line; in a flow map they are one text in quotes.
 *
 * @param document the text, parsed
 * @returns undefined where the place is of a form that is not edited here
 */
export function splice(
  text: string,
  document: Document,
  path: readonly string[],
  keys: readonly string[],
): Edit | undefined {
  const editor = new Editor(text, keys);
  let map: unknown = document.contents;
  let flow = false;
  for (const [depth, name] of path.entries()) {
    if (!isMap(map)) return undefined;
    flow ||= map.flow === true;
    const pair = map.items.find(({ key }) => isScalar(key) && String(key.value) === name);
    const rest = path.slice(depth + 1);
    if (pair === undefined) {
      const names = path.slice(depth);
      return flow ? editor.intoFlow(map, names) : editor.intoBlock(map, names);
    }
    if (rest.length === 0) return flow ? editor.replaceInFlow(pair) : editor.replaceInBlock(pair);
    if (!flow && isEmpty(pair.value)) return editor.below(pair, rest);
    map = pair.value;
  }
  return undefined;
}

class Editor {
  /** Of the file's lines. */
  private readonly end: string;

  constructor(
    private readonly text: string,
    private readonly keys: readonly string[],
  ) {
    this.end = text.includes("\r\n") ? "\r\n" : "\n";
  }

  /** As the last entry of a map with a line for each. */
  intoBlock({ items }: YAMLMap, names: readonly string[]): Edit | undefined {
    const indent = this.indentOf(items[0]?.key);
    const last = this.lastOf(items.at(-1));
    return indent === undefined || last === undefined ? undefined : this.insertLines(last, this.entry(names, indent));
  }

  /** Of a key that has no value yet. */
  below({ key }: Pair, names: readonly string[]): Edit | undefined {
    const indent = this.indentOf(key);
    const end = rangeOf(key)?.end;
    return indent === undefined || end === undefined
      ? undefined
      : this.insertLines(end, this.entry(names, indent + STEP));
  }

  /** As the last entry of a map in braces. */
  intoFlow(map: YAMLMap, names: readonly string[]): Edit | undefined {
    const entry = this.flowEntry(names);
    const last = map.items.at(-1);
    if (last !== undefined) {
      const range = rangeOf(last.value ?? last.key);
      return range === undefined || range.start === range.end ? undefined : replace(range.end, range.end, `, ${entry}`);
    }
    const brace = rangeOf(map)?.start;
    if (brace === undefined) return undefined;
    const space = this.text[brace + 1] === "}" ? " " : "";
    return replace(brace + 1, brace + 1, ` ${entry}${space}`);
  }

  replaceInFlow({ value }: Pair): Edit | undefined {
    const range = isScalar(value) ? rangeOf(value) : undefined;
    return range === undefined || range.start === range.end
      ? undefined
      : replace(range.start, range.end, this.quoted());
  }

  /** A comment behind the old value stays on the first line. */
  replaceInBlock({ key, value }: Pair): Edit | undefined {
    const indent = this.indentOf(key);
    const range = isScalar(value) ? rangeOf(value) : undefined;
    if (indent === undefined || range === undefined) return undefined;
    const { start, end } = range;
    const old = this.text.slice(start, end);
    const header = /^[|>][-+\d]*([ \t]+#[^\r\n]*)?(?=\r?\n|$)/.exec(old);
    const stop = header ? start + old.trimEnd().length : this.lineStop(end);
    const comment = header ? (header[1] ?? "") : this.text.slice(end, stop).trimEnd();
    if (!/^(?:[ \t]*#.*)?$/.test(comment)) return undefined;
    const spaced = /^#/.test(comment) ? ` ${comment}` : comment;
    const lead = start === end && this.text[start - 1] === ":" ? " " : "";
    const [first, ...more] = this.valueLines(indent);
    return replace(start, stop, [`${lead}${first ?? ""}${spaced}`, ...more].join(this.end));
  }

  private insertLines(after: number, lines: readonly string[]): Edit {
    const stop = this.text.indexOf("\n", after - 1);
    const block = lines.join(this.end);
    if (stop < 0) return replace(this.text.length, this.text.length, `${this.end}${block}`);
    return replace(stop + 1, stop + 1, `${block}${this.end}`);
  }

  private entry(names: readonly string[], indent: number): string[] {
    const heads = names.map((name, depth) => `${" ".repeat(indent + STEP * depth)}${keyText(name)}:`);
    const [first, ...more] = this.valueLines(indent + STEP * (names.length - 1));
    return [...heads.slice(0, -1), `${heads.at(-1) ?? ""} ${first ?? ""}`, ...more];
  }

  private valueLines(indent: number): string[] {
    if (this.keys.length < 2) return [this.quoted()];
    return ["|-", ...this.keys.map((key) => `${" ".repeat(indent + STEP)}${key}`)];
  }

  private flowEntry([name = "", ...rest]: readonly string[]): string {
    return `${keyText(name)}: ${rest.length === 0 ? this.quoted() : `{ ${this.flowEntry(rest)} }`}`;
  }

  private quoted(): string {
    return JSON.stringify(this.keys.join("\n"));
  }

  /** @returns undefined where something other than spaces stands before it */
  private indentOf(key: unknown): number | undefined {
    const start = rangeOf(key)?.start;
    if (start === undefined) return undefined;
    const before = this.text.slice(this.text.lastIndexOf("\n", start - 1) + 1, start);
    return /^ *$/.test(before) ? before.length : undefined;
  }

  /** Where the last byte of it is, comments and blank lines aside. */
  private lastOf(node: unknown): number | undefined {
    if (isPair(node)) return this.lastOf(node.value ?? node.key);
    if (isCollection(node) && node.flow !== true) return this.lastOf(node.items.at(-1));
    const range = rangeOf(node);
    if (range === undefined) return undefined;
    const source = this.text.slice(range.start, range.end);
    // The blank lines behind it are a part of it.
    if (/^[|>]\d?\+/.test(source)) return range.end;
    return range.start + source.trimEnd().length;
  }

  private lineStop(from: number): number {
    const found = /\r?\n/.exec(this.text.slice(from));
    return found ? from + found.index : this.text.length;
  }
}

const replace = (start: number, end: number, by: string): Edit => ({ start, end, by });

function rangeOf(node: unknown): { readonly start: number; readonly end: number } | undefined {
  if (!isNode(node) || !node.range) return undefined;
  const [start, end] = node.range;
  return { start, end };
}

const isEmpty = (value: unknown): boolean => {
  const range = rangeOf(value);
  return value === null || (isScalar(value) && range !== undefined && range.start === range.end);
};

/** Pulumi reads YAML 1.1, to which more words than one would think are no text. */
const keyText = (name: string): string =>
  /^[A-Za-z][\w.-]*$/.test(name) && !/^(?:y|yes|n|no|on|off|true|false|null)$/i.test(name)
    ? name
    : JSON.stringify(name);
