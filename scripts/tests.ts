import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

/** A folder of test/, and how its tests may be run. */
export interface Suite {
  readonly name: "unit" | "component" | "conformance" | "e2e" | "long";
  /** One test file after the other: they share this machine's Docker. */
  readonly inBand: boolean;
}

export const SUITES: Readonly<Record<Suite["name"], Suite>> = {
  unit: { name: "unit", inBand: false },
  component: { name: "component", inBand: false },
  conformance: { name: "conformance", inBand: true },
  e2e: { name: "e2e", inBand: true },
  long: { name: "long", inBand: true },
};

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** What failed, and why: a paragraph each. @default none to tell */
  readonly failures?: readonly string[];
}

/** The parts of jest's --json report that count. */
export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: {
    name: string;
    assertionResults: JestCase[];
    status: string;
    /** Of a file that could not be run. */
    message?: string;
    /** Milliseconds since 1970. */
    startTime: number;
    endTime: number;
  }[];
}

interface JestCase {
  readonly fullName: string;
  readonly status: string;
  /** Milliseconds. */
  readonly duration?: number | null;
  readonly failureMessages?: readonly string[];
}

/** Of a failure, where it is told once more at the end of everything: what was expected and seen, and where. */
const TOLD_LINES = 30;

/**
 * Counts a report. A file that could not be run, a skipped test, and a suite without any test count as failures: a run
 * is green only if everything that should be proved was.
 */
export function count(
  report: JestReport,
  suites: readonly Suite["name"][],
  project: string,
  tell: (line: string) => void,
): Counts {
  const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  const empty = suites.filter((suite) => {
    const folder = path.join(project, "test", suite) + path.sep;
    return !report.testResults.some((file) => file.name.startsWith(folder) && file.assertionResults.length > 0);
  });
  for (const suite of empty) tell(`test/${suite} holds no test that could be run.`);
  const skipped = report.numPendingTests + report.numTodoTests;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length + skipped + empty.length,
    failures: report.testResults.flatMap((file) => failuresOf(file, path.relative(project, file.name))),
  };
}

function failuresOf(
  { assertionResults, status, message = "" }: JestReport["testResults"][number],
  file: string,
): string[] {
  const whole = assertionResults.length === 0 && status === "failed" ? [["could not be run", message] as const] : [];
  const cases = assertionResults.filter((one) => one.status === "failed");
  const told = cases.map(({ fullName, failureMessages = [] }) => [fullName, failureMessages.join("\n")] as const);
  return [...whole, ...told].map(([name, why]) =>
    [`${file}: ${name}`, ...stripVTControlCharacters(why).split("\n").slice(0, TOLD_LINES)].join("\n    "),
  );
}

export interface RunOptions {
  /** Of the paths of test files, regular expressions. Default: all. */
  readonly patterns?: readonly string[];
  /** Of those that are left out. */
  readonly without?: readonly string[];
  readonly record?: (report: JestReport) => void;
  /** Where what people read of jest goes. Default: this process's own standard error. */
  readonly show?: (text: string) => void;
}

/** Runs jest on suites that may be run together, before the user's eyes. */
export async function runSuites(
  project: string,
  names: readonly Suite["name"][],
  { patterns = [], without = [], record, show }: RunOptions = {},
): Promise<Counts> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "alluxio-pulumi-test-"));
  const file = path.join(folder, "report.json");
  const args = ["--selectProjects", ...names, "--json", `--outputFile=${file}`];
  if (names.some((name) => SUITES[name].inBand)) args.push("--runInBand");
  if (patterns.length > 0) args.push("--testPathPatterns", ...patterns);
  if (without.length > 0) args.push("--testPathIgnorePatterns", ...without);
  const tell = (line: string): void => (show ?? ((text) => process.stderr.write(text)))(`${line}\n`);
  try {
    await jest(project, args, show);
    const report = JSON.parse(fs.readFileSync(file, "utf8")) as JestReport;
    record?.(report);
    return count(report, names, project, tell);
  } catch (error) {
    tell(`jest gave no report: ${error instanceof Error ? error.message : String(error)}`);
    return { passed: 0, failed: 1 };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** What two clusters and their tests take at most. */
const MEMORY_FOR_TWO_MIB = 7 * 1024;

/** Of target hosts, and of all targets: they start machines, and are the heaviest. */
const MACHINES = ["/e2e/alnair\\.test\\.ts$", "/e2e/contract\\.test\\.ts$"];
/** The one cluster that most tests share: it takes as long as the rest together. */
const SHARED = ["/e2e/dev\\.test\\.ts$"];

/**
 * Runs the end-to-end tests. All of them wait for Alluxio more than they compute: where there is memory for two clusters,
 * two run side by side.
 */
export async function runEndToEnd(project: string, freeMiB = os.freemem() / 1024 ** 2): Promise<Counts[]> {
  if (freeMiB < MEMORY_FOR_TWO_MIB) return [await runSuites(project, ["e2e"])];
  return [
    ...(await beside(project, { patterns: SHARED }, { without: [...SHARED, ...MACHINES] })),
    ...(await beside(project, { patterns: [MACHINES[0]!] }, { patterns: [MACHINES[1]!] })),
  ];
}

/** What the first says is shown when both have ended, whole. */
async function beside(project: string, first: RunOptions, second: RunOptions): Promise<Counts[]> {
  let said = "";
  const counts = await Promise.all([
    runSuites(project, ["e2e"], { ...first, show: (text) => (said += text) }),
    runSuites(project, ["e2e"], second),
  ]);
  process.stderr.write(said);
  return counts;
}

/** Its report also goes to standard output, where nobody wants it; what people read is on standard error. */
function jest(project: string, args: readonly string[], show: RunOptions["show"]): Promise<void> {
  const program = path.join(project, "node_modules", "jest", "bin", "jest.js");
  const child = spawn(process.execPath, [program, ...args], {
    cwd: project,
    stdio: ["inherit", "ignore", show ? "pipe" : "inherit"],
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => show?.(text));
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", () => done());
  });
}

/** Prints what failed, then the result alone on the last line, and sets the exit code. */
export function finish(runs: readonly Counts[]): void {
  const passed = runs.reduce((sum, run) => sum + run.passed, 0);
  const failed = runs.reduce((sum, run) => sum + run.failed, 0);
  const failures = runs.flatMap((run) => run.failures ?? []);
  if (failures.length > 0) console.log(["Failed:", ...failures].join("\n\n"));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}
