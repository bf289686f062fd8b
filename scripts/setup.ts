import path from "node:path";
import { parseArgs } from "node:util";
import { reportAndExit } from "./setup/problem";
import { check, setUp } from "./setup/set-up";

const USAGE = `npm run setup -- [--check] [--choose] [--stack NAME] [--version V] [--machines]
  --check      only report; exit 1 when something is missing
  --choose     choose plugins, CLI and image again instead of keeping what was chosen
  --stack      the stack to set up for (default: dev)
  --version    prepare this Alluxio version instead of the one in the stack's config
  --machines   also what the tests need that reach machines by SSH; npm test sets it up by itself`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      choose: { type: "boolean", default: false },
      machines: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
      stack: { type: "string", short: "s", default: "dev" },
      version: { type: "string" },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const { stack, version, machines } = values;
  const options = { project: path.resolve(__dirname, ".."), stack, version, machines };
  if (values.check) process.exitCode = (await check(options)) ? 0 : 1;
  else await setUp({ ...options, choose: values.choose });
}

main().catch(reportAndExit);
