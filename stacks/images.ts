import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The image that set-up chose for a stack and keeps. */
export interface ChosenImage {
  /** Id on this machine's Docker. */
  readonly id: string;
  /** Tag or digest that the spec names. */
  readonly ref: string;
  readonly source: "pulled" | "built" | "local";
  /** Whether it has the web dashboard; the REST API is always there. */
  readonly dashboard: boolean;
}

interface Choices {
  readonly stacks?: Readonly<Record<string, { readonly images?: Readonly<Record<string, ChosenImage>> }>>;
}

/**
 * @param wanted what the spec names: `image` by its tag or digest, or, where it names none, the version
 * @returns undefined where set-up has chosen none yet
 */
export function chosenImage(
  projectFolder: string,
  stack: string,
  wanted: { version: string; image: string },
): ChosenImage | undefined {
  const choices = readChoices(join(projectFolder, ".tools", "choices.json"));
  const key = wanted.image === `alluxio/alluxio:${wanted.version}` ? wanted.version : wanted.image;
  return choices.stacks?.[stack]?.images?.[key];
}

function readChoices(file: string): Choices {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Choices;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
