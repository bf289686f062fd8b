import { posix } from "node:path";
import type { ProcessPlan } from "../types";
import { configurationDirectory } from "./configuration";
import type { Machine } from "./machine";
import { memoryLimitOf } from "./memoryLimit";
import { unitBaseOf } from "./names";
import { startDelayScript } from "./libexecFiles";
import { assignmentWord, commandWord, pathWord, unitLine } from "./systemd/quoting";
import type { Setting } from "./systemd/unit";

/** Open files and threads of one process, as Alluxio's own check of a machine (`validateEnv`) wants at least. */
export const LIMITS = { openFiles: 262_144, tasks: 16_384 } as const;

/** Whoever reads from a mount that died waits for it; what dies again and again is slowed down by the script of ours. */
const RESTART_MILLISECONDS = 200;
/** Lines of log that the journal takes from one process in so many seconds; a trace of an exception has a hundred. */
const LOG_BURST = { lines: 5000, seconds: 30 } as const;

/** `[Unit]`: what it is, what must be there before, and that systemd never gives it up. */
export function orderingOf(
  description: string,
  { after, paths }: { readonly after: readonly string[]; readonly paths: readonly string[] },
): Setting[] {
  const units = ["network-online.target", ...after];
  return [
    ["Description", unitLine(description)],
    ["Wants", units.join(" ")],
    ["After", units.join(" ")],
    // A worker on an unmounted ramdisk would fill the disk, and a master on an unmounted journal would start a new cluster.
    ...(paths.length === 0 ? [] : [["RequiresMountsFor", paths.map(pathWord).join(" ")] as const]),
    ["StartLimitIntervalSec", "0"],
  ];
}

/** `[Service]` up to what it starts: who it is, and what it sees. */
export function identityOf(process: ProcessPlan, { spec, layout }: Machine): Setting[] {
  const { user, group } = spec.hosts.service;
  const base = unitBaseOf(spec, process);
  return [
    ["Type", "exec"],
    ["User", user],
    ["Group", group],
    ["WorkingDirectory", unitLine(layout.work)],
    ["Environment", assignmentWord(`ALLUXIO_CONF_DIR=${configurationDirectory(process, layout)}`)],
    // Without a locale a JVM reads every letter of a file name that is not ASCII as a question mark.
    ["Environment", "LANG=C.UTF-8"],
    ["RuntimeDirectory", base],
    ["RuntimeDirectoryPreserve", "restart"],
    // Its failure is no reason not to start.
    ["ExecStartPre", `-${commandWord(startDelayScript(layout))} ${commandWord(posix.join("/run", base, "starts"))}`],
  ];
}

/** `[Service]` after what it starts: how it ends, starts again, and what it may use. */
export function supervisionOf(
  process: ProcessPlan,
  machine: Machine,
  seconds: { readonly start: number; readonly stop: number },
): Setting[] {
  return [
    ["Restart", "always"],
    ["RestartSec", `${RESTART_MILLISECONDS}ms`],
    ["TimeoutStartSec", `${seconds.start}s`],
    ["TimeoutStopSec", `${seconds.stop}s`],
    // What a JVM ends with that was told to.
    ["SuccessExitStatus", "143"],
    ["KillMode", "mixed"],
    ["MemoryMax", `${memoryLimitOf(process, machine)}M`],
    ["TasksMax", String(LIMITS.tasks)],
    ["LimitNOFILE", String(LIMITS.openFiles)],
    // A dump of a JVM's memory holds the credentials that it was told.
    ["LimitCORE", "0"],
    ["StandardOutput", "journal"],
    ["StandardError", "journal"],
    ["SyslogIdentifier", unitBaseOf(machine.spec, process)],
    ["LogRateLimitIntervalSec", `${LOG_BURST.seconds}s`],
    ["LogRateLimitBurst", String(LOG_BURST.lines)],
  ];
}

/** `[Install]`: with the machine. */
export const AT_BOOT: readonly Setting[] = [["WantedBy", "multi-user.target"]];
