import path from "node:path";
import type { JestReport } from "./tests";

/** The last run of one file of long tests. */
export interface FileRecord {
  readonly file: string;
  /** It ran on; with `+` where the work tree held more than that. */
  readonly commit: string;
  /** Such as `2026-11-22`. */
  readonly date: string;
  /** What replays what was drawn by chance, such as `KILL_SEED=7`. */
  readonly seeds: readonly string[];
  readonly seconds: number;
  readonly cases: readonly { readonly name: string; readonly status: string; readonly seconds: number }[];
}

/** Tests that draw by chance print their seed in their names. */
const SEED = /\b(?:[A-Z]+_)?SEED=\d+/g;

const seconds = (milliseconds: number | null | undefined): number => Math.round((milliseconds ?? 0) / 1000);

/** The record of docs/test-long.json after a run, which may have been of some files only: the others' last runs stay. */
export function recorded(
  before: readonly FileRecord[],
  report: Pick<JestReport, "testResults">,
  run: { readonly project: string; readonly commit: string; readonly date: string },
): FileRecord[] {
  const ran = report.testResults.map(({ name, assertionResults, startTime, endTime }): FileRecord => {
    const cases = assertionResults.map(({ fullName, status, duration }) => ({
      name: fullName,
      status,
      seconds: seconds(duration),
    }));
    return {
      file: path.relative(run.project, name),
      commit: run.commit,
      date: run.date,
      seeds: [...new Set(cases.flatMap((one) => one.name.match(SEED) ?? []))],
      seconds: seconds(endTime - startTime),
      cases,
    };
  });
  const others = before.filter(({ file }) => !ran.some((one) => one.file === file));
  return [...others, ...ran].sort((a, b) => a.file.localeCompare(b.file));
}
