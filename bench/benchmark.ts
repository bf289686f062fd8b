import type { Measured } from "./result";

/** What a benchmark works with. */
export interface Bench {
  /** Folder of the project. */
  readonly project: string;
  /** A folder of its own, removed at the end. */
  readonly folder: string;
  readonly rounds: number;
  /** A line of progress. */
  readonly tell: (line: string) => void;
  /** Removes what is made next: called at the end in any case, the last one first. */
  readonly cleanup: (undo: () => Promise<void> | void) => void;
}

export interface Benchmark {
  /** On the command line, and of the file in bench/results. */
  readonly name: string;
  readonly title: string;
  /** What is measured against what, for the page. */
  readonly about: string;
  /** What the ratio does not say. */
  readonly leavesOut: readonly string[];
  /** @default for `--rounds` */
  readonly rounds: number;
  run(bench: Bench): Promise<Measured>;
}
