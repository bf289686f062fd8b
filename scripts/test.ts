import path from "node:path";
import { runChecks } from "./checks";
import { reportAndExit } from "./setup/problem";
import { setUp } from "./setup/set-up";
import { finish, runSuites } from "./tests";

const WHAT = `npm test runs every check and test, about 22 minutes once set up:
  - static checks, unit and component tests: touch nothing
  - conformance tests of the Pulumi plugins, and end-to-end tests: make containers, volumes, networks and FUSE mounts on
    this machine's Docker, under names and labels of their own, and remove them. Stacks of yours are not touched.
    They need about 4 GiB of memory.
`;

async function main(): Promise<void> {
  const project = path.resolve(__dirname, "..");
  console.log(WHAT);
  await setUp({ project, stack: "dev", machines: true });
  const fine = await runChecks(project);
  const runs = [
    runSuites(project, ["unit", "component"]),
    runSuites(project, ["conformance"]),
    runSuites(project, ["e2e"]),
  ];
  finish(runs, fine);
}

main().catch(reportAndExit);
