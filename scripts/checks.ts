import { spawnSync } from "node:child_process";
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

/** Runs all static checks, each to its end. @returns whether all are fine */
export function runChecks(project: string): boolean {
  const failed = CHECKS.filter(({ name, program, args }) => {
    const file = path.join(project, "node_modules", program);
    const { status } = spawnSync(process.execPath, [file, ...args], { cwd: project, stdio: "inherit" });
    console.log(`${name}: ${status === 0 ? "fine" : "FAILED"}`);
    return status !== 0;
  });
  return failed.length === 0;
}
