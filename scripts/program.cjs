// What the language host loads: TypeScript without a build step, on every version of that host.
const path = require("node:path");
// The SDK takes a stack trace of every promise it makes, which costs more than everything else in a large program.
if (!process.env.ALLUXIO_STACK_TRACES) Error.stackTraceLimit = 0;
// Where the engine was killed nobody reads on, and the SDK would tell each failure to tell a failure, for ever, on a whole CPU.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => process.exit(1));
module.exports = require("./compiled.cjs").load(path.resolve(__dirname, "../index.ts"), "external");
