// What the language host loads: TypeScript without a build step, on every version of that host.
const fs = require("node:fs");
const path = require("node:path");
const { setInterval } = require("node:timers");
// The SDK takes a stack trace of every promise it makes, which costs more than everything else in a large program.
if (!process.env.ALLUXIO_STACK_TRACES) Error.stackTraceLimit = 0;
// Where the engine was killed nobody reads on, and the SDK would tell each failure to tell a failure, for ever, on a whole CPU.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => process.exit(1));

/** The parent of the language host, which outlives it by minutes, and whose child this process is. */
function engine() {
  try {
    const stat = fs.readFileSync(`/proc/${process.ppid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")")).split(" ")[2];
  } catch {
    return undefined;
  }
}
const ENGINE_CHECK_MILLISECONDS = 1000;
const started = engine();
// What waits for an answer of an engine that was killed would wait as long as the language host.
setInterval(() => engine() === started || process.exit(1), ENGINE_CHECK_MILLISECONDS).unref();

module.exports = require("./compiled.cjs").load(path.resolve(__dirname, "../index.ts"), "external");
