import type { Places } from "../environment.cjs";
import type { ChoicesFile } from "./choices";
import type { Progress } from "./progress";

/** What each step of a set-up works with. */
export interface Context {
  readonly places: Places;
  readonly env: NodeJS.ProcessEnv;
  readonly choices: ChoicesFile;
  readonly progress: Progress;
  readonly stack: string;
  /** Alluxio version to prepare instead of the one that the stack's config names. */
  readonly version?: string | undefined;
}

/** One thing that is missing, and what it takes to have it. */
export interface Work {
  /** For people: `Pulumi CLI 3.259.0`. */
  readonly name: string;
  /** Where it will come from, and why from there: `compiled here, since get.pulumi.com does not answer`. */
  readonly how: string;
  /** Expected time on two free cores, nothing cached. */
  readonly seconds: number;
  run(): Promise<void>;
}

/** Things that follow upon each other. Several chains are worked on side by side. */
export type Chain = readonly Work[];
