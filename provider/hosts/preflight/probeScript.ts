import { TEMPORARY } from "../../../components/plan/hosts/checks/capacity";
import { peersOf } from "../../../components/plan/hosts/checks/peers";
import type { ClusterDemands, CommonDemands, HostDemands } from "../../../components/plan/hosts/demands";
import type { Look } from "../hosts";
import { LEDGERS } from "../../../components/plan/hosts/ledgerNames";

/** A path on a file server that is gone, or a name server, may never answer. */
const ANSWER_SECONDS = 5;
/** A JVM on a machine that is busy. */
const JAVA_SECONDS = 15;
const PEERS_AT_ONCE = 32;

/** What the scripts of this project start on a host, beside what every shell has. */
const PROGRAMS = [
  ...[
    "awk",
    "base64",
    "bash",
    "cmp",
    "comm",
    "cut",
    "find",
    "getent",
    "grep",
    "groupadd",
    "gzip",
    "head",
    "journalctl",
  ],
  ...["mount", "readlink", "runuser", "sed", "sha256sum", "sort", "stat", "tail", "tar", "timeout", "tr", "umount"],
  ...["useradd", "xargs"],
];

/** What a service is started with: what a login shell finds beside it does not count. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Everything that preflight wants to know of a host, in one script that changes nothing. Whatever may hang has an end, and
 * then no line. Paths go by their number, for they may hold anything.
 *
 * Arguments: `memory PATH`, `place PATH`, `port HEX`, `unit NAME`, `peer NAME PORT` (or `name NAME`), `java own|HOME`, `user NAME UID GID`,
 * `backup FILE JOURNAL`,
 * `program NAME`, `root PATH`, again and again.
 */
