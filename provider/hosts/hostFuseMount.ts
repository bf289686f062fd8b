import type { Unit } from "../resources/hosts/onHost";
import { conditionOfMount, FUSE_TYPE, pathsServed } from "../probes/fuseMount";
import { parseMountinfo, parseServers } from "../probes/mountinfo";
import type { HostFuseMountAccess, HostFuseMountInputs, HostMountSight } from "../resources/hosts/fuseMount";
import { OUT_OF_TIME } from "../transports/commandResult";
import { leftIn } from "./hostRamdisk";
import { conditionOf, journalOf, parseUnitSight, SHOW_SERVICE, STARTED } from "./hostService";
import type { Hosts } from "./hosts";
import { LEDGER } from "./ledger";
import { asInMountinfo, MOUNTS } from "./mounts";
import { UNITS } from "./units";

/** A dead mount answers at once with an error, a frozen process never. */
const ANSWER_SECONDS = 5;
const STOP_SECONDS = 150;

/**
 * `answer PATH`: how a mount answers, as an exit code. A FUSE process that missed its master once says so of its capacity for
 * minutes, while it serves every file: then a name that does not exist tells.
 */
const ANSWER = `
answer() {
  said=$(timeout -s KILL ${ANSWER_SECONDS} stat -f -- "$1" 2>&1 >/dev/null)
  code=$?
  case $said in
    *"Input/output error"*)
      code=${OUT_OF_TIME}
      timeout -s KILL ${ANSWER_SECONDS} stat -- "$1/.alluxio-answer-$$" 2>&1 | grep -q 'No such file' && code=0 ;;
  esac
  return "$code"
}
`;

/** Cluster id, mount point, unit, configuration files. The processes of a unit stand in its control group. */
const OBSERVE = `${LEDGER}${SHOW_SERVICE}${ANSWER}
point=$1
shift
show_service "$@"
echo healthy
cat /proc/self/mountinfo
answer "$point"
printf 'answer %s\\n' "$?"
device=$(readlink -- "/run/\${1%.service}/device")
case $device in '' | *[!0-9:]*) ;; *) printf 'device %s\\n' "$device" ;; esac
for file in $(grep -l -s -E "/$(printf %s "$1" | sed 's/[.\\\\]/\\\\&/g')(/|$)" /proc/[0-9]*/cgroup); do
  process=\${file#/proc/}
  process=\${process%/cgroup}
  tr '\\0' '\\n' <"/proc/$process/cmdline" 2>/dev/null | grep -q -x -F alluxio.fuse.AlluxioFuse || continue
  printf 'fuse %s %s\\n' "$process" "$(tr '\\0' '\\n' <"/proc/$process/cmdline" | sed -n '/^-m$/{n;p;}')"
done
exit 0
`;

/** `detach PATH`, as the kernel writes it, `PATH`: whatever of Alluxio is mounted there, however often; refuses what is not. */
export const DETACH = `${MOUNTS}
foreign() { mounts_at "$1" | grep -v '^${FUSE_TYPE} '; }
detach() {
  while found=$(mounts_at "$1" | tail -n 1) && [ -n "$found" ]; do
    case $found in "${FUSE_TYPE} "*) umount -l -- "$2" || return ;; *) return 1 ;; esac
  done
}
# detach_dead PATH PATH: only what nobody serves any more
detach_dead() {
  [ -n "$(mounts_at "$1")" ] || return 0
  timeout -s KILL ${ANSWER_SECONDS} stat -f -- "$2" 2>&1 | grep -q 'endpoint is not connected' || return 0
  detach "$1" "$2"
}
`;

/** Cluster id, mount point, as in mountinfo, owner, mode, unit, `enable` or `disable`, digest, `anew` or `keep`, strays twice each; the unit on standard input. */
const SERVE = `${LEDGER}${UNITS}${STARTED}${DETACH}
point=$1 written=$2 owner=$3 mode=$4 unit=$5 able=$6 digest=$7 how=$8
shift 8
found=$(foreign "$written")
[ -z "$found" ] || refuse "$point has a \${found%% *} mounted, which is none of Alluxio's FUSE mounts. It is left alone: \
unmount it with 'umount $point', or choose another mount point"
put_unit "$unit" >/dev/null && systemctl "$able" --quiet -- "$unit" || exit
if [ "$how" = anew ]; then
  systemctl stop -- "$unit"
  detach "$written" "$point" || die "$point cannot be unmounted"
  while [ "$#" -gt 0 ]; do detach_dead "$1" "$2"; shift 2; done
fi
# Nothing but timed looks may touch a mount.
if [ -z "$(mounts_at "$written")" ]; then make_directory "$point" "$mode" "$owner" || exit; fi
if ! systemctl is-active --quiet -- "$unit"; then
  systemctl reset-failed -- "$unit" 2>/dev/null
  systemctl restart -- "$unit" 2>/dev/null
  started "$unit" "$digest"
fi
`;

