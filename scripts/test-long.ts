import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { reportAndExit } from "./setup/problem";
import { setUp } from "./setup/set-up";
import { finish, runSuites, type JestCase } from "./tests";

/** `npm run test:long`: what takes too long for every change; on this machine's Docker, like the end-to-end tests. */
async function main(): Promise<void> {
  const project = path.resolve(__dirname, "..");
  console.log(
    "The long tests make and remove containers, volumes and mounts on this machine's Docker. About an hour and a half.",
  );
  await setUp({ project, stack: "dev" });
  const patterns = process.argv.slice(2);
  // A run of a part says nothing of the whole.
  const record = patterns.length === 0 ? (cases: readonly JestCase[]) => writeRecord(project, cases) : undefined;
  finish([runSuites(project, ["long"], patterns, record)]);
}

/** docs/test-long.json: what was run last, on which commit, and how long each case took. */
function writeRecord(project: string, cases: readonly JestCase[]): void {
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: project, encoding: "utf8" }).trim();
  const record = {
    commit,
    date: new Date().toISOString().slice(0, 10),
    // The moments of the kills are listed in the cases' names: nothing is drawn by chance.
    seeds: [],
    cases: cases.map(({ fullName, status, duration }) => ({
      name: fullName,
      status,
      seconds: Math.round((duration ?? 0) / 1000),
    })),
  };
  writeFileSync(path.join(project, "docs", "test-long.json"), `${JSON.stringify(record, undefined, 2)}\n`);
}

main().catch(reportAndExit);
