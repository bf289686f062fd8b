// As the program of this project does: the stack traces that the SDK takes of each promise cost more than all else.
Error.stackTraceLimit = 0;
require("tsx/cjs");
module.exports = require("./index.ts");
