import { spawn } from "node:child_process";
import { resolve } from "node:path";

/** The folder of this project. */
export const PROJECT = resolve(__dirname, "../..");

/** Of what a program said that failed: its errors come last. */
const SHOWN_CHARACTERS = 8000;

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  /** Both streams, in the order in which they came. */
  readonly output: string;
}

/** Runs a program to its end; never throws for its exit code. */
export function run(
  program: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; input?: string } = {},
): Promise<Finished & { readonly stderr: string }> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { env: options.env ?? process.env, cwd: options.cwd, stdio: "pipe" });
    let stdout = "";
    let stderr = "";
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      output += chunk.toString();
    });
    child.on("error", fail);
    child.on("close", (code) => done({ code: code ?? -1, stdout, stderr, output }));
    // A program that reads no input may have closed it already.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** Runs a program that must succeed. */
export async function must(program: string, ...args: string[]): Promise<string> {
  const { code, stdout, output } = await run(program, args);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")}: exit code ${code}\n${output}`);
  return stdout.trim();
}

/** @throws with the end of what it said, where it failed */
export function succeeds({ code, output }: Finished): void {
  if (code !== 0) throw new Error(`exit code ${code}: ${output.slice(-SHOWN_CHARACTERS)}`);
}

/** The lines of a text that are not empty. */
export const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");

/** Looks again and again, so many milliseconds apart, until something holds. */
export async function until(what: string, seconds: number, holds: () => Promise<boolean>, apart = 500): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`after ${seconds} s not yet: ${what}`);
    await new Promise((done) => setTimeout(done, apart));
  }
}
