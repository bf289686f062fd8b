import { MISSING, type SystemAccess, type SystemInputs, type SystemSight } from "../resources/hosts/system";
import { ACCOUNTS } from "./accounts";
import { leftIn } from "./hostRamdisk";
import type { Hosts } from "./hosts";
import { LEDGER } from "./ledger";
import { LINES } from "./lines";
import { SWEEP } from "./sweep";

/** A directory service may be asked. */
const LOOK_SECONDS = 10;
/** For other changes of the accounts of this host, and for processes that are about to end. */
const ACT_SECONDS = 120;
/** All that a cluster has on a host may still be there. */
const REMOVE_SECONDS = 600;

/** Cluster id, user, group, shell, then path and line, again and again. */
const OBSERVE = `${LEDGER}${ACCOUNTS}${LINES}
printf 'user %s\\n' "$(getent passwd "$1")"
printf 'primary %s\\n' "$(primary_group "$1")"
printf 'group %s\\n' "$(getent group "$2")"
printf 'numbers %s:%s\\n' "$(known_number user "$1")" "$(known_number group "$2")"
printf 'shell %s\\n' "$(usable_shell "$3")"
! is_made "$1" || echo made
shift 3
while [ "$#" -gt 0 ]; do
  if has_line "$1" "$2"; then echo 'line yes'; else echo 'line no'; fi
  shift 2
done
`;

/** One at a time on a host, also of different clusters: both read what the other writes. What is locked is no file of ours. */
const CHANGE = `${LEDGER}${ACCOUNTS}${LINES}
take_turn() {
  exec 9</etc && flock -w 60 9 || die "another run still changes users or files of this host: run the same command again"
}
keep=
kept_on() { kept=$(entry "$1" "$2"); keep="$keep \${kept##*/}"; }

# release_others die|keep: what the ledger has of users, groups and lines, but for what is kept on
release_others() {
  for releasing in "$ledger"/user-???????????????? "$ledger"/group-???????????????? "$ledger"/line-????????????????; do
    called=$(cat "$releasing/path" 2>/dev/null) || continue
    case " $keep " in *" \${releasing##*/} "*) continue ;; esac
    case \${releasing##*/} in
      line-*) release_line "\${called%%"$line_break"*}" "\${called#*"$line_break"}" ;;
      user-*) release_user "$called" "$1" ;;
      group-*) release_group "$called" ;;
    esac || return
  done
  close_ledger
}
`;

/** Cluster id, user, its number, group, its number, home, shell, then path and line, again and again. Numbers may be empty. */
const APPLY = `${CHANGE}
take_turn
user=$1 home=$5
usable=$(usable_shell "$6")
[ -n "$usable" ] || refuse "$6 is not there, which is to be the shell of user $user: install it, or name another one"
fit group "$3" "$4" hosts.service.gid
group=$3 group_number=$wanted
fit user "$user" "$2" hosts.service.uid
number=$wanted
fit_idle "$user" "$number" "$home"
shift 6
fit_lines "$@"
ensure_group "$group" "$group_number" && ensure_user "$user" "$number" "$group" "$home" "$usable" || exit
kept_on group "$group"
kept_on user "$user"
while [ "$#" -gt 0 ]; do
  add_line "$1" "$2" || exit
  kept_on line "$(line_name "$1" "$2")"
  shift 2
done
release_others keep
`;

const REMOVE = `${CHANGE}${SWEEP}
sweep || exit
take_turn
release_others die
`;

/** Service users and lines of system files on hosts. */
export function hostSystem(hosts: Hosts): SystemAccess {
  return {
    async observe(inputs) {
      const { host, clusterId, user, lines } = inputs;
      const args = [clusterId, user.name, user.group, user.shell, ...pairsOf(lines)];
      const what = `user ${user.name} and lines of system files`;
      return parseSystem(await hosts.look(host, { script: OBSERVE, args, what, seconds: LOOK_SECONDS }), inputs);
    },
    async apply({ host, clusterId, user, lines }) {
      const { name, uid = "", group, gid = "", home, shell } = user;
      const args = [clusterId, name, String(uid), group, String(gid), home, shell, ...pairsOf(lines)];
      const what = `the making of user ${name} and lines of system files`;
      return leftIn(await hosts.act(host, { script: APPLY, args, what, seconds: ACT_SECONDS }));
    },
    async remove({ host, clusterId }) {
      const what = "the removal of the service user, and of all that is still there";
      return leftIn(await hosts.act(host, { script: REMOVE, args: [clusterId], what, seconds: REMOVE_SECONDS }));
    },
  };
}

const pairsOf = (lines: SystemInputs["lines"]): string[] => lines.flatMap(({ path, line }) => [path, line]);

export function parseSystem(text: string, { user, lines }: SystemSight): SystemSight {
  const [name, , uid, , , home = "", shell = ""] = (/^user (.*)$/m.exec(text)?.[1] ?? "").split(":");
  const [group, , gid] = (/^group (.*)$/m.exec(text)?.[1] ?? "").split(":");
  const [, knownUid, knownGid] = /^numbers (\d*):(\d*)$/m.exec(text) ?? [];
  const primary = /^primary (.*)$/m.exec(text)?.[1] ?? "";
  const made = /^made$/m.test(text);
  const usable = /^shell (.*)$/m.exec(text)?.[1];
  const there = [...text.matchAll(/^line (yes|no)$/gm)].map(([, answer]) => answer === "yes");
  return {
    user: {
      ...user,
      name: name === "" ? MISSING : user.name,
      ...numberSeen("uid", uid, user.uid, knownUid),
      group: group === "" ? MISSING : made && name !== "" ? primary : user.group,
      ...numberSeen("gid", gid, user.gid, knownGid),
      // How an account looks that was there is not for us to say.
      ...(made && name !== "" ? { home, shell: shell === usable ? user.shell : shell } : {}),
    },
    lines: lines.filter((_, i) => there[i]),
  };
}

/** Only a difference shows: from the declared number, or from the one that it had where none is declared. */
function numberSeen<N extends "uid" | "gid">(
  name: N,
  actual: string | undefined,
  declared: number | undefined,
  known: string | undefined,
): Partial<Record<N, number>> {
  const expected = declared === undefined ? known : String(declared);
  const differs =
    actual !== undefined && actual !== "" && expected !== undefined && expected !== "" && actual !== expected;
  return differs ? ({ [name]: Number(actual) } as Record<N, number>) : {};
}
