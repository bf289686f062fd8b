import { summarize, type Summary } from "./statistics";

/** `s` and `ms` time, `MiB` memory, `MiB/s` throughput, `connections` and `commands` of SSH. */
export type Unit = "s" | "ms" | "MiB" | "MiB/s" | "connections" | "commands";

/** What was measured of one side, round by round. */
export interface Series {
  readonly of: string;
  readonly unit: Unit;
  readonly values: readonly number[];
}

/** What a comparison should reach: of the ratio ours ÷ peer, or of our own median. */
export interface Goal {
  readonly of: "ratio" | "ours";
  readonly bound: "at most" | "at least";
  readonly value: number;
}

/** Ours beside its peer, measured in the same run by turns. */
export interface Comparison {
  readonly name: string;
  readonly ours: Series;
  readonly peer: Series;
  readonly goal?: Goal;
}

export interface Verdict {
  readonly ours: Summary;
  readonly peer: Summary;
  /** Of the medians, ours ÷ peer, rounded to two decimals: what is printed is what is judged. */
  readonly ratio: number;
  /** Absent where there is no goal. */
  readonly met?: boolean;
}

/** What a benchmark measured. */
export interface Measured {
  readonly comparisons: readonly Comparison[];
  /** Figures that stand beside the comparisons: where time goes, other floors. */
  readonly beside: readonly Series[];
  /** What belongs to these very figures: how caches were dropped, what was verified. */
  readonly notes: readonly string[];
}

export interface MachineFacts {
  readonly cores: number;
  readonly memoryMiB: number;
  readonly kernel: string;
  readonly node: string;
  readonly docker: string;
  readonly pulumi: string;
  /** Where the docker and command plugins come from: the official ones, or this project's stand-ins. */
  readonly plugins: string;
  /** Load of the machine in the last minute before the benchmark: above its cores, something else was running. */
  readonly loadBefore: number;
}

/** A file in bench/results. */
export interface BenchmarkRecord extends Measured {
  readonly benchmark: string;
  readonly command: string;
  readonly date: string;
  /** The commit that was measured, with `+` where files differed from it. */
  readonly commit: string;
  readonly rounds: number;
  readonly machine: MachineFacts;
}

export function judge({ ours, peer, goal }: Comparison): Verdict {
  const [mine, theirs] = [summarize(ours.values), summarize(peer.values)];
  const ratio = round(mine.median / theirs.median, 2);
  if (!goal) return { ours: mine, peer: theirs, ratio };
  const reached = goal.of === "ratio" ? ratio : mine.median;
  return {
    ours: mine,
    peer: theirs,
    ratio,
    met: goal.bound === "at most" ? reached <= goal.value : reached >= goal.value,
  };
}

/** How many of the goals were reached. */
export function goalsOf(comparisons: readonly Comparison[]): { met: number; missed: number } {
  const verdicts = comparisons.map((comparison) => judge(comparison).met);
  return {
    met: verdicts.filter((met) => met === true).length,
    missed: verdicts.filter((met) => met === false).length,
  };
}

export const round = (value: number, decimals: number): number => Math.round(value * 10 ** decimals) / 10 ** decimals;
