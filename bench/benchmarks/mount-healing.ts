import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "../benchmark";
import type { Comparison } from "../result";
import { alternate } from "../rounds";
import { localByBoth } from "../support/defaultMount";
import { docker } from "../support/docker";
import { must, run } from "../support/process";
import { until } from "../support/until";

const GOAL_SECONDS = 15;
/** What takes longer counts as so long, and is then repaired by hand. */
const LIMIT_SECONDS = 90;
/** A timed read, again and again: a dead mount answers with an error, a hanging one not at all. */
const LOOK_MILLISECONDS = 100;
const READ_SECONDS = 2;
const CONTENT = "still here\n";

/** A mount, and the container that serves it. */
interface Mount {
  readonly mountPoint: string;
  readonly container: string;
}

type Death = "JVM killed" | "unmounted";
const DEATHS: readonly Death[] = ["JVM killed", "unmounted"];

export const mountHealing: Benchmark = {
  name: "mount-healing",
  title: "A dead mount heals",
  about: `Seconds from the death of a FUSE mount until a file in it can be read again: its JVM killed with SIGKILL, or the mount detached with
\`umount -l\`. Ours is healed by the cluster itself, with nobody looking. The peer is the remedy by hand, \`umount -l\` and a restart of
the container, given in the very moment of the death: what a person would take at best. Both are read every ${LOOK_MILLISECONDS} ms.`,
  leavesOut: [
    "Somebody has to notice first: the remedy by hand begins at once here, and on a wiki when a user complains.",
    "Files that were open when the mount died are broken, on both sides.",
    `What takes more than ${LIMIT_SECONDS} s counts as ${LIMIT_SECONDS} s.`,
  ],
  rounds: 5,
  run: async (bench) => {
    const { ours, peer } = await localByBoth(bench);
    writeFileSync(fileIn(ours), CONTENT);
    const comparisons: Comparison[] = [];
    for (const death of DEATHS) {
      const seconds = await alternate(
        bench.rounds,
        { ours: () => heal(ours, death, false), peer: () => heal(peer, death, true) },
        (line) => bench.tell(`${death}, ${line}`),
        (taken) => `${taken.toFixed(1)} s`,
      );
      comparisons.push({
        name: death,
        ours: { of: "heals itself", unit: "s", values: seconds.ours },
        peer: { of: "by hand", unit: "s", values: seconds.peer },
        goal: { of: "ours", bound: "at most", value: GOAL_SECONDS },
      });
    }
    return { comparisons, beside: [], notes: [] };
  },
};

/** @returns seconds from the death until a read works */
async function heal(mount: Mount, death: Death, byHand: boolean): Promise<number> {
  await until(`${mount.mountPoint} can be read`, LIMIT_SECONDS, () => reads(mount), LOOK_MILLISECONDS);
  await die(mount, death);
  const from = performance.now();
  if (await reads(mount)) throw new Error(`${mount.mountPoint} is read although it should be dead: ${death}`);
  if (byHand) await remedy(mount);
  try {
    await until(`${mount.mountPoint} heals`, LIMIT_SECONDS, () => reads(mount), LOOK_MILLISECONDS);
    return (performance.now() - from) / 1000;
  } catch {
    await remedy(mount);
    return LIMIT_SECONDS;
  }
}

async function die({ container, mountPoint }: Mount, death: Death): Promise<void> {
  switch (death) {
    case "JVM killed": {
      const jvm = await docker("inspect", "-f", "{{.State.Pid}}", container);
      await must("kill", ["-9", jvm]);
      return;
    }
    case "unmounted":
      await must("umount", ["-l", mountPoint]);
      return;
    default:
      return death satisfies never;
  }
}

async function remedy({ container, mountPoint }: Mount): Promise<void> {
  await run("umount", ["-l", mountPoint]);
  await docker("restart", "-t", "0", container);
}

const fileIn = ({ mountPoint }: Mount): string => join(mountPoint, "heartbeat");

async function reads(mount: Mount): Promise<boolean> {
  const { code, stdout } = await run("timeout", ["-s", "KILL", String(READ_SECONDS), "cat", fileIn(mount)]);
  return code === 0 && stdout === CONTENT;
}
