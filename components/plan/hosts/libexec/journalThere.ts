import { LEDGERS, SERVED } from "../ledgerNames";

/** A JVM of a loaded small machine starts in half a minute; where nobody leads, Alluxio asks on for minutes. */
const ASK_SECONDS = 35;
/** Longer than an election takes at most (`alluxio.master.embedded.journal.election.timeout.max`, 20 s). */
const MISSED_SECONDS = 30;

/** `logs JOURNAL`: whether masters have written to it. That of the job master lies in the same folder, beside `raft`. */
export const LOGS = `
logs() { find "$1/raft" -type f '(' -name 'log_*' -o -path '*/sm/*' ')' -size +0 2>/dev/null | head -n 1 | grep -q .; }
`;

/**
 * Before each start of a master, as root, whose ledger it reads: `JOURNAL ENTRY ADDRESS USER ALLUXIO`. It fails where the
 * master has served from that journal and nothing is in it any more, for it would form a new, empty one; unless most
 * members of its quorum, itself aside, serve without it: they fill the journal of a disk that was replaced.
 *
 * `ENTRY` is that of the master's unit in a ledger, `ADDRESS` the member's own one in its quorum, empty for the only master,
 * `USER` the service user, as whom the command `ALLUXIO` asks.
 */
export const JOURNAL_THERE = `#!/bin/sh
set -u
export LC_ALL=C
journal=$1 entry=$2 address=$3 user=$4 alluxio=$5
${LOGS}
mark=
for served in ${LEDGERS}/*/"$entry"/${SERVED}; do
  [ "$(cat -- "$served" 2>/dev/null)" != "$journal" ] || mark=$served
done
[ -n "$mark" ] && ! logs "$journal" || exit 0

# Whether most members serve, itself aside. What the unit sets is for the master itself.
others_serve() (
  unset ALLUXIO_CONF_DIR ALLUXIO_JAVA_OPTS
  cd /
  timeout -s KILL ${ASK_SECONDS} runuser -u "$user" -- "$alluxio" fsadmin journal quorum info -domain MASTER 2>/dev/null |
    awk -v own="$address" '
      $1 == "AVAILABLE" || $1 == "UNAVAILABLE" { all++; if ($1 == "AVAILABLE" && $NF != own) others++ }
      END { exit !(others * 2 > all) }'
)
others=
if [ -n "$address" ]; then
  # One that has just ended counts as available until the leader has missed it for so long.
  if others_serve && sleep ${MISSED_SECONDS} && others_serve; then
    echo "$journal is empty, and most members of the quorum serve without it: they fill it"
    exit 0
  fi
  others=" Most members of its quorum could fill it, but do not serve."
fi
echo "$journal is empty, and this master has served from it. It is not started: it would form a new journal, in which no \\
file is known.$others Put the folder back from a copy; or run 'pulumi up', which names the loss and how it is confirmed. ($mark \\
says that it has served.)" >&2
exit 1
`;
