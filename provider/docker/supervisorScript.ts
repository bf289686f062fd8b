/** Between two looks while all is well; a second while something is not. */
const CALM_SECONDS = 2;
/** Looks, a second apart, after which a process without the mount that it served is given up. */
const LOST_LOOKS = 4;
/** Seconds that a process has to mount for the first time: an overloaded machine takes one minute. */
const START_SECONDS = 120;
/**
 * Looks, a second apart, after which a process whose web server answers, but that has no mount, is given up: it mounts
 * one to two seconds after that server starts. One whose mount was taken at once has nothing else to know it by.
 */
const IDLE_LOOKS = 20;
/** For so many of them counts a look that finds it at rest. */
const REST_COUNTS = 4;
/**
 * Ticks of processor time between two looks at a process at rest. Measured: one without its mount takes 0 to 2, one that
 * starts on two cores at a load of 27 takes 6 to 25.
 */
const REST_TICKS = 3;
/** Looks without an answer after which the process itself is looked at. */
const WAITING_LOOKS = 3;

/**
 * The supervisor of one mount, in the mount namespace in which the daemon resolves bind mounts. `$1` mount point, `$2` id
 * of the container that serves it, `$3` web port of its FUSE process, `$4` the second of its expiry, or nothing.
 *
 * Again and again it looks at the kernel's list of mounts and asks the file system one question, in the background, for an
 * answer may never come. It detaches what is dead or stacked, and kills a FUSE process that lives without its mount or
 * is frozen, so that Docker starts its container again. It leaves alone
 * - a container that is stopped or paused: there is no process, or its freezer says so;
 * - a process that is just starting, or is on its way out: those get time;
 * - a process that waits for its master: its web server answers, or the question is answered with an error.
 *
 * Each act is one line with the time.
 */