/** Mount point, as in mountinfo, seconds, unit. What systemd had to start again before is over, and no drift any more. */
const READY = `${MOUNTS}${ANSWER}
deadline=$(($(date +%s) + $3))
while :; do
  if [ "$(mounts_at "$2" | wc -l)" -eq 1 ] && answer "$1"; then systemctl reset-failed -- "$4"; echo ready; exit 0; fi
  ! systemctl is-failed --quiet -- "$4" || exit 0
  [ "$(date +%s)" -lt "$deadline" ] || exit 0
  sleep 0.3
done
`;

/** Cluster id, mount point, as in mountinfo, unit, strays twice each. */
const REMOVE = `${LEDGER}${UNITS}${DETACH}
point=$1 written=$2 unit=$3
shift 3
if knows unit "$(unit_path "$unit")"; then
  systemctl stop -- "$unit"
  detach "$written" "$point" || die "$point is hidden by a mount that is none of Alluxio's: unmount that first"
  while [ "$#" -gt 0 ]; do detach_dead "$1" "$2"; shift 2; done
  restore_unit "$unit" || exit
fi
[ -n "$(mounts_at "$written")" ] || restore_directory "$point" || exit
close_ledger
`;

/** FUSE mounts on hosts. */
export function hostFuseMounts(hosts: Hosts): HostFuseMountAccess {
  const twice = (paths: readonly string[]): string[] => paths.flatMap((path) => [asInMountinfo(path), path]);
  return {
    observe: async (inputs) => parseHostMount(await lookAtMount(hosts, inputs), inputs.mountPoint),
    async serve(inputs, anew, strays) {
      const { host, clusterId, mountPoint, owner, group, mode, unit, enabled, configDigest } = inputs;
      await hosts.act(host, {
        script: SERVE,
        args: [
          ...[clusterId, mountPoint, asInMountinfo(mountPoint), `${owner}:${group}`, mode, unit.name],
          ...[enabled ? "enable" : "disable", configDigest, anew ? "anew" : "keep", ...twice(strays)],
        ],
        stdin: unit.text,
        what: `the mount at ${mountPoint}`,
        seconds: STOP_SECONDS,
      });
    },
    async ready({ host, mountPoint, unit }, seconds) {
      const args = [mountPoint, asInMountinfo(mountPoint), String(seconds), unit.name];
      const what = `the wait for ${mountPoint}`;
      const text = await hosts.act(host, { script: READY, args, what, seconds: seconds + 4 * ANSWER_SECONDS });
      return /^ready$/m.test(text);
    },
    journal: ({ host, unit }) => journalOf(hosts, host, unit.name),
    async remove({ host, clusterId, mountPoint, unit }, strays) {
      const args = [clusterId, mountPoint, asInMountinfo(mountPoint), unit.name, ...twice(strays)];
      const what = `the removal of mount ${mountPoint}`;
      return leftIn(await hosts.act(host, { script: REMOVE, args, what, seconds: STOP_SECONDS }));
    },
  };
}

/** @returns what {@link parseHostMount} reads */
export function lookAtMount(
  hosts: Hosts,
  {
    host,
    clusterId,
    mountPoint,
    unit,
    configFiles = [],
  }: Pick<HostFuseMountInputs, "host" | "clusterId" | "mountPoint" | "configFiles"> & {
    readonly unit: Pick<Unit, "name">;
  },
): Promise<string> {
  const args = [clusterId, mountPoint, unit.name, ...configFiles];
  return hosts.look(host, {
    ...{ script: OBSERVE, args },
    what: `mount point ${mountPoint}`,
    seconds: 3 * ANSWER_SECONDS,
  });
}

export function parseHostMount(text: string, mountPoint: string): HostMountSight {
  const all = parseMountinfo(text);
  // Another file system over ours hides it as well.
  const types = all.filter((mount) => mount.mountPoint === mountPoint).map(({ type }) => type);
  const condition = conditionOfMount(types, Number(/^answer (\d+)$/m.exec(text)?.[1]));
  const servers = parseServers(text);
  // A copy elsewhere of what is mounted here as well is somebody's own.
  const device = condition === "absent" && servers.length > 0 ? /^device (.*)$/m.exec(text)?.[1] : undefined;
  const moved = all.filter((mount) => mount.device === device && mount.type === FUSE_TYPE);
  const served = [...servers.map(({ path }) => path), ...moved.map((mount) => mount.mountPoint)];
  return {
    ...parseUnitSight(text),
    process: conditionOf(text),
    condition,
    mountedAt: pathsServed(mountPoint, condition, served),
  };
}
