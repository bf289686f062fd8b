import { readdirSync, readFileSync } from "node:fs";
import type { Ephemeral } from "../../components/plan/ephemeral";

/** The variable by which the processes that make a throw-away cluster are found again: the engine and its plugins. */
const MARK = "ALLUXIO_EPHEMERAL";

export const markOf = ({ name, expires }: Ephemeral): Record<string, string> => ({ [MARK]: `${name}@${expires}` });

/**
 * Ends what still works on a cluster on this machine, such as the engine of a test process that was killed: it would go
 * on making what is being removed.
 * @returns how many there were
 */
export function endOrphans(ephemeral: Ephemeral): number {
  const mark = Object.entries(markOf(ephemeral)).map(([name, value]) => `${name}=${value}`);
  const orphans = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => environmentOf(pid).some((variable) => mark.includes(variable)));
  for (const pid of orphans) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
  return orphans.length;
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return []; // ended, or another user's
  }
}
