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
 * @param stack the stack; of several the first for which an image was chosen counts
 * @param wanted what the spec names: `image` by its tag or digest, or, where it names none, the version
 * @returns undefined where set-up has chosen none yet
 */
export function chosenImage(
  projectFolder: string,
  stack: string | readonly string[],
  wanted: { version: string; image: string },
): ChosenImage | undefined {
  const choices = readChoices(join(projectFolder, ".tools", "choices.json"));
  const key = wanted.image === `alluxio/alluxio:${wanted.version}` ? wanted.version : wanted.image;
  return [stack]
    .flat()
    .map((one) => choices.stacks?.[one]?.images?.[key])
    .find((image) => image !== undefined);
}

/** Some image that set-up chose, for what every image of ours can do. */
export function anyChosenImage(projectFolder: string): ChosenImage | undefined {
  const { stacks = {} } = readChoices(join(projectFolder, ".tools", "choices.json"));
  return Object.values(stacks).flatMap(({ images = {} }) => Object.values(images))[0];
}

function readChoices(file: string): Choices {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Choices;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
