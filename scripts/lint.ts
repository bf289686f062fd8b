import path from "node:path";
import { runChecks } from "./checks";
import { reportAndExit } from "./setup/problem";

/** `npm run lint`: types, lint rules, format. */
async function main(): Promise<void> {
  process.exitCode = (await runChecks(path.resolve(__dirname, ".."))) ? 0 : 1;
}

main().catch(reportAndExit);
