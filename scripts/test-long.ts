import path from "node:path";
import { reportAndExit } from "./setup/problem";
import { setUp } from "./setup/set-up";
import { finish, runSuites } from "./tests";

/** `npm run test:long`: what takes too long for every change; on this machine's Docker, like the end-to-end tests. */
async function main(): Promise<void> {
  const project = path.resolve(__dirname, "..");
  console.log("The long tests make and remove containers, volumes and mounts on this machine's Docker.");
  await setUp({ project, stack: "dev" });
  finish([runSuites(project, ["long"], process.argv.slice(2))]);
}

main().catch(reportAndExit);
