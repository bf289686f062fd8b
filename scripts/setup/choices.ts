import fs from "node:fs";
import path from "node:path";
import { readChoices } from "../environment.cjs";
import type { Places } from "../environment.cjs";

/**
 * What set-up found or made, as kept in `.tools/choices.json`. A choice stays until `npm run setup -- --choose`, so that
 * a network that comes back does not replace parts of a running cluster.
 */
export interface Choices {
  pulumi?: PulumiChoice;
  /** The Node language host comes from where the CLI comes from. */
  languageHost?: PulumiChoice;
  plugins?: Partial<Record<PluginName, PluginChoice>>;
  /** The Docker daemon, where it is not the one that everybody's default names. */
  docker?: { host: string };
  stacks?: Record<string, StackChoices>;
}

export type PluginName = "docker" | "command";

export interface PulumiChoice {
  /** Already on PATH; the official release; or compiled here from the Go modules in offline/. */
  source: "path" | "download" | "built";
  /** Absolute path of the executable. */
  bin: string;
}

export interface PluginChoice {
  source: "official" | "stand-in";
}

export interface StackChoices {
  /** By the version, or the image reference, that the stack's config names. */
  images: Record<string, ImageChoice>;
}

export interface ImageChoice {
  /** Docker's image id, the same until somebody removes the image: `sha256:<64 hex digits>`. */
  id: string;
  /** What to call it: the reference that was pulled, or the tag that was built. */
  ref: string;
  source: "pulled" | "built";
  /** Does the master serve the web dashboard? The image built here has none. */
  dashboard: boolean;
}

/** The image chosen for a stack, if one was. */
export function imageChoice(choices: Choices, stack: string, key: string): ImageChoice | undefined {
  return choices.stacks?.[stack]?.images[key];
}

export function withImage(choices: Choices, stack: string, key: string, image: ImageChoice): Choices {
  const images = { ...choices.stacks?.[stack]?.images, [key]: image };
  return { ...choices, stacks: { ...choices.stacks, [stack]: { images } } };
}

/** What remains when the user asks to choose again for one stack: the other stacks' images. */
export function withoutChoicesOf(choices: Choices, stack: string): Choices {
  const stacks = Object.fromEntries(Object.entries(choices.stacks ?? {}).filter(([name]) => name !== stack));
  return { stacks };
}

/** The choices on disk; each change is on disk before it returns, whole or not at all. */
export class ChoicesFile {
  /** @param onlyReport never write: what would be chosen is found again by the next set-up */
  constructor(
    private readonly places: Places,
    private readonly onlyReport = false,
  ) {}

  get current(): Choices {
    return readChoices(this.places);
  }

  change(change: (choices: Choices) => Choices): void {
    if (this.onlyReport) return;
    const text = `${JSON.stringify(change(this.current), null, 2)}\n`;
    fs.mkdirSync(path.dirname(this.places.choices), { recursive: true });
    const temporary = `${this.places.choices}.${process.pid}`;
    fs.writeFileSync(temporary, text);
    fs.renameSync(temporary, this.places.choices);
  }
}
