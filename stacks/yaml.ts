import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** What a file holds, or why it cannot be read: in one line that quotes nothing of it. */
export type YamlFile =
  { readonly value: unknown; readonly problem?: never } | { readonly value?: never; readonly problem: string };

/** Reads a YAML file of one document. */
export function readYaml(file: string): YamlFile {
  const unreadable = (...reasons: readonly string[]): YamlFile => ({
    problem: `${basename(file)} cannot be read: ${reasons.join("; ")}`,
  });
  try {
    const document = yaml().parseDocument(readFileSync(file, "utf8"));
    if (document.errors.length > 0) return unreadable(...document.errors.map(reasonOf));
    const value: unknown = document.toJS();
    JSON.stringify(value); // throws for what refers to itself
    return { value };
  } catch (error) {
    if (error instanceof RangeError) return unreadable("it is nested too deeply");
    if (error instanceof TypeError) return unreadable("an anchor stands within what it refers to");
    return unreadable(reasonOf(error as Error));
  }
}

/** The lines that the parser quotes after its first may hold what is not for every eye. */
function reasonOf({ message }: Error): string {
  if (message.startsWith("Source contains multiple documents")) return "it holds several documents, split by ---";
  return (message.split("\n")[0] ?? "").replace(/:$/, "");
}

/**
 * YAML that every reader takes alike. Pulumi reads YAML 1.1, where the text `yes` is true and `0777` is 511: so every
 * text stands in quotes.
 */
export const unambiguousYaml = (value: unknown): string =>
  yaml().stringify(value, { defaultStringType: "QUOTE_DOUBLE" });

/** Loaded when it is needed: most programs of a stack read no file. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- only so it is not loaded at each start
const yaml = () => require("yaml") as typeof import("yaml");
