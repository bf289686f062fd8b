import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { PROJECT_NAME } from "./environment.cjs";
import { backendFolder } from "./file-backend.cjs";
import { statOf } from "../operations/processes";
import { isStale } from "./setup/lock";
import { SetupProblem } from "./setup/problem";

/** What the file backend writes into a lock. */
export interface StackLock {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  /** When it was taken, as RFC 3339. */
  readonly timestamp: string;
}

/** What Pulumi calls the organization of a backend that is no service. */
export const DIY_ORGANIZATION = "organization";
const OURS = "alluxio-recovery";
/** A process that started later than this after a lock was taken is not the one that took it. */
const TOLERANCE_SECONDS = 2;
/** The kernel counts the start of a process in these. */
const TICKS_A_SECOND = 100;

/** Where a file backend keeps the locks of a stack; undefined for other backends, which nobody can look into. */
export function locksFolder(backendUrl: string, stack: string): string | undefined {
  const folder = backendFolder(backendUrl);
  return folder === undefined ? undefined : path.join(folder, "locks", DIY_ORGANIZATION, PROJECT_NAME, stack);
}

/**
 * Removes the locks of a stack that were left by a Pulumi that was killed: those whose process ended on this machine.
 * @returns the process ids whose locks were removed
 * @throws SetupProblem where a run goes on, or may go on elsewhere; nothing is removed then
 */
export function removeDeadLocks(folder: string | undefined, stack: string): number[] {
  const locks = folder === undefined ? [] : locksIn(folder);
  const live = locks.find(({ lock }) => !isDead(lock));
  if (live) throw new SetupProblem(inUse(stack, live.lock));
  for (const { file } of locks) remove(file);
  return locks.map(({ lock }) => lock.pid);
}

/** Runs `work` while no Pulumi can change the stack. On other backends than files there is nothing to hold. */
export async function holdingLock<T>(folder: string | undefined, stack: string, work: () => Promise<T>): Promise<T> {
  if (folder === undefined) return work();
  const file = path.join(folder, `${OURS}-${process.pid}.json`);
  const mine: StackLock = {
    pid: process.pid,
    username: os.userInfo().username,
    hostname: os.hostname(),
    timestamp: new Date().toISOString(),
  };
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(file, JSON.stringify(mine));
  try {
    // As Pulumi does it: of two that write at once, both see the other and give way.
    const other = locksIn(folder).find((one) => one.file !== file && !isDead(one.lock));
    if (other) throw new SetupProblem(inUse(stack, other.lock));
    return await work();
  } finally {
    remove(file);
  }
}

function locksIn(folder: string): { readonly file: string; readonly lock: StackLock }[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => {
      const file = path.join(folder, name);
      const lock = read(file);
      return lock ? [{ file, lock }] : [];
    });
}

function isDead({ pid, hostname, timestamp }: StackLock): boolean {
  if (isStale({ pid, host: hostname }, os.hostname())) return true;
  if (hostname !== os.hostname()) return false;
  const started = startSeconds(pid);
  return started !== undefined && started > Date.parse(timestamp) / 1000 + TOLERANCE_SECONDS;
}

/** When a process started, in seconds since the epoch: a pid that is used again is somebody else. */
function startSeconds(pid: number): number | undefined {
  const ticks = statOf(pid)?.start;
  const boot = /^btime (\d+)$/m.exec(readText("/proc/stat") ?? "")?.[1];
  return ticks === undefined || boot === undefined ? undefined : Number(boot) + Number(ticks) / TICKS_A_SECOND;
}

function inUse(stack: string, { pid, username, hostname, timestamp }: StackLock): string {
  const head = `Stack ${stack} is being changed by process ${pid} of ${username} on ${hostname}, since ${timestamp}. Nothing was touched.`;
  if (hostname === os.hostname()) return `${head}\nWait until it ends, then run the same command again.`;
  return `${head}\nWhether it still runs cannot be seen from here. If it was killed: npx pulumi cancel --stack ${stack}`;
}

function remove(file: string): void {
  fs.rmSync(file, { force: true });
  fs.rmSync(`${file}.attrs`, { force: true }); // what the backend notes beside each of its files
}

function read(file: string): StackLock | undefined {
  try {
    const lock = JSON.parse(readText(file) ?? "") as Partial<StackLock>;
    const { pid, username = "an unknown user", hostname, timestamp = "" } = lock;
    return pid === undefined || hostname === undefined ? undefined : { pid, username, hostname, timestamp };
  } catch {
    return undefined;
  }
}

function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
