import { parseMountinfo } from "../probes/mountinfo";
import type { RamdiskAccess, RamdiskInputs, RamdiskSight } from "../resources/hosts/ramdisk";
import { UserError } from "../rpc/resource";
import type { Hosts } from "./hosts";
import { LEDGER } from "./ledger";
import { asInMountinfo, MOUNTS } from "./mounts";
import { parseOwner, SHOW_OWNER } from "./owners";
import { parseUnit, SHOW_UNIT, UNITS } from "./units";

const ANSWER_SECONDS = 5;
const MIB = 1024 ** 2;
/** A worker may have to be stopped. */
const APPLY_SECONDS = 180;

/** `$1` mount point, `$2` unit. Another file system than a tmpfs may not answer, so only timed looks touch it. */
const OBSERVE = `${SHOW_UNIT}${SHOW_OWNER}
cat /proc/self/mountinfo
timeout -s KILL ${ANSWER_SECONDS} stat -f -c 'size %b %S' -- "$1" 2>/dev/null
show_owner "$1"
show_unit "$2"
`;

/** Ours is a tmpfs whose source the ledger names; nobody else's is ever unmounted, or hidden by ours. */
const OURS = `${MOUNTS}
ours() { [ "$1" = tmpfs ] && grep -q -x -F -e "$2" "$(entry mount "$point")/sources" 2>/dev/null; }
`;

/** How long open files may keep what was given up. */
const LET_GO_SECONDS = 30;

/**
 * Cluster id, mount point, the same as in mountinfo, MiB, owner, mode, unit, source, unit of the worker or nothing where
 * nothing may be given up; the text of the unit on standard input. What does not fit is given up only where the spec has made it smaller, which nobody can without having
 * been told of the loss; the ledger knows how large it was declared.
 */
const APPLY = `${LEDGER}${UNITS}${OURS}
point=$1 written=$2 size=$3 owner=$4 mode=$5 unit=$6 source=$7 worker=$8
declared=$(cat "$(entry mount "$point")/size" 2>/dev/null) || declared=0
mounts_at "$written" | while read -r type from; do
  ours "$type" "$from" || refuse "$point has a $type ($from) mounted that this cluster has not mounted. It is left alone: \
unmount it with 'umount $point', or choose another mount point"
done || exit
statfs() { stat -f -c "$1" -- "$point"; }
count() { mounts_at "$written" | wc -l; }
give_up=
if [ "$(count)" -gt 0 ]; then
  used=$(( ($(statfs %b) - $(statfs %f)) * $(statfs %S) / ${MIB} ))
  [ "$used" -le "$size" ] || { [ -n "$worker" ] && [ "$declared" -gt "$size" ] && give_up=yes; } || refuse "$point holds $used MiB, which do not fit into $size MiB: free some of it first"
fi
note mount "$point" && printf '%s\\n' "$source" >>"$(entry mount "$point")/sources" || exit
put_unit "$unit" >/dev/null || exit
systemctl enable --quiet -- "$unit" || exit
while [ "$(count)" -gt 1 ]; do
  [ -z "$(find "$point" -xdev -type f -print -quit)" ] || die "a second tmpfs hides the one at $point, and files are in it: \
move them away, or give them up by 'umount $point'"
  umount -- "$point" || die "a second tmpfs hides the one at $point, and something uses it: stop that, and try again"
done
if [ "$(count)" -eq 0 ]; then
  make_parents "$(dirname -- "$point")" && note directory "$point" || exit
  [ -d "$point" ] || mkdir -- "$point" || exit
  systemctl start -- "$unit" || { systemctl status --no-pager --lines 5 -- "$unit" >&2; exit 1; }
fi
if [ -n "$give_up" ]; then
  # The configuration that it starts again with is another one: that is its own resource's to do.
  systemctl stop -- "$worker" && find "$point" -xdev -mindepth 1 -delete || exit
  for _ in $(seq ${LET_GO_SECONDS}); do
    mount -o "remount,size=\${size}m" -- "$point" 2>/dev/null && break
    sleep 1
  done
fi
[ $(( $(statfs %b) * $(statfs %S) )) -eq $(( size * ${MIB} )) ] || mount -o "remount,size=\${size}m" -- "$point" || exit
chown -- "$owner" "$point" && chmod -- "$mode" "$point" && printf %s "$size" >"$(entry mount "$point")/size"
`;

/**
 * `remove_ramdisk MOUNT-POINT WRITTEN UNIT`, where WRITTEN is the mount point as in mountinfo; it needs the functions of the ledger
 * and of units.
 */
export const REMOVE_RAMDISK = `${OURS}
remove_ramdisk() {
  knows mount "$1" || return 0
  point=$1
  while type=$(mounts_at "$2" | tail -n 1) && [ -n "$type" ]; do
    ours "\${type%% *}" "\${type#* }" || die "$point is hidden by a \${type%% *} that this cluster has not mounted: unmount it first"
    umount -- "$point" || die "$point is in use: stop what uses it (fuser -vm $point), and try again"
  done
  restore_unit "$3" && restore_directory "$point" && forget mount "$point"
}
`;

/** Cluster id, mount point, the same as in mountinfo, unit. */
const REMOVE = `${LEDGER}${UNITS}${REMOVE_RAMDISK}
remove_ramdisk "$@" || exit
close_ledger
`;

/** Ramdisks on hosts. */
export function hostRamdisk(hosts: Hosts): RamdiskAccess {
  return {
    async observe(inputs) {
      const { host, mountPoint, unit } = inputs;
      const look = { script: OBSERVE, args: [mountPoint, unit.name], seconds: 2 * ANSWER_SECONDS };
      return parseRamdisk(await hosts.look(host, { ...look, what: `ramdisk ${mountPoint}` }), inputs);
    },
    async apply({ host, clusterId, mountPoint, sizeMiB, owner, group, mode, unit, worker = "" }, mayGiveUp) {
      const source = /^What=(.*)$/m.exec(unit.text)?.[1];
      if (source === undefined) throw new UserError(`unit ${unit.name} has no What=, so it mounts nothing`);
      await hosts.act(host, {
        script: APPLY,
        args: [
          ...[clusterId, mountPoint, asInMountinfo(mountPoint), String(sizeMiB)],
          ...[`${owner}:${group}`, mode, unit.name, source, mayGiveUp ? worker : ""],
        ],
        stdin: unit.text,
        what: `the ramdisk ${mountPoint}`,
        seconds: APPLY_SECONDS,
      });
    },
    async remove({ host, clusterId, mountPoint, unit }) {
      const args = [clusterId, mountPoint, asInMountinfo(mountPoint), unit.name];
      return leftIn(await hosts.act(host, { script: REMOVE, args, what: `the removal of ramdisk ${mountPoint}` }));
    },
  };
}

export function parseRamdisk(text: string, inputs: RamdiskInputs): RamdiskSight {
  const filesystems = parseMountinfo(text)
    .filter(({ mountPoint }) => mountPoint === inputs.mountPoint)
    .map(({ type }) => type);
  const unit = parseUnit(text);
  if (filesystems.length === 0) return { filesystems, ...unit };
  const [, blocks, blockSize] = /^size (\d+) (\d+)$/m.exec(text) ?? [];
  return {
    filesystems,
    ...unit,
    ...(blocks === undefined ? {} : { sizeMiB: (Number(blocks) * Number(blockSize)) / MIB }),
    ...parseOwner(text, inputs),
  };
}

/** What a script says that it had to leave in its place. */
export const leftIn = (text: string): string[] => [...text.matchAll(/^left (.*)$/gm)].map(([, path]) => path!);
