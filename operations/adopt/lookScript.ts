/** Each answer is a line: words, and a value in base64. */
const TELL = `
LC_ALL=C
export LC_ALL
tell() { printf '%s ' "$@"; base64 -w 0; printf '\\n'; }
encoded() { printf %s "$1" | base64 -w 0; }
`;

/**
 * What is of Alluxio on a host. It only reads; what it is not let see it leaves out.
 *
 * Processes of containers are not those of the host. \`$1\`: where Alluxio is, for hosts where no process tells.
 */
export const LOOK = `${TELL}
{ uname -n; timeout 3 hostname -f; hostname -I; } 2>/dev/null | tell host names
cat /etc/machine-id 2>/dev/null | tell host machine
sed -n 's/^MemTotal: *\\([0-9]*\\) kB$/\\1/p' /proc/meminfo | tell host memory
tell host mountinfo </proc/self/mountinfo
sed -E -e '/^[[:space:]]*(#|$)/d' -e '/ramfs|tmpfs|alluxio/!d' /etc/fstab 2>/dev/null | tell host fstab
timeout 5 systemctl list-unit-files --no-legend --no-pager 'alluxio*' 2>/dev/null | tell host units

homes=
here=$(readlink /proc/self/ns/pid)
for at in /proc/[0-9]*; do
  tr '\\0' '\\n' <"$at/cmdline" 2>/dev/null |
    grep -q -E '^alluxio[.](master|worker|proxy|fuse|logserver)[.]Alluxio[A-Za-z]*$' || continue
  there=$(readlink "$at/ns/pid" 2>/dev/null)
  [ -z "$there" ] || [ "$there" = "$here" ] || continue
  pid=\${at#/proc/}
  tell process "$pid" command <"$at/cmdline"
  uid=$(sed -n 's/^Uid:[[:space:]]*\\([0-9]*\\).*/\\1/p' "$at/status")
  gid=$(sed -n 's/^Gid:[[:space:]]*\\([0-9]*\\).*/\\1/p' "$at/status")
  user=$(getent passwd "$uid" | cut -d : -f 1)
  group=$(getent group "$gid" | cut -d : -f 1)
  printf '%s\\n' "$uid" "$gid" "\${user:-$uid}" "\${group:-$gid}" | tell process "$pid" owner
  readlink "$at/exe" 2>/dev/null | tell process "$pid" java
  cat "$at/cgroup" 2>/dev/null | tell process "$pid" cgroup
  tr '\\0' '\\n' <"$at/environ" 2>/dev/null | sed -n -E -e '/^ALLUXIO_(HOME|CONF_DIR)=/p' \\
    -e 's/^([A-Z0-9_]*(SECRET|PASSW|TOKEN|CREDENTIAL|ACCESS_KEY)[A-Z0-9_]*)=.*/\\1/p' | tell process "$pid" environment
  grep -o -E 'libfuse3?[.]so' "$at/maps" 2>/dev/null | sort -u | tell process "$pid" libraries
  option() { tr '\\0' '\\n' <"$at/cmdline" | sed -n "s/^-D$1=//p" | tail -n 1; }
  home=$(option "alluxio[.]home")
  conf=$(option "alluxio[.]conf[.]dir")
  [ -z "$home" ] || homes="$homes$(encoded "$home") $(encoded "\${conf:-$home/conf}")
"
done
[ -n "$homes" ] || [ ! -d "\${1:-/nowhere/}" ] || homes="$(encoded "$1") $(encoded "$1/conf")
"

printf %s "$homes" | sort -u | while read -r home_id conf_id; do
  home=$(printf %s "$home_id" | base64 -d)
  conf=$(printf %s "$conf_id" | base64 -d)
  ls "$home/assembly" "$home/client" "$home/lib" 2>/dev/null |
    sed -n -E 's/^alluxio-[a-z0-9-]*-([0-9]+[.][0-9]+[.][0-9]+)[^0-9].*$/\\1/p' | sort -u |
    tell installation "$home_id" "$conf_id" versions
  ls -A "$conf" 2>/dev/null | tell installation "$home_id" "$conf_id" files
  for file in masters workers alluxio-site.properties alluxio-env.sh; do
    if [ -r "$conf/$file" ]; then tell installation "$home_id" "$conf_id" "$file" <"$conf/$file"
    elif [ -e "$conf/$file" ]; then printf %s "$file" | tell installation "$home_id" "$conf_id" unreadable
    fi
  done
done
exit 0
`;

const PATH_SECONDS = 5;
const MOST_ENTRIES = 20;

/** What stands at each path that is given; a file server that does not answer is not waited for. */
export const LOOK_AT_PATHS = `${TELL}
for path; do
  id=$(encoded "$path")
  about=$(timeout -s KILL ${PATH_SECONDS} stat -L -c '%F|%U|%G|%a' -- "$path" 2>/dev/null)
  code=$?
  if [ "$code" -ge 124 ]; then printf unanswered | tell path "$id" state; continue; fi
  [ -n "$about" ] || continue
  printf %s "$about" | tell path "$id" about
  timeout -s KILL ${PATH_SECONDS} ls -A -- "$path" 2>/dev/null | head -n ${MOST_ENTRIES} | tell path "$id" entries
done
exit 0
`;

/** What a master says; \`$1\`: the port of its web server. Every host with Alluxio has bash, not all have curl. */
export const ASK_MASTER = `${TELL}
get() {
  timeout 10 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" && printf "GET %s HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n" "$2" >&3 &&
    sed "1,/^\\r*\\$/d" <&3' bash "$1" "/api/v1/master/$2" 2>/dev/null
}
get "$1" webui_overview | tell master overview
get "$1" info | tell master info
exit 0
`;
