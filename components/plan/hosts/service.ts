import type { ProcessPlan } from "../types";
import { sandbox } from "./hardening";
import { entryName } from "./ledgerNames";
import { journalThereScript } from "./libexecFiles";
import type { Machine } from "./machine";
import { unitOf } from "./names";
import { journalFolderOf } from "../quorum";
import { mastersOf } from "../topology";
import { LONGEST_DELAY_SECONDS } from "./libexec/startDelay";
import { directoriesInProperties, storageOf } from "./storage";
import { commandWord } from "./systemd/quoting";
import { renderUnit, UNIT_DIRECTORY, type Setting } from "./systemd/unit";
import { AT_BOOT, identityOf, orderingOf, supervisionOf } from "./unitSettings";

/** The delay before a start, and the start of a program. */
const START_SECONDS = LONGEST_DELAY_SECONDS + 60;
/** A master closes its journal, a worker its blocks: seconds, on an overloaded machine a minute. */
const STOP_SECONDS = 90;

/**
 * The unit of a process that mounts nothing: the JVM in the foreground, in a sandbox. It never formats: an empty embedded
 * journal needs none.
 *
 * @param after units of this machine that are started before
 */
export function serviceUnit(process: ProcessPlan, machine: Machine, after: readonly string[]): string {
  const { spec, layout } = machine;
  const storage = storageOf(process, machine);
  const launch = [`${layout.release}/bin/launch-process`, process.role.replace("-", "_")];
  return renderUnit({
    Unit: orderingOf(`Alluxio ${process.role} of ${spec.name}`, {
      after,
      paths: [...storage.own, ...storage.shared],
    }),
    Service: [
      ...identityOf(process, machine),
      ...(process.role === "master" ? [mustHaveJournal(process, machine)] : []),
      ["ExecStart", launch.map(commandWord).join(" ")],
      ...supervisionOf(process, machine, { start: START_SECONDS, stop: STOP_SECONDS }),
      ...sandbox(storage, directoriesInProperties(spec), layout),
    ],
    Install: AT_BOOT,
  });
}

/** Whoever starts it: a boot, a crash or a person. */
function mustHaveJournal(master: ProcessPlan, { spec, layout }: Machine): Setting {
  const words = [
    journalThereScript(layout),
    journalFolderOf(master),
    entryName("unit", `${UNIT_DIRECTORY}/${unitOf(spec, master)}`),
    mastersOf(spec).length > 1 ? `${master.hostname}:${spec.ports.journal}` : "",
    spec.hosts.service.user,
    `${layout.release}/bin/alluxio`,
  ];
  return ["ExecStartPre", `+${words.map(commandWord).join(" ")}`];
}
