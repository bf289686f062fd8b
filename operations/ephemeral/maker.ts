import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { isThere, statOf } from "../processes";

/** `elsewhere`: on another machine, or among processes that cannot be seen from here. */
export type MakerState = "alive" | "gone" | "elsewhere";

/**
 * This process, so that it is told from one that gets its number later: `<host>/<process namespace>:<id>:<start time>`.
 */
export function thisProcess(): string {
  return `${here()}:${process.pid}:${statOf(process.pid)?.start ?? ""}`;
}

export function makerState(maker: string): MakerState {
  const [, place, pid, start] = /^(.*):(\d+):(\d*)$/.exec(maker) ?? [];
  if (place !== here() || pid === undefined) return "elsewhere";
  if (!isThere(Number(pid))) return "gone";
  const found = statOf(Number(pid));
  // There, though not for these eyes to see: another user's.
  if (!found) return "alive";
  return found.start === start && !ENDED.has(found.state) ? "alive" : "gone";
}

/** Zombie and dead: nothing runs there any more. */
const ENDED = new Set(["Z", "X"]);

const here = (): string => `${hostname()}/${/\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? ""}`;