export const PROBE = `
export LC_ALL=C PATH=${PATH}
soon() { timeout -s KILL ${ANSWER_SECONDS} "$@"; }

look_at_memory() {
  grep -E '^Mem(Total|Available):' /proc/meminfo
  cd /sys/fs/cgroup || return
  for file in memory.max memory.current memory/memory.limit_in_bytes memory/memory.usage_in_bytes; do
    [ ! -r "$file" ] || printf 'cgroup %s %s\\n' "\${file##*/}" "$(cat "$file")"
  done
  sed -n 's/^inactive_file /cgroup inactive_file /p' memory.stat 2>/dev/null
  sed -n 's/^total_inactive_file /cgroup inactive_file /p' memory/memory.stat 2>/dev/null
}

look_at_system() {
  printf 'machine %s %s\\n' "$(uname -m)" "$(uname -r)"
  sed -n 's/^PRETTY_NAME=/os /p' /etc/os-release
  [ ! -d /run/systemd/system ] || soon systemctl --version | sed -n 's/^systemd \\([0-9]*\\).*/systemd \\1/p'
}

look_at_fuse() {
  if [ ! -c /dev/fuse ]; then echo 'device missing'
  elif (exec 3<>/dev/fuse) 2>/dev/null; then echo 'device usable'
  else echo 'device denied'
  fi
  for program in fusermount fusermount3; do
    at=$(command -v "$program") || continue
    at=$(readlink -f -- "$at")
    [ ! -u "$at" ] || echo "setuid $program"
    printf 'fusermount %s %s\\n' "$program" "$(soon "$at" -V 2>&1 | sed -n '1s/.*version:* *//p')"
  done
  ldconfig -p | sed -n 's/^[[:space:]]*\\(libfuse3*\\.so\\.[0-9]*\\) .*/library \\1/p' | sort -u
}

# look_at_java own|HOME
look_at_java() {
  if [ "$1" = own ]; then program=$(command -v java) || return; else program=$1/bin/java; fi
  [ -x "$program" ] || return
  printf 'java %s\\n' "$program"
  timeout -s KILL ${JAVA_SECONDS} "$program" -XX:-UsePerfData -version 2>&1 | sed -n 's/^.* version "\\([^"]*\\)".*/java-version \\1/p' | head -n 1
}

# look_at_place NUMBER PATH: it, or the nearest of its parents that is there
look_at_place() {
  soon sh -c '
    at=$2 there=yes
    while [ ! -e "$at" ]; do at=$(dirname -- "$at") there=no; done
    space=$(stat -f -c "%a %b %S %d %c" -- "$at") && point=$(stat -L -c %m -- "$at") &&
      printf "place %s %s %s %s\\n" "$1" "$there" "$space" "$point"
  ' sh "$1" "$2"
}

# look_at_peer NAME PORT: whether the name is known, and the machine answers, be it by a refusal
look_at_peer() {
  found=$(soon getent ahosts "$1" | awk '!known[$1]++ { printf "%s ", $1 }')
  if [ -z "$found" ] || [ -z "$2" ]; then printf 'peer %s untried %s\\n' "$1" "$found"; return; fi
  said=$(soon bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>&1)
  code=$?
  case $code-$said in
    0-* | *"Connection refused"*) printf 'peer %s answers %s\\n' "$1" "$found" ;;
    137-*) printf 'peer %s silent %s\\nsilence %s no answer within ${ANSWER_SECONDS} s\\n' "$1" "$found" "$1" ;;
    *) printf 'peer %s silent %s\\nsilence %s %s\\n' "$1" "$found" "$1" "$(printf '%s\\n' "$said" | sed -n '1s/.*: //p')" ;;
  esac
}

# look_at_alluxio PID: whether it is a process of Alluxio, of whom, and from where
look_at_alluxio() {
  words=$(tr '\\0' '\\n' <"/proc/$1/cmdline" 2>/dev/null)
  class=$(printf '%s\\n' "$words" | grep -x -E 'alluxio[.](master|worker|proxy|fuse|logserver)[.]Alluxio[A-Za-z]*' | head -n 1)
  [ -n "$class" ] || return 0
  home=$(printf '%s\\n' "$words" | sed -n 's/^-Dalluxio[.]home=//p' | tail -n 1)
  conf=$(printf '%s\\n' "$words" | sed -n 's/^-Dalluxio[.]conf[.]dir=//p' | tail -n 1)
  uid=$(sed -n 's/^Uid:[[:space:]]*\\([0-9]*\\).*/\\1/p' "/proc/$1/status")
  gid=$(sed -n 's/^Gid:[[:space:]]*\\([0-9]*\\).*/\\1/p' "/proc/$1/status")
  name=$(soon getent passwd "$uid" | cut -d : -f 1)
  printf 'alluxio %s %s %s %s %s\\n' "$1" "$class" "$uid" "$gid" "\${name:-$uid}"
  printf 'alluxio-home %s %s\\nalluxio-conf %s %s\\n' "$1" "$home" "$1" "\${conf:-$home/conf}"
}

# look_at_blocks PATH: what a worker has put into memory that is mounted there
look_at_blocks() {
  case $(soon stat -f -c %T -- "$1" 2>/dev/null) in
    ramfs) ;;
    tmpfs) [ -d "$1/alluxioworker" ] || return 0 ;;
    *) return 0 ;;
  esac
  soon find "$1" -xdev -type f -printf '%s\\n' 2>/dev/null | awk '{ n++; bytes += $1 } END { printf "blocks %d %.0f\\n", n, bytes }'
}

# look_at_backup FILE JOURNAL: whether the service user can read it, unless there is a journal already
look_at_backup() {
  soon sh -c '
    [ ! -d "$2/raft" ] || exit 0
    if [ ! -f "$1" ]; then echo "backup missing"; else echo "backup there"; fi
  ' sh "$1" "$2" || { echo 'backup silent'; return; }
  ! soon getent passwd "$user" >/dev/null || [ ! -f "$1" ] || soon runuser -u "$user" -- test -r "$1" || echo 'backup closed'
}

# Who listens on the ports, as the kernel writes them.
look_at_ports() {
  held=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v ports="$1 " '
    $4 == "0A" { n = split($2, part, ":"); if (index(ports, " " part[n] " ")) print part[n], $10 }' | sort -u)
  [ -n "$held" ] || return 0
  sockets=$(find /proc/[0-9]*/fd -lname 'socket:*' -printf '%p %l\\n' 2>/dev/null)
  printf '%s\\n' "$held" | while read -r port inode; do
    pid=$(printf '%s\\n' "$sockets" | sed -n "s#^/proc/\\([0-9]*\\)/fd/[0-9]* socket:\\[$inode\\]\\$#\\1#p" | head -n 1)
    [ -n "$pid" ] || { printf 'port %s\\n' "$port"; continue; }
    unit=$(sed -n 's#^.*/\\([^/]*\\.service\\)\\(/.*\\)*$#\\1#p' "/proc/$pid/cgroup" 2>/dev/null | head -n 1)
    printf 'port %s %s %s %s\\n' "$port" "$pid" "\${unit:--}" "$(cat "/proc/$pid/comm" 2>/dev/null)"
    look_at_alluxio "$pid"
  done
}

look_at_units() {
  for unit in $1; do
    printf 'unit %s %s\\n' "$unit" "$(soon systemctl show -p LoadState -p ActiveState -- "$unit" | tr '\\n' ' ')"
  done
}

# Units that clusters have made here.
look_at_ledgers() {
  for entry in ${LEDGERS}/*/unit-*; do
    [ -f "$entry/path" ] || continue
    id=\${entry%/*}
    printf 'claim %s %s\\n' "\${id##*/}" "$(cat "$entry/path")"
  done
}

look_at_user() {
  soon getent passwd "$user" | awk -F : 'NR == 1 { print "user", $3 }'
  [ -z "$uid" ] || soon getent passwd "$uid" | awk -F : 'NR == 1 { print "holder", $1 }'
}

# What the service user may do, also before it is there.
may_write() {
  if soon getent passwd "$user" >/dev/null; then soon runuser -u "$user" -- test -w "$1" -a -x "$1"
  elif [ -n "$uid" ]; then soon setpriv --reuid "$uid" --regid "\${gid:-$uid}" --clear-groups test -w "$1" -a -x "$1"
  else return 9
  fi
}

look_at_root() {
  soon sh -c '
    [ -d "$1" ] || { echo "root missing"; exit; }
    contents=closed
    if names=$(ls -A -- "$1" 2>/dev/null); then contents=filled; [ -n "$names" ] || contents=empty; fi
    printf "root-path %s\\n" "$(realpath -- "$1")"
    printf "root-at %s\\n" "$(stat -L -c %m -- "$1")"
    printf "root %s %s %s\\n" "$contents" "$(stat -L -c %i -- "$1")" "$(stat -f -c %i -- "$1")"
  ' sh "$1"
  printf 'root-uuid %s\\n' "$(soon findmnt -n -o UUID --target "$1" 2>/dev/null)"
  may_write "$1" 2>/dev/null
  printf 'may-write %s\\n' "$?"
}

printf 'began %s\\n' "$(date +%s.%N)"
(look_at_memory)
look_at_system
look_at_fuse
look_at_ledgers
cat /proc/self/mountinfo
places=0 peers=0 ports= units= user= uid= gid=
while [ "$#" -gt 0 ]; do
  case $1 in
    java) look_at_java "$2"; shift 2 ;;
    backup) look_at_backup "$2" "$3"; shift 3 ;;
    memory) look_at_blocks "$2"; shift 2 ;;
    place) look_at_place "$places" "$2"; places=$((places + 1)); shift 2 ;;
    port) ports="$ports $2"; shift 2 ;;
    program) command -v "$2" >/dev/null || printf 'lacks %s\\n' "$2"; shift 2 ;;
    unit) units="$units $2"; shift 2 ;;
    user) user=$2 uid=$3 gid=$4; look_at_user; shift 4 ;;
    root) look_at_root "$2"; shift 2 ;;
    name) look_at_peer "$2" ""; shift 2 ;;
    peer)
      look_at_peer "$2" "$3" &
      peers=$((peers + 1))
      [ $((peers % ${PEERS_AT_ONCE})) -ne 0 ] || wait
      shift 3 ;;
    *) echo "unknown: $1" >&2; exit 1 ;;
  esac
done
wait
look_at_ports "$ports"
look_at_units "$units"
printf 'ended %s\\n' "$(date +%s.%N)"
exit 0
`;

