import { randomBytes } from "node:crypto";

/** A secret that is searched for. Its core is letters and digits alone, so that no escaping of the rest can hide it. */
export interface Canary {
  /** With everything in it that a shell, a property file, JSON or a URL treats in a way of its own. */
  readonly value: string;
  readonly core: string;
}

/** @param wild whether the value has more than letters and digits */
export function newCanary(wild = true): Canary {
  const core = `c4n4ry${randomBytes(9).toString("hex")}`;
  return { core, value: wild ? `a'"$(touch /tmp/${core}-ran)\`\\ é+/=%41&#!:;${core}|*?~{z}` : core };
}

/** Each form in which a canary is recognised: its name, and the bytes to look for. */
export function needlesOf({ core }: Canary): ReadonlyMap<string, Buffer> {
  const bytes = Buffer.from(core);
  return new Map([
    ["plain", bytes],
    ["reversed", Buffer.from([...bytes].reverse())],
    ["upper case", Buffer.from(core.toUpperCase())],
    ["hex", Buffer.from(bytes.toString("hex"))],
    ["HEX", Buffer.from(bytes.toString("hex").toUpperCase())],
    ["percent", Buffer.from([...bytes].map((byte) => `%${byte.toString(16)}`).join(""))],
    ["escaped", Buffer.from([...bytes].map((byte) => `\\u00${byte.toString(16)}`).join(""))],
    ["UTF-16", Buffer.from(core, "utf16le")],
    // Wherever it begins within the three bytes that four characters stand for.
    ...[0, 1, 2].map((offset) => [`base64 at ${offset}`, Buffer.from(base64Within(bytes, offset))] as const),
  ]);
}

/** The forms that are lines of text, for programs that search by line. */
export const textNeedles = (canary: Canary): string[] =>
  [...needlesOf(canary).values()].map(String).filter((text) => /^[!-~]+$/.test(text));

/** The characters that stand for these bytes alone, whatever stands before and after them. */
function base64Within(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const whole = Math.floor(((offset + bytes.length) * 4) / 3);
  return text.slice(offset === 0 ? 0 : offset + 1, whole);
}

/** The forms in which a canary stands in some text or bytes. */
export function formsIn(canary: Canary, data: string | Buffer): string[] {
  const bytes = typeof data === "string" ? Buffer.from(data) : data;
  return [...needlesOf(canary)].filter(([, needle]) => bytes.includes(needle)).map(([form]) => form);
}
