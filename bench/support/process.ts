import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  /** Both streams. */
  readonly output: string;
  readonly seconds: number;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
  /** What it reads instead of `input`. */
  readonly source?: Readable;
  /** Each line of standard output as it comes, with the seconds since the start. */
  readonly hear?: (line: string, seconds: number) => void;
}

/** Runs a program to its end, by the clock; never throws for its exit code. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return started(program, args, options).finished;
}

/** Runs a program that must succeed. */
export async function must(program: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const finished = await run(program, args, options);
  if (finished.code !== 0) {
    throw new Error(
      `${program} ${args.join(" ").slice(0, 300)}: exit code ${finished.code}\n${finished.output.slice(-3000)}`,
    );
  }
  return finished;
}

/** Runs a program that must succeed, and adds up the largest resident memory of it and of each process below it. */
export async function mustWithMemory(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished & { readonly peakMiB: number }> {
  const { pid, finished } = started(program, args, options);
  const peaks = new Map<number, number>();
  const timer = setInterval(() => {
    for (const [child, kibibytes] of peaksBelow(pid)) peaks.set(child, kibibytes);
  }, SAMPLE_MILLISECONDS);
  try {
    const result = await finished;
    if (result.code !== 0) throw new Error(`${program}: exit code ${result.code}\n${result.output.slice(-3000)}`);
    return { ...result, peakMiB: [...peaks.values()].reduce((sum, kibibytes) => sum + kibibytes, 0) / 1024 };
  } finally {
    clearInterval(timer);
  }
}

const SAMPLE_MILLISECONDS = 250;

function started(
  program: string,
  args: readonly string[],
  options: RunOptions,
): { pid: number; finished: Promise<Finished> } {
  const from = performance.now();
  const child = spawn(program, args, { env: options.env ?? process.env, cwd: options.cwd, stdio: "pipe" });
  const finished = new Promise<Finished>((done, fail) => {
    let stdout = "";
    let output = "";
    const { hear } = options;
    if (hear) createInterface(child.stdout).on("line", (line) => hear(line, (performance.now() - from) / 1000));
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", fail);
    child.on("close", (code) => done({ code: code ?? -1, stdout, output, seconds: (performance.now() - from) / 1000 }));
    // A program that reads no input may have closed it already.
    child.stdin.on("error", () => undefined);
    if (options.source) options.source.pipe(child.stdin);
    else child.stdin.end(options.input ?? "");
  });
  return { pid: child.pid ?? -1, finished };
}

/** The kernel's own high-water mark (VmHWM, KiB) of a process and of everything below it, by process id. */
function peaksBelow(root: number): Map<number, number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const parent = /^\d+$/.test(name) ? /^PPid:\s+(\d+)/m.exec(statusOf(name))?.[1] : undefined;
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isBelow = (pid: number): boolean => pid === root || (parents.has(pid) && isBelow(parents.get(pid)!));
  return new Map(
    [...parents.keys()].filter(isBelow).flatMap((pid) => {
      const peak = /^VmHWM:\s+(\d+)/m.exec(statusOf(String(pid)))?.[1];
      return peak === undefined ? [] : [[pid, Number(peak)] as const];
    }),
  );
}

function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return ""; // ended meanwhile
  }
}
