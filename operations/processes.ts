import { readFileSync } from "node:fs";

/** Whether this machine has a process with that id, whoever's it is. */
export function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
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
