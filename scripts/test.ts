import path from "node:path";
import { runChecks } from "./checks";
import { reportAndExit } from "./setup/problem";
import { setUp } from "./setup/set-up";
import { finish, runSuites } from "./tests";

const WHAT = `npm test runs every check and test, about 20 minutes once set up:
  - static checks, unit and component tests: touch nothing
  - conformance tests of the Pulumi plugins, and end-to-end tests: make containers, volumes, networks and FUSE mounts on
    this machine's Docker, under names and labels of their own, and remove them. Stacks of yours are not touched.
    They need about 4 GiB of memory.
`;

async function main(): Promise<void> {
  const project = path.resolve(__dirname, "..");
  console.log(WHAT);
  await setUp({ project, stack: "dev" });
  // They wait for Docker most of their time, while the others compute.
  let said = "";
  const conformance = runSuites(project, ["conformance"], { show: (text) => (said += text) });
  const fine = await runChecks(project);
  const quick = await runSuites(project, ["unit", "component"]);
  const beside = await conformance;
  process.stderr.write(said);
  const checks = { passed: 0, failed: fine ? 0 : 1 };
  finish([checks, quick, beside, await runSuites(project, ["e2e"])]);
}

main().catch(reportAndExit);
