import path from "node:path";
import { runChecks } from "./checks";
import { reportAndExit } from "./setup/problem";
import { setUp } from "./setup/set-up";
import { finish, runEndToEnd, runSuites } from "./tests";

const WHAT = `npm test runs every check and test, about 25 minutes once set up:
  - static checks, unit and component tests: touch nothing
  - conformance tests of the Pulumi plugins, and end-to-end tests: make containers, volumes, networks and FUSE mounts on
    this machine's Docker, under names and labels of their own, and remove them. Stacks of yours are not touched.
    Some of the containers are machines, with systemd and sshd, for target hosts.
    They need about 6 GiB of memory; where 7 are free, two clusters run side by side.
`;

async function main(): Promise<void> {
  const project = path.resolve(__dirname, "..");
  console.log(WHAT);
  await setUp({ project, stack: "dev", machines: true });
  // They wait for Docker most of their time, while the others compute.
  let said = "";
  const conformance = runSuites(project, ["conformance"], { show: (text) => (said += text) });
  const fine = await runChecks(project);
  const quick = await runSuites(project, ["unit", "component"]);
  const beside = await conformance;
  process.stderr.write(said);
  const checks = { passed: 0, failed: fine ? 0 : 1 };
  finish([checks, quick, beside, ...(await runEndToEnd(project))]);
}

main().catch(reportAndExit);
