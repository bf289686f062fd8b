import { RESTORE_PROPERTY } from "../../components/plan/backup";
import type { BackupSight } from "../../components/plan/foreignJournals";
import { unitOf } from "../../components/plan/hosts/names";
import { SERVED } from "../../components/plan/hosts/ledgerNames";
import type { JournalSight } from "../../components/plan/lostJournals";
import { journalFolderOf, mastersIn, type JournalPlace } from "../../components/plan/quorum";
import type { JournalAccess } from "../resources/changeGuard";
import { orInstead } from "../rpc/resource";
import { clusterIdOf } from "./hostEarlierLives";
import { JOURNALS } from "./hostService";
import type { Hosts } from "./hosts";
import { LEDGER } from "./ledger";

/** Cluster id, journal, unit of the master. */
const LOOK = `${LEDGER}${JOURNALS}
if logs "$1"; then
  echo there
  served "$2" "$1" || knows directory "$1" || stat -c 'foreign %i' -- "$1/raft"
elif ! served "$2" "$1"; then echo never formed
else
  echo lost
  ! systemctl is-active --quiet -- "$2" || echo running
fi
exit 0
`;

/** Cluster id. Prints the folder of each journal from which a master has served here. */
const SERVED_HERE = `${LEDGER}
for served in "$ledger"/unit-????????????????/${SERVED}; do
  [ ! -s "$served" ] || { cat -- "$served"; echo; }
done
exit 0
`;

/** File. */
const LOOK_AT_BACKUP = `[ ! -f "$1" ] || stat -L -c 'backup %s %Y' -- "$1"
exit 0
`;

/** Journals of masters on hosts, and what they begin with. */
export const hostJournals = (hosts: Hosts): JournalAccess => ({
  async served(inputs) {
    const names = [...new Set(inputs.plan.processes.map(({ hostname }) => hostname))];
    const look = { script: SERVED_HERE, args: [clusterIdOf(inputs)], what: "the ledger" };
    const places = names.map((host) =>
      orInstead<JournalPlace[], JournalPlace[]>(
        async () => placesIn(host, await hosts.look(host, look)),
        () => [],
      ),
    );
    return (await Promise.all(places)).flat();
  },
  async backup({ plan }) {
    const [master] = mastersIn(plan);
    const path = master?.properties[RESTORE_PROPERTY];
    if (master === undefined || path === undefined) return undefined;
    if (!path.startsWith("/")) return { path };
    const look = { script: LOOK_AT_BACKUP, args: [path], what: `the backup ${path}` };
    return orInstead(
      async () => parseBackup(path, await hosts.look(master.hostname, look)),
      () => undefined,
    );
  },
  journals: (inputs) =>
    Promise.all(
      mastersIn(inputs.plan).map(async (master): Promise<JournalSight> => {
        const { hostname: host } = master;
        const path = journalFolderOf(master);
        const args = [clusterIdOf(inputs), path, unitOf(inputs.plan, master)];
        return orInstead(
          async () => ({
            host,
            path,
            ...parseJournal(await hosts.look(host, { script: LOOK, args, what: `the journal ${path}` })),
          }),
          () => ({ host, path, seen: "unseen" }),
        );
      }),
    ),
});

export function parseJournal(text: string): Pick<JournalSight, "seen" | "running" | "foreign" | "identity"> {
  const [said = "", ...more] = text.trim().split("\n");
  switch (said) {
    case "there":
      return { seen: said, ...parseForeign(more) };
    case "never formed":
      return { seen: said };
    case "lost":
      return { seen: said, running: more.includes("running") };
    default:
      return { seen: "unseen" };
  }
}

const placesIn = (host: string, text: string): JournalPlace[] =>
  text.split("\n").flatMap((path) => (path.startsWith("/") ? [{ host, path }] : []));

function parseForeign(lines: readonly string[]): Pick<JournalSight, "foreign" | "identity"> {
  const [, identity] = lines.map((line) => /^foreign (\d+)$/.exec(line)).find((found) => found !== null) ?? [];
  return identity === undefined ? { foreign: false } : { foreign: true, identity };
}

/** @returns undefined where the file is not there, without which nothing is brought up: that is for preflight to tell */
export function parseBackup(path: string, text: string): BackupSight | undefined {
  const [, bytes, seconds] = /^backup (\d+) (\d+)$/m.exec(text) ?? [];
  return bytes === undefined
    ? undefined
    : { path, file: { bytes: Number(bytes), writtenAt: new Date(Number(seconds) * 1000).toISOString() } };
}
