import { spawn } from "node:child_process";
import path from "node:path";

interface Check {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

const CHECKS: readonly Check[] = [
  { name: "types (tsc)", program: "typescript/bin/tsc", args: ["--noEmit", "-p", "."] },
  { name: "lint (eslint)", program: "eslint/bin/eslint.js", args: ["--max-warnings", "0", "."] },
  { name: "format (prettier)", program: "prettier/bin/prettier.cjs", args: ["--check", "--log-level", "warn", "."] },
];

/** Runs all static checks at once, each to its end. @returns whether all are fine */
export async function runChecks(project: string): Promise<boolean> {
  const results = await Promise.all(
    CHECKS.map(async ({ name, program, args }) => {
      const { code, output } = await outcome(project, path.join(project, "node_modules", program), args);
      console.log(`${output}${name}: ${code === 0 ? "fine" : "FAILED"}`);
      return code === 0;
    }),
  );
  return results.every(Boolean);
}

function outcome(project: string, file: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [file, ...args], { cwd: project, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", fail);
    child.on("close", (code) => {
      done({ code: code ?? 1, output });
    });
  });
}
