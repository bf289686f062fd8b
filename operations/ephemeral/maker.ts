import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** `elsewhere`: on another machine, or among processes that cannot be seen from here. */
export type MakerState = "alive" | "gone" | "elsewhere";

/**
 * This process, so that it is told from one that gets its number later: `<host>/<process namespace>:<id>:<start time>`,
 * the start in clock ticks since the machine booted (proc(5), field 22 of stat).
 */
export function thisProcess(): string {
  return `${here()}:${process.pid}:${startOf(process.pid)?.start ?? ""}`;
}

export function makerState(maker: string): MakerState {
  const [, place, pid, start] = /^(.*):(\d+):(\d*)$/.exec(maker) ?? [];
  if (place !== here() || pid === undefined) return "elsewhere";
  if (!isThere(Number(pid))) return "gone";
  const found = startOf(Number(pid));
  // There, though not for these eyes to see: another user's.
  if (!found) return "alive";
  return found.start === start && !ENDED.has(found.state) ? "alive" : "gone";
}

/** Zombie and dead: nothing runs there any more. */
const ENDED = new Set(["Z", "X"]);

const here = (): string => `${hostname()}/${/\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? ""}`;

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function startOf(pid: number): { state: string; start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program comes second, in parentheses, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", start: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}
