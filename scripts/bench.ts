import path from "node:path";
import { runBenchmarks } from "../bench/run";
import { reportAndExit } from "./setup/problem";
import { setUp } from "./setup/set-up";

/** `npm run bench [-- NAME...]`: this project beside its peers, on this machine's Docker. */
async function main(): Promise<void> {
  await setUp({ project: path.resolve(__dirname, ".."), stack: "dev" });
  process.exitCode = await runBenchmarks(process.argv.slice(2));
}

main().catch(reportAndExit);
