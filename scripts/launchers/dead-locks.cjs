"use strict";
// Which locks of a stack were left by a Pulumi that was killed on this machine. Costs next to nothing: see environment.cjs.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { PROJECT_NAME } = require("../environment.cjs");
const { backendFolder, entries } = require("../file-backend.cjs");

/** The process ids of dead locks of any stack in a file backend, with the stack's name. */
function deadLocks(backendUrl) {
  const backend = backendFolder(backendUrl);
  if (backend === undefined) return [];
  const folder = path.join(backend, "locks", "organization", PROJECT_NAME);
  return entries(folder).flatMap((stack) =>
    entries(path.join(folder, stack))
      .filter((name) => name.endsWith(".json"))
      .map((name) => read(path.join(folder, stack, name)))
      .filter((lock) => lock?.hostname === os.hostname() && !isAlive(lock.pid))
      .map(({ pid }) => ({ stack, pid })),
  );
}

function read(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** One that has ended, and whose parent has not asked yet how, still has its id. */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== "EPERM") return false;
  }
  try {
    return !/^\d+ \(.*\) [ZX] /s.test(fs.readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true; // not for these eyes to see
  }
}

module.exports = { deadLocks };
