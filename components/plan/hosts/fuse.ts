import { posix } from "node:path";
import type { ProcessPlan } from "../types";
import type { Machine } from "./machine";
import { mountPointScript } from "./libexecFiles";
import { LONGEST_DELAY_SECONDS } from "./libexec/startDelay";
import { ownedBy } from "./serviceUser";
import { storageOf } from "./storage";
import { commandWord } from "./systemd/quoting";
import { renderUnit } from "./systemd/unit";
import type { HostMountPlan } from "./types";
import { AT_BOOT, identityOf, orderingOf, supervisionOf } from "./unitSettings";

/** Until a FUSE process has mounted. It asks the masters first, for two minutes where none answers. */
const MOUNT_SECONDS = 180;
const START_SECONDS = LONGEST_DELAY_SECONDS + MOUNT_SECONDS + 60;
/** Where a file in it is open, the process waits for nobody, but for the kernel. */
const STOP_SECONDS = 30;

/**
 * The unit of a mount. It counts as started when the machine sees the mount.
 *
 * It has no sandbox. Whatever gives a unit a view of its own of the file system (ProtectSystem=, PrivateTmp=, ...) also
 * keeps its mounts to itself; and whatever filters system calls implies NoNewPrivileges=, without which an ordinary user
 * mounts through the setuid fusermount. So the process runs as the service user, fusermount may mount and nothing else,
 * and root does but what is root's: detach a mount, set its read-ahead.
 *
 * @param after units of this machine that are started before
 */
export function fuseUnit(process: ProcessPlan, machine: Machine, after: readonly string[]): string {
  const { layout, spec } = machine;
  const { mountPoint, alluxioPath, options, readAheadKiB } = mountOf(process, machine);
  const script = commandWord(mountPointScript(layout));
  const point = commandWord(mountPoint);
  const mount = ["mount", "-n", "-o", options.join(","), mountPoint, alluxioPath].map(commandWord);
  const readAhead = readAheadKiB === undefined ? "" : ` ${readAheadKiB}`;
  return renderUnit({
    Unit: orderingOf(`Alluxio FUSE mount ${mountPoint} of ${spec.name}`, {
      after,
      paths: [posix.dirname(mountPoint), ...storageOf(process, machine).own],
    }),
    Service: [
      ...identityOf(process, machine),
      ["ExecStartPre", `+${script} clear ${point}`],
      ["ExecStart", [commandWord(`${layout.release}/integration/fuse/bin/alluxio-fuse`), ...mount].join(" ")],
      ["ExecStartPost", `+${script} await ${point} $MAINPID ${MOUNT_SECONDS}${readAhead}`],
      ["ExecStopPost", `-+${script} clear ${point}`],
      ...supervisionOf(process, machine, { start: START_SECONDS, stop: STOP_SECONDS }),
      ["CapabilityBoundingSet", "CAP_SYS_ADMIN"],
    ],
    Install: AT_BOOT,
  });
}

/** The mount without its service. */
export function planHostMount(process: ProcessPlan, machine: Machine): Omit<HostMountPlan, "service"> {
  const { name, mountPoint, alluxioPath, contents, options, readAheadKiB } = mountOf(process, machine);
  return {
    mount: name,
    // fusermount demands that its caller may write there; nobody else may, so that a job which finds no mount fails.
    mountPoint: { path: mountPoint, ...ownedBy(machine.spec.hosts.service, "0755") },
    alluxioPath,
    contents,
    options,
    ...(readAheadKiB === undefined ? {} : { readAheadKiB }),
  };
}

function mountOf({ name, mount = "" }: ProcessPlan, { mounts }: Machine) {
  const planned = mounts.get(mount);
  if (planned?.mountPoint === undefined) throw new Error(`process ${name} serves no mount`);
  return { ...planned, mountPoint: planned.mountPoint };
}
