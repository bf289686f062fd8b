import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderChart } from "./chart";
import { judge, type BenchmarkRecord } from "./result";

/** Where records and charts are kept. */
export const RESULTS = join(__dirname, "results");

/** Writes what was measured, with the summaries and verdicts that follow from it, and its chart. */
export function writeRecord(record: BenchmarkRecord, title: string): void {
  mkdirSync(RESULTS, { recursive: true });
  const judged = {
    ...record,
    comparisons: record.comparisons.map((comparison) => ({ ...comparison, verdict: judge(comparison) })),
  };
  writeFileSync(join(RESULTS, `${record.benchmark}.json`), `${JSON.stringify(judged, undefined, 2)}\n`);
  writeFileSync(join(RESULTS, `${record.benchmark}.svg`), renderChart(title, record.comparisons));
}

/** @returns undefined where the benchmark was never run */
export function readRecord(name: string): BenchmarkRecord | undefined {
  const file = join(RESULTS, `${name}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as BenchmarkRecord) : undefined;
}
