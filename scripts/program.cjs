// What the language host loads: TypeScript without a build step, on every version of that host.
const fs = require("node:fs");
const path = require("node:path");
const { setInterval } = require("node:timers");
// The SDK takes a stack trace of every promise it makes, which costs more than everything else in a large program.
if (!process.env.ALLUXIO_STACK_TRACES) Error.stackTraceLimit = 0;

/** The parent of the language host, whose child this process is, and which outlives its engine by minutes. */
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
const endWithEngine = () => engine() === started || process.exit(1);
// What waits for an answer of an engine that was killed would wait as long as the language host.
setInterval(endWithEngine, ENGINE_CHECK_MILLISECONDS).unref();
// And the SDK would tell each failure to tell a failure: for ever, on a whole CPU, where nobody reads on; or until the pipe is
// full, and then it would stand still in the middle of a write, where no timer ends it.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", () => process.exit(1));
  const write = stream.write;
  stream.write = (...args) => {
    endWithEngine();
    return write.apply(stream, args);
  };
}

module.exports = require("./compiled.cjs").load(path.resolve(__dirname, "../index.ts"), "external");
