import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { isThere, statOf } from "../../operations/processes";

/** Who holds a lock file. */
export interface Holder {
  pid: number;
  host: string;
  /** When the process started, in the kernel's ticks: a pid that is used again is somebody else. */
  started?: string | undefined;
}

const startOf = (pid: number): string | undefined => statOf(pid)?.start;

/** This process. */
export const holderHere = (): Holder => ({ pid: process.pid, host: os.hostname(), started: startOf(process.pid) });

/** A lock is stale when its process ended on this very machine. What runs elsewhere cannot be known, so it counts. */
export function isStale(
  holder: Holder | undefined,
  here: string,
  machine: { isThere(pid: number): boolean; startOf(pid: number): string | undefined } = { isThere, startOf },
): boolean {
  if (holder === undefined) return true; // its writer died before the first byte
  if (holder.host !== here) return false;
  if (!machine.isThere(holder.pid)) return true;
  const started = machine.startOf(holder.pid);
  return holder.started !== undefined && started !== undefined && holder.started !== started;
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

/** Tries once. Linking a complete file into place means that nobody ever reads half a holder. */
function tryLock(file: string): boolean {
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, JSON.stringify(holderHere()));
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function takeAwayIfStale(file: string): void {
  const seen = readHolder(file);
  if (!isStale(seen, os.hostname())) return;
  const aside = `${file}.stale-${process.pid}`;
  try {
    fs.renameSync(file, aside); // of two that find it stale, one gets to rename it
  } catch {
    return;
  }
  const taken = readHolder(aside);
  // Between our look and our rename somebody else may have taken over: then it is theirs, and goes back.
  if (!isStale(taken, os.hostname())) {
    try {
      fs.linkSync(aside, file);
    } catch {
      // a third one holds it by now
    }
  }
  fs.rmSync(aside, { force: true });
}

/**
 * Runs `work` while holding `file`. A lock whose process died is taken over; otherwise waits, after telling `onWait`
 * once who is waited for.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  onWait: (holder: Holder | undefined) => void = () => undefined,
): Promise<T> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  for (let told = false; !tryLock(file);) {
    takeAwayIfStale(file);
    if (tryLock(file)) break;
    if (!told) onWait(readHolder(file));
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}
