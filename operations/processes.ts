import { readFileSync } from "node:fs";

/** States of a process that has ended, and whose parent has not asked yet how. */
const ENDED = new Set(["Z", "X"]);

/** Whether a process with that id runs on this machine, whoever's it is. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return !ENDED.has(statOf(pid)?.state ?? "");
}

/**
 * A process as the kernel shows it (proc(5), stat): its state, and its start in clock ticks since the machine booted, by
 * which it is told from one that gets its id later.
 * @returns undefined where it is gone, or not for these eyes to see
 */
export function statOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program comes second, in parentheses, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", start: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}
