// What the language host loads: TypeScript without a build step, on every version of that host.
require("tsx/cjs");
module.exports = require("../index.ts");
