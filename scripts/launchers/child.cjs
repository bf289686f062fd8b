"use strict";
// Stand in for a child as exactly as Node allows: its streams, its signals, its exit code.
const { spawn } = require("node:child_process");
const { isatty } = require("node:tty");

/** Runs `file` in our place and ends as it ends; `onFailure` may say something more before that. */
function become(file, args, { onFailure, ...options } = {}) {
  const child = spawn(file, args, { stdio: "inherit", ...options });
  // At a terminal Ctrl-C reaches the child by itself, and a second one would make Pulumi give up at once.
  // Not asked of `process.stdout`: that makes the stream non-blocking, for the child too, which then loses what nobody reads in time.
  const terminal = isatty(0) || isatty(1);
  process.on("SIGINT", () => terminal || child.kill("SIGINT"));
  for (const signal of ["SIGTERM", "SIGHUP", "SIGQUIT"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`Cannot start ${file}: ${error.message}`);
    process.exit(126);
  });
  child.on("exit", (code, signal) => {
    if (code !== 0) onFailure?.();
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

module.exports = { become };
