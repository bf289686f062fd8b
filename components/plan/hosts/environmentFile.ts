import { shellQuoted } from "../shellQuote";

/**
 * alluxio-env.sh, which every script of Alluxio sources: the variables, sorted by name. Nothing in a value is ever run or
 * expanded.
 *
 * @throws RangeError for what no variable can hold: NUL, and half a character
 */
export function renderEnvironment(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join("");
}

function quote(value: string): string {
  if (value.includes("\0") || /\p{Surrogate}/u.test(value)) {
    throw new RangeError(`no variable of a shell can hold this: ${JSON.stringify(value)}`);
  }
  return shellQuoted(value);
}
