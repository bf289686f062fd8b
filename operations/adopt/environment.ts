import type { FoundEnvironment } from "./facts";
import { keepable, keepableProperties, keepableWord } from "./redact";

const OPTIONS_OF_JVM = /^ALLUXIO_(?:[A-Z_]+_)?JAVA_OPTS$/;

/**
 * alluxio-env.sh, as far as it can be understood without running it: `[export] NAME=value`, plain or in quotes, where a
 * variable for a JVM may go on with what it had: `"$NAME -Xmx4g"`. All other lines are told by their number.
 */
export function parseEnvironment(text: string): FoundEnvironment {
  const variables = new Map<string, string>();
  const obscureLines: number[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const assignment = assignmentIn(line);
    if (assignment === undefined) {
      obscureLines.push(index + 1);
      continue;
    }
    const { name, value, adds } = assignment;
    const before = variables.get(name) ?? "";
    const goesOn = new RegExp(`\\$(?:${name}\\b|\\{${name}(?::?[-+]?)\\})`, "g");
    const whole = (adds ? before : "") + value.replace(goesOn, () => before);
    if (/[$`]/.test(whole)) obscureLines.push(index + 1);
    else variables.set(name, whole.trim());
  }
  const jvms = [...variables].filter(([name]) => OPTIONS_OF_JVM.test(name));
  const others = [...variables].filter(([name]) => !OPTIONS_OF_JVM.test(name));
  const words = jvms.map(([name, value]) => [name, value.split(/\s+/).filter((word) => word !== "")] as const);
  return {
    variables: Object.fromEntries(others.map(([name, value]) => [name, keepable(name, value)])),
    options: Object.fromEntries(words.map(([name, all]) => [name, splitOptions(all).options])),
    properties: Object.fromEntries(words.map(([name, all]) => [name, splitOptions(all).properties])),
    obscureLines,
  };
}

/** The words of a JVM's command line: its properties, and the rest. */
export function splitOptions(words: readonly string[]): {
  readonly properties: FoundEnvironment["variables"];
  readonly options: readonly string[];
} {
  const properties: Record<string, string> = {};
  const options: string[] = [];
  for (const word of words) {
    const [, name, value] = /^-D([^=]+)=?(.*)$/s.exec(word) ?? [];
    if (name !== undefined) properties[name] = value ?? "";
    else options.push(keepableWord(word));
  }
  return { properties: keepableProperties(properties), options };
}

function assignmentIn(line: string): { name: string; value: string; adds: boolean } | undefined {
  const [, name, plus, rest] = /^\s*(?:export\s+)?([A-Za-z_]\w*)(\+?)=(.*?)\s*$/.exec(line) ?? [];
  if (name === undefined || rest === undefined) return undefined;
  const [, double, single, plain] =
    /^(?:"((?:[^"\\])*)"|'([^']*)'|([^\s"'\\;&|<>()#]*))(?:\s+#.*)?;?$/.exec(rest) ?? [];
  // Nothing is expanded between single quotes, and what looks like it is not understood below: told, not guessed.
  const value = double ?? single ?? plain;
  return value === undefined ? undefined : { name, value, adds: plus === "+" };
}