/** The paths of the `place` arguments, in their order. */
export const placesOf = ({ places }: HostDemands): string[] => [...new Set([...Object.keys(places), TEMPORARY])];

/** The question to one host. */
export function probeOf(host: string, demands: ClusterDemands): Look {
  const own = demands.hosts[host]!;
  const { common, hosts } = demands;
  const peers = peersOf(host, demands);
  const places = placesOf(own);
  const { java, user } = common;
  const args = [
    ...programsOf(common).flatMap((program) => ["program", program]),
    ...(java === "brought" ? [] : ["java", java === "own" ? "own" : java.home]),
    ...(own.ramdisk ? ["memory", own.ramdisk.path] : []),
    ...places.flatMap((path) => ["place", path]),
    ...Object.keys(own.ports).flatMap((port) => ["port", hexadecimal(Number(port))]),
    ...[...own.units, ...(own.ramdisk ? [own.ramdisk.unit] : [])].flatMap((unit) => ["unit", unit]),
    ...["user", user.name, String(user.uid ?? ""), String(user.gid ?? "")],
    ...(own.backup ? ["backup", own.backup.path, own.backup.journal] : []),
    ...(common.underStorage !== undefined && own.usesUnderStorage ? ["root", common.underStorage] : []),
    ...peers.flatMap((name) => (name === host ? ["name", name] : ["peer", name, String(hosts[name]?.sshPort ?? "")])),
  ];
  const rounds = Math.ceil(peers.length / PEERS_AT_ONCE);
  // Where everything hangs: places, the root and its user, names, then the rounds of peers.
  const seconds = JAVA_SECONDS + ANSWER_SECONDS * (places.length + 6 + 2 * rounds);
  return { script: PROBE, args, what: "what preflight wants to know", seconds };
}

const programsOf = ({ downloads }: CommonDemands): string[] => [...PROGRAMS, ...(downloads ? ["curl"] : [])];

/** As the kernel writes a port in /proc/net/tcp. */
const hexadecimal = (port: number): string => port.toString(16).toUpperCase().padStart(4, "0");
