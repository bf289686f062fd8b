/**
 * Looks after one mount point, as root, from a FUSE process' unit.
 *
 * `clear PATH` detaches what Alluxio's FUSE left mounted exactly there, every layer, and nothing else: it fails where
 * something else is mounted, so that no mount is ever put on top of another.
 *
 * `await PATH PID SECONDS [KIB]` returns when the process serves it, and sets its read-ahead. It fails when the process
 * ends, or has not mounted in time. The device of the mount then is the target of the link `device` in the unit's folder
 * below /run, until the next `clear`.
 */
export const MOUNT_POINT = `#!/bin/sh
set -eu
export LC_ALL=C
fail() {
  echo "$path: $*" >&2
  exit 1
}

# Whose mount is on top at the path: ours, another's or nobody's; and its device.
look() {
  top=nobody device=
  while read -r _ _ number _ point rest; do
    [ "$point" = "$path" ] || continue
    case $rest in
      *" - fuse.alluxio-fuse "*) top=ours device=$number ;;
      *" - "*) top=another other=\${rest##* - } ;;
    esac
  done </proc/self/mountinfo
}

# What the kernel calls the mount, for whoever looks where somebody has moved it. The folder is the service user's: a link is
# made there without anything being followed or opened.
note_device() {
  [ -n "\${RUNTIME_DIRECTORY:-}" ] || return 0
  rm -f -- "$RUNTIME_DIRECTORY/device"
  [ -z "$1" ] || ln -sT -- "$1" "$RUNTIME_DIRECTORY/device" || :
}

clear() {
  note_device ""
  look
  while [ "$top" = ours ]; do
    umount -l -- "$path" || fail "Alluxio's FUSE is mounted there and cannot be detached"
    echo "$path: detached what an earlier FUSE process left behind"
    look
  done
  [ "$top" = nobody ] || fail "\${other%% *} is mounted there, and not by Alluxio: unmount it, or choose another mount point"
}

await() {
  left=$2
  look
  while [ "$top" != ours ]; do
    kill -0 "$1" 2>/dev/null || fail "the FUSE process has ended before it mounted"
    [ "$left" -gt 0 ] || fail "not mounted within $2 seconds"
    left=$((left - 1))
    sleep 1
    look
  done
  note_device "$device"
  [ -z "\${3:-}" ] || { echo "$3" >"/sys/class/bdi/$device/read_ahead_kb"; } 2>/dev/null ||
    echo "$path: the kernel does not let its read-ahead be set" >&2
}

command=$1 path=$2
shift 2
case $command in
  clear) clear ;;
  await) await "$@" ;;
  *) fail "neither clear nor await: $command" ;;
esac
`;
