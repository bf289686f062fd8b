import { createHash } from "node:crypto";
import { LEDGERS } from "../../components/plan/hosts/ledgerNames";
import { LOGS } from "../../components/plan/hosts/libexec/journalThere";
import { journalFolderOf, mastersIn } from "../../components/plan/quorum";
import { orInstead, UserError } from "../rpc/resource";
import type { ChangeGuardInputs, EarlierLives } from "../resources/changeGuard";
import type { Hosts } from "./hosts";
import { LEDGER } from "./ledger";

const ID_DIGITS = 16;

/** Cluster id, journal. Prints whether there is something in it, whether that is a journal, and whether this cluster has made its directory. */
const LOOK = `${LEDGER}${LOGS}
[ -d "$1" ] && [ -n "$(ls -A -- "$1" | head -n 1)" ] || exit 0
if knows directory "$1"; then echo ours; elif logs "$1"; then echo taken over; else echo foreign; fi
`;

/** Every unit that some cluster has on this host: cluster id and path. */
const UNITS_OF_CLUSTERS = `for entry in ${LEDGERS}/*/unit-????????????????; do
  id=\${entry%/*}
  [ ! -e "$entry/path" ] || printf '%s %s\\n' "\${id##*/}" "$(cat -- "$entry/path")"
done
exit 0
`;

/** The id of a stack's cluster: the same in every life of it. */
export const clusterIdOf = ({ owner, plan }: ChangeGuardInputs, name = plan.name): string =>
  createHash("sha256").update(`${owner}\n${name}`).digest("hex").slice(0, ID_DIGITS);

/** What may be the name of a cluster in that of its unit. @example "alluxio-dev-job-master.service": ["dev-job", "dev"] */
export function namesIn(unitPath: string): string[] {
  const words = /^\/etc\/systemd\/system\/alluxio-(.+)\.service$/.exec(unitPath)?.[1]?.split("-") ?? [];
  return words.slice(1).map((_, i) => words.slice(0, words.length - 1 - i).join("-"));
}

/**
 * Earlier lives of a stack on hosts. The cluster's id comes from its owner and name, so that a life whose state was lost, or
 * that ended with its journals kept, is known again by its ledgers.
 */
export const hostEarlierLives = (hosts: Hosts): EarlierLives => ({
  async kept(inputs) {
    const { plan } = inputs;
    const clusterId = clusterIdOf(inputs);
    const found = await Promise.all(
      mastersIn(plan).map(async (master) => {
        const { hostname } = master;
        const journal = journalFolderOf(master);
        const args = [clusterId, journal];
        const said = await hosts.look(hostname, { script: LOOK, args, what: `the journal ${journal}` });
        return { hostname, journal, said: said.trim() };
      }),
    );
    const foreign = found.filter(({ said }) => said === "foreign");
    if (foreign.length > 0) {
      const list = foreign.map(({ hostname, journal }) => `${journal} on host ${hostname}`).join(", ");
      throw new UserError(
        `there are files that are no journal, and that this stack has not made: ${list}. Move them away, or name another ` +
          "directory in masters.journal.path",
      );
    }
    const kept = found.filter(({ said }) => said === "ours");
    // Which of them may be taken over, the guard has asked before.
    const takenOver = found.filter(({ said }) => said === "taken over");
    const told = [
      ...(kept.length > 0 ? ["the journals that this stack had kept"] : []),
      ...takenOver.map(({ hostname, journal }) => `the journal ${journal} on host ${hostname}, which it has not made`),
    ];
    const journals = kept.length + takenOver.length;
    return { clusterId, journals, ...(told.length === 0 ? {} : { told: told.join(", and ") }) };
  },
  // The id proves whose it is: it comes from this stack and that name. What a host that is off has, nobody can tell.
  async livingUnderOtherName(inputs) {
    const look = { script: UNITS_OF_CLUSTERS, args: [], what: "the ledgers of clusters" };
    const answers = await Promise.all(
      [...new Set(inputs.plan.processes.map(({ hostname }) => hostname))].map((host) =>
        orInstead(
          () => hosts.look(host, look),
          () => "",
        ),
      ),
    );
    const named = answers
      .flatMap((text) => text.split("\n"))
      .flatMap((line) => {
        const [clusterId = "", path = ""] = line.split(" ");
        return namesIn(path).flatMap((name) =>
          name !== inputs.plan.name && clusterIdOf(inputs, name) === clusterId ? [[clusterId, name] as const] : [],
        );
      });
    return [...new Map(named)].map(([clusterId, name]) => ({ clusterId, name }));
  },
});
