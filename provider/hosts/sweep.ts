import { JOINING } from "../../components/plan/hosts/joining";
import { FUSE_TYPE } from "../probes/fuseMount";
import { REMOVE_UNPACKED } from "./archive";
import { DETACH } from "./hostFuseMount";
import { REMOVE_RAMDISK } from "./hostRamdisk";
import { UNITS } from "./units";

/**
 * `sweep` of the shell takes back all that the ledger of a host still holds, but for users, groups and lines: what was
 * removed from the state while the host did not answer. Where nothing was, there is nothing to do. It needs the functions
 * of the ledger, and prints `left` and the path of what had to stay.
 */
export const SWEEP = `${UNITS}${DETACH}${REMOVE_RAMDISK}${REMOVE_UNPACKED}
paths_of() {
  for noted in "$ledger/$1"-????????????????; do
    [ ! -e "$noted/path" ] || { cat -- "$noted/path" && echo; }
  done
}
# each_of KIND FUNCTION: with each path, the inner ones first
each_of() {
  paths_of "$1" | awk '{ print length($0) "\\t" $0 }' | sort -rn | cut -f 2- | while IFS= read -r each; do
    "$2" "$each" </dev/null || exit
  done
}
in_mountinfo() { printf %s "$1" | sed 's/\\\\/\\\\134/g; s/ /\\\\040/g'; }

sweep_joining() {
  joining=\${1##*/}
  joining=/run/systemd/system/\${joining%.service}${JOINING}
  [ -e "$joining" ] || return 0
  systemctl stop -- "\${joining##*/}"
  rm -f -- "$joining" && systemctl daemon-reload
}
sweep_fuse() {
  written=$(in_mountinfo "$1")
  mounts_at "$written" | grep -q '^${FUSE_TYPE} ' || return 0
  detach "$written" "$1" || die "$1 is hidden by a mount that is none of Alluxio's: unmount that first"
}
sweep_ramdisk() { remove_ramdisk "$1" "$(in_mountinfo "$1")" "$(systemd-escape --path --suffix=mount -- "$1")"; }
sweep_unit() { restore_unit "\${1##*/}"; }
sweep_directory() {
  [ ! -e "$(entry directory "$1")/disposable" ] || empty_directory "$1"
  # What has been left was told by who left it.
  if [ -e "$(entry directory "$1")/told" ]; then restore_directory "$1" >/dev/null; else restore_directory "$1"; fi
}
# What an upload has left that was cut off.
sweep_uploads() { rm -rf -- "$1"/.*-"\${ledger##*/}".tar.gz*; }
sweep_unpacked() {
  for unpacked in release java; do
    if knows "$unpacked" "$1"; then remove_unpacked "$unpacked" "$1" || return; fi
  done
  sweep_uploads "$(dirname -- "$1")"
  remove_parents "$1"
}

sweep() {
  # Systemd knows in which order they stop.
  services=$(paths_of unit | sed -n 's|.*/||; /[.]service$/p')
  [ -z "$services" ] || systemctl stop -- $services
  each_of unit sweep_joining && each_of directory sweep_fuse && each_of mount sweep_ramdisk && each_of unit sweep_unit || return
  each_of parent sweep_uploads && each_of file restore_file && each_of directory sweep_directory || return
  each_of release sweep_unpacked && each_of java sweep_unpacked
}
`;
