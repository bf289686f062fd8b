/** Words that mean the same in every setting, with or without quotes. */
const PLAIN_WORD = /^[A-Za-z0-9_./:=,+@-]+$/;
/** What systemd takes for no text at all (utf8.c), and then ignores the whole line. */
const UNFIT = /\p{Surrogate}|\p{Noncharacter_Code_Point}/u;
const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r" };

/**
 * A word of `Environment=`. Specifiers are not expanded in it.
 *
 * @throws RangeError for what no unit file can hold: NUL, half a character, and what Unicode keeps for no character (U+FFFE)
 * @example assignmentWord('A=50% "off"') // "\"A=50%% \\\"off\\\"\""
 */
export function assignmentWord(text: string): string {
  if (text.includes("\0") || UNFIT.test(text)) throw unfit(text);
  if (PLAIN_WORD.test(text)) return text;
  return `"${text.replace(/[\\"]|\p{Cc}/gu, escapeCharacter).replaceAll("%", "%%")}"`;
}

/** A word of a command, where `$` too means something: neither specifiers nor variables are expanded in it. */
export const commandWord = (text: string): string => assignmentWord(text).replaceAll("$", "$$$$");

/**
 * A word of a list of paths: `ReadWritePaths=`, `RequiresMountsFor=`. They know quotes, but no escapes of control
 * characters.
 *
 * @throws RangeError for these, and for a control character
 */
export function pathWord(text: string): string {
  if (!isPathWord(text)) throw unfit(text);
  return assignmentWord(text);
}

export const isPathWord = (text: string): boolean => !/\p{Cc}/u.test(text) && !UNFIT.test(text);

/**
 * A setting whose whole line is the value, and that knows no quotes: `Description=`, `Where=`, `Options=`.
 *
 * @throws RangeError for what would be read as another value: a control character, white space or a backslash at an end
 */
export function unitLine(text: string): string {
  if (!isPathWord(text) || /^\s|\s$|\\$/.test(text)) throw unfit(text);
  return text.replaceAll("%", "%%");
}

const escapeCharacter = (character: string): string =>
  ESCAPES[character] ??
  Array.from(Buffer.from(character))
    .map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`)
    .join("");

const unfit = (text: string): RangeError => new RangeError(`no unit of systemd can hold this: ${JSON.stringify(text)}`);
