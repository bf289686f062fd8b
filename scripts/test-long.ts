import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { reportAndExit } from "./setup/problem";
import { setUp } from "./setup/set-up";
import { recorded, type FileRecord } from "./long-record";
import { finish, runSuites, type JestReport } from "./tests";

/** `npm run test:long`: what takes too long for every change; on this machine's Docker, like the end-to-end tests. */
async function main(): Promise<void> {
  const project = path.resolve(__dirname, "..");
  console.log(
    "The long tests make and remove containers, volumes and mounts on this machine's Docker. About an hour and a half.",
  );
  await setUp({ project, stack: "dev", machines: true });
  const record = (report: JestReport): void => writeRecord(project, report);
  finish([await runSuites(project, ["long"], { patterns: process.argv.slice(2), record })]);
}

/** docs/test-long.json: each file's last run. */
function writeRecord(project: string, report: JestReport): void {
  const git = (...args: string[]): string => execFileSync("git", args, { cwd: project, encoding: "utf8" }).trim();
  const file = path.join(project, "docs", "test-long.json");
  const changed = git("status", "--porcelain", "--", ":!docs/test-long.json") === "" ? "" : "+";
  const files = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { files: FileRecord[] }).files : [];
  const run = { project, commit: git("rev-parse", "HEAD") + changed, date: new Date().toISOString().slice(0, 10) };
  writeFileSync(file, `${JSON.stringify({ files: recorded(files, report, run) }, undefined, 2)}\n`);
}

main().catch(reportAndExit);
