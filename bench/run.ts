import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Benchmark } from "./benchmark";
import { BENCHMARKS } from "./catalog";
import { commitOf, machineFacts } from "./machine";
import { writePage } from "./page";
import { readRecord, writeRecord } from "./records";
import { goalsOf, type BenchmarkRecord } from "./result";
import { renderTable } from "./table";

const PROJECT = resolve(__dirname, "..");
const USAGE = `npm run bench -- [name...] [--rounds n] [--page]
  --rounds   how often each side is measured (default: what the benchmark needs)
  --page     only write docs/performance.md from the figures that are there
Benchmarks: ${BENCHMARKS.map(({ name }) => name).join(", ")}`;

/** Runs benchmarks, one after the other. @returns the exit code: 0 also where a goal is not met, for figures are figures */
export async function runBenchmarks(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: "string" },
      page: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const unknown = positionals.filter((name) => !BENCHMARKS.some((one) => one.name === name));
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  const badRounds = rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0);
  if (values.help || unknown.length > 0 || badRounds) {
    if (unknown.length > 0) console.error(`There is no benchmark ${unknown.join(", ")}.`);
    if (badRounds) console.error(`--rounds is ${values.rounds ?? ""}: it must be a whole number above 0.`);
    console.log(USAGE);
    return values.help ? 0 : 1;
  }
  const chosen = BENCHMARKS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  for (const benchmark of values.page ? [] : chosen) await runOne(benchmark, rounds ?? benchmark.rounds);
  writePage(BENCHMARKS, readRecord);
  return 0;
}

async function runOne(benchmark: Benchmark, rounds: number): Promise<void> {
  const machine = machineFacts(PROJECT);
  console.log(`\n${benchmark.title} (${benchmark.name}), ${rounds} rounds; load ${machine.loadBefore}`);
  const measured = await withCleanup((folder, cleanup) =>
    benchmark.run({
      project: PROJECT,
      folder,
      rounds,
      tell: (line) => console.log(`  ${line}`),
      cleanup,
    }),
  );
  const record: BenchmarkRecord = {
    benchmark: benchmark.name,
    command: `npm run bench -- ${benchmark.name}${rounds === benchmark.rounds ? "" : ` --rounds ${rounds}`}`,
    date: new Date().toISOString().slice(0, 10),
    commit: commitOf(PROJECT),
    rounds,
    machine,
    ...measured,
  };
  writeRecord(record, benchmark.title);
  const { met, missed } = goalsOf(record.comparisons);
  console.log(`\n${renderTable(record, { colors: process.stdout.isTTY })}\n\n  ${met} of ${met + missed} goals met`);
}

type Undo = () => Promise<void> | void;

/** Undoes what was made, the last first, also when the work fails or is interrupted. */
async function withCleanup<T>(work: (folder: string, cleanup: (undo: Undo) => void) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "alluxio-bench-"));
  const undos: Undo[] = [() => rmSync(folder, { recursive: true, force: true })];
  const undoAll = async (): Promise<void> => {
    for (let undo = undos.pop(); undo; undo = undos.pop()) {
      try {
        await undo();
      } catch (error) {
        console.error(`  clean-up: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  const interrupted = (): void => {
    console.error("\n  interrupted: removes what it made");
    void undoAll().then(() => process.exit(130));
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    return await work(folder, (undo) => undos.push(undo));
  } finally {
    await undoAll();
    process.removeListener("SIGINT", interrupted).removeListener("SIGTERM", interrupted);
  }
}
