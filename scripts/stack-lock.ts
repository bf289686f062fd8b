import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Places } from "./environment.cjs";
import { isStale } from "./setup/lock";

/** What the file backend writes into a lock. */
interface StackLock {
  pid?: number;
  hostname?: string;
  username?: string;
}

/**
 * Removes the locks of a stack that were left by a Pulumi that was killed: those whose process ended on this machine.
 * Locks of running processes and of other machines stay.
 * @returns the process ids whose locks were removed
 */
export function removeDeadLocks(places: Places, stack: string): number[] {
  const folder = path.join(places.stackLocks, stack);
  if (!fs.existsSync(folder)) return [];
  const removed: number[] = [];
  for (const name of fs.readdirSync(folder).filter((file) => file.endsWith(".json"))) {
    const file = path.join(folder, name);
    const lock = read(file);
    if (lock?.pid === undefined || lock.hostname === undefined) continue;
    if (!isStale({ pid: lock.pid, host: lock.hostname }, os.hostname())) continue;
    fs.rmSync(file, { force: true });
    fs.rmSync(`${file}.attrs`, { force: true }); // what the backend notes beside each of its files
    removed.push(lock.pid);
  }
  return removed;
}

function read(file: string): StackLock | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as StackLock;
  } catch {
    return undefined;
  }
}
