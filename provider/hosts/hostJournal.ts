import { joiningUnitText } from "../../components/plan/hosts/joining";
import { askQuorum, dismiss } from "../probes/quorum";
import type { JoiningAccess } from "../resources/journalMember";
import type { HostJournalMemberInputs } from "../resources/hosts/journalMember";
import { hostCommands } from "./hostCommands";
import type { Hosts } from "./hosts";

const STOP_SECONDS = 150;

/**
 * Unit; its text on standard input. It stands where a boot forgets it: a machine that restarts meanwhile must not have two
 * masters.
 */
const START = `
set -u
systemctl stop -- "$1" 2>/dev/null
mkdir -p /run/systemd/system && cat >"/run/systemd/system/$1" && systemctl daemon-reload || exit
systemctl reset-failed -- "$1" 2>/dev/null
systemctl start -- "$1"
`;

const REMOVE = `
[ -e "/run/systemd/system/$1" ] || exit 0
systemctl stop -- "$1"
rm -f -- "/run/systemd/system/$1" && systemctl daemon-reload
systemctl reset-failed -- "$1" 2>/dev/null
exit 0
`;

/** Journal. Prints whether it has a log or a snapshot of the quorum. */
const HAS_JOURNAL = `find "$1" -type f '(' -name 'log_*' -o -path '*/sm/*' ')' -size +0 2>/dev/null | head -n 1 | grep -q . && echo yes
exit 0
`;

const othersOf = ({ earlierMasters, laterMasters }: HostJournalMemberInputs): string[] => [
  ...earlierMasters,
  ...laterMasters,
];

/** Quorums of masters that are services of hosts. */
export const hostJournal = (hosts: Hosts): JoiningAccess<HostJournalMemberInputs> => ({
  quorum: (inputs) => askQuorum(hostCommands(hosts, inputs.installation), othersOf(inputs)),
  dismiss: (inputs, address) => dismiss(hostCommands(hosts, inputs.installation), othersOf(inputs), address),
  async start({ host, unit, address }, members) {
    const stdin = joiningUnitText(unit.text, [...members, address]);
    const act = { script: START, args: [unit.name], stdin, what: `the start of ${unit.name}` };
    await hosts.act(host, { ...act, seconds: STOP_SECONDS });
  },
  async hasJournal({ host, journal }) {
    const look = { script: HAS_JOURNAL, args: [journal], what: `the journal ${journal}` };
    return (await hosts.look(host, look)).trim() === "yes";
  },
  async remove({ host, unit }) {
    const act = { script: REMOVE, args: [unit.name], what: `the removal of ${unit.name}` };
    await hosts.act(host, { ...act, seconds: STOP_SECONDS });
  },
});
