import { checkConfig, readConfig } from "./config";
import { kindsOf } from "./kinds";
import { serve } from "./rpc/server";

const VERSION = "0.1.0";
const ORPHAN_CHECK_MILLISECONDS = 1000;

serve(
  { version: VERSION, check: checkConfig, configure: (properties) => kindsOf(readConfig(properties)) },
  process.argv.slice(2).find((argument) => !argument.startsWith("-")),
);

// An engine that is killed cannot tell its plugins to end.
const engine = process.ppid;
setInterval(() => {
  if (process.ppid !== engine) process.exit(0);
}, ORPHAN_CHECK_MILLISECONDS).unref();
