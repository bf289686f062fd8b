import { posix } from "node:path";
import { assignmentWord } from "./systemd/quoting";

/** Longer than any attempt to join: it never outlives a run that was killed for long. */
const LONGEST_SECONDS = 900;

/** How the name of the service ends that joins a quorum for a master. */
export const JOINING = "-joining.service";

/** @example joiningUnit("alluxio-dev-master.service") // "alluxio-dev-master-joining.service" */
export const joiningUnit = (unit: string): string => `${posix.basename(unit, ".service")}${JOINING}`;

/**
 * The service of a master while it joins a quorum that exists: the same, but that it knows the members and itself, and no
 * master that is still to join, ends by itself, and never starts with the machine. An option of the JVM wins over the file, which is for the
 * master that stays and may hold credentials.
 *
 * @param content unit of the master that stays
 * @param known addresses in the journal's quorum
 */
export function joiningUnitText(content: string, known: readonly string[]): string {
  const [body = ""] = content.split(/^\[Install\]$/m);
  const options = `ALLUXIO_JAVA_OPTS=-Dalluxio.master.embedded.journal.addresses=${known.join(",")}`;
  const settings = [
    `Environment=${assignmentWord(options)}`,
    "Restart=no",
    `RuntimeMaxSec=${LONGEST_SECONDS}s`,
    "SyslogIdentifier=alluxio-joining",
  ];
  return `${body.trimEnd()}\n${settings.join("\n")}\n`;
}