export const SUPERVISE = `mount_point=$1 container=$2 web_port=$3 expires=\${4:-}
export LC_ALL=C
say() { echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $mount_point $*"; }

# Mounts of Alluxio at the mount point: how many, and the device of the topmost.
layers() {
  count=0 device=
  while read -r _ _ number _ target rest; do
    [ "$target" = "$mount_point" ] || continue
    case $rest in *" - fuse.alluxio-fuse "*) count=$((count + 1)) device=$number ;; esac
  done </proc/self/mountinfo
}

# Takes the topmost layer off, if it is still the one that was looked at.
detach() {
  seen=$device
  layers
  [ "$device" = "$seen" ] && [ "$count" -gt 0 ] && umount -l "$mount_point" && say "detached: $1"
  layers
}

serves() { tr '\\0' '\\n' <"/proc/$1/cmdline" 2>/dev/null | grep -q -x -F -e "$mount_point" &&
  tr '\\0' '\\n' <"/proc/$1/cmdline" 2>/dev/null | grep -q -x -F alluxio.fuse.AlluxioFuse; }

# Every look does this: without a program of its own.
belongs() {
  read -r line <"/proc/$1/cgroup" || return 1
  case $line in *"$container"*) return 0 ;; *) return 1 ;; esac
} 2>/dev/null

# When a process started, in ticks since boot; the kernel tells programs of 100 ticks a second.
started() {
  read -r line <"/proc/$1/stat" || return
  set -- \${line##*) }
  echo "\${20}"
} 2>/dev/null

# Processor time that a process has had, in ticks.
worked() {
  read -r line <"/proc/$1/stat" || return
  set -- \${line##*) }
  echo $((\${12} + \${13}))
} 2>/dev/null

# Whether the server started so many seconds ago. One that has just ended has not.
older_than() {
  ticks=$(started "$server")
  read -r up _ </proc/uptime
  [ -n "$ticks" ] && [ $((\${up%%.*} - ticks / 100)) -ge "$1" ]
}

# Counts a look at a server without a mount; more where it rests.
count_idle() {
  ticks=$(worked "$server")
  [ -n "$ticks" ] || return
  if [ -n "$ticks_before" ] && [ $((ticks - ticks_before)) -le ${REST_TICKS} ]; then idle=$((idle + ${REST_COUNTS})); else idle=$((idle + 1)); fi
  ticks_before=$ticks
}

# The FUSE process of the container, the eldest where there are several; looked for only while none is known.
find_server() {
  if [ -n "$server" ] && [ -r "/proc/$server/cmdline" ] && belongs "$server"; then return; fi
  server= eldest= idle=0 ticks_before=
  for candidate in $(servers); do
    ticks=$(started "$candidate")
    [ -n "$ticks" ] || continue
    if [ -z "$eldest" ] || [ "$ticks" -lt "$eldest" ]; then server=$candidate eldest=$ticks; fi
  done
}

servers() {
  for file in $(grep -l -s -F "$container" /proc/[0-9]*/cgroup); do
    candidate=\${file#/proc/}
    candidate=\${candidate%/cgroup}
    ! serves "$candidate" || echo "$candidate"
  done
}

# answer: ok, dead, or waiting since so many looks. One question at a time.
ask() {
  if [ -z "$question" ]; then
    stat -f -- "$mount_point" >/dev/null 2>&1 &
    question=$! waiting=0 asked=$device answer=
    return
  fi
  if kill -0 "$question" 2>/dev/null; then
    waiting=$((waiting + 1)) answer=waiting
    return
  fi
  wait "$question" 2>/dev/null
  code=$? question= waiting=0 answer=ok
  if [ "$asked" != "$device" ]; then answer= && return; fi
  # Any other error is an answer of a process that lives, such as one that finds no master.
  [ "$code" -eq 0 ] || case $(timeout -s KILL 5 stat -f -- "$mount_point" 2>&1) in
    *"not connected"*) answer=dead ;;
  esac
}

forget_question() {
  [ -z "$question" ] || kill -9 "$question" 2>/dev/null
  question= waiting=0
}

paused() {
  group=$(sed -n 's/^[0-9]*:freezer://p' "/proc/$server/cgroup" 2>/dev/null)
  unified=$(sed -n 's/^0:://p' "/proc/$server/cgroup" 2>/dev/null)
  grep -q -s -e FROZEN -e FREEZING "/sys/fs/cgroup/freezer$group/freezer.state" ||
    grep -q -s -x 'frozen 1' "/sys/fs/cgroup$unified/cgroup.events"
}

# A mount that comes and goes between two looks leaves the process with the kernel's end of it.
has_mounted() { ls -l "/proc/$server/fd" 2>/dev/null | grep -q -F -e '-> /dev/fuse'; }

stopped() { grep -q -s '^State:[[:space:]]*T (stopped)' "/proc/$server/status"; }

# Its own web server answers as long as the process runs, whatever it waits for.
ask_web() { nsenter -t "$server" -m -n -- curl -s -o /dev/null -m 2 "http://127.0.0.1:$web_port/" 2>/dev/null; }

# An image without curl says nothing.
silent_on_web() {
  ask_web
  case $? in 0 | 126 | 127) return 1 ;; *) return 0 ;; esac
}

# SIGKILL, which a frozen process obeys too; Docker's restart policy does the rest.
restart() {
  say "killed process $server: $1"
  kill -9 "$server"
  server= served= lost=0 deaf=0 idle=0
  forget_question
}

server= served= lost=0 deaf=0 idle=0 stacked=0 question= waiting=0
say "supervised"
while :; do
  if [ -n "$expires" ] && [ "$(date +%s)" -ge "$expires" ]; then
    layers
    while [ "$count" -gt 0 ]; do detach "the cluster has expired" || break; done
    say "expired"
    exit 0
  fi
  layers
  find_server
  pace=1
  if [ "$count" -eq 0 ]; then
    forget_question
    stacked=0 deaf=0
    # A starting process may take its time; one that is told to stop loses its mount first.
    if [ -n "$server" ] && ! paused; then
      if [ "$served" = "$server" ] || has_mounted; then
        lost=$((lost + 1))
        [ "$lost" -lt ${LOST_LOOKS} ] || restart "its mount is gone"
      elif ask_web && count_idle && [ "$idle" -ge ${IDLE_LOOKS} ]; then restart "it runs without a mount"
      elif older_than ${START_SECONDS}; then restart "it has not mounted within ${START_SECONDS} s"; fi
    fi
  else
    lost=0 idle=0
    if [ "$count" -gt 1 ]; then
      stacked=$((stacked + 1))
      if [ "$stacked" -ge 2 ]; then
        forget_question
        for other in $(servers); do [ "$other" = "$server" ] || { kill -9 "$other" && say "killed process $other: a second one of its container"; }; done
        detach "one of $count layers"
      fi
    else
      stacked=0
      ask
      case $answer in
        ok) served=$server deaf=0 pace=${CALM_SECONDS} ;;
        dead) detach "nobody serves it" ;;
        waiting)
          if [ "$waiting" -ge ${WAITING_LOOKS} ] && [ -n "$server" ] && ! paused; then
            if stopped; then restart "it is frozen"
            elif silent_on_web; then
              deaf=$((deaf + 1))
              if [ "$deaf" -ge 2 ]; then restart "neither its mount nor its web server answers"; fi
            else deaf=0
            fi
          fi ;;
      esac
    fi
  fi
  sleep "$pace"
done
`;
