import { conditionOfMount, pathsServed } from "../probes/fuseMount";
import { fuseMountsAt, parseMountinfo, parseServers } from "../probes/mountinfo";
import type { FuseMountAccess, FuseMountInputs, MountSight } from "../resources/fuseMount";
import type { MountRootAccess, MountRootInputs } from "../resources/mountRoot";
import { UserError } from "../rpc/resource";
import { OUT_OF_TIME, type CommandResult } from "../transports/commandResult";
import { CLUSTER_ID_LABEL, type DockerTransport } from "../transports/docker";
import { dockerSupervisor } from "./dockerSupervisor";

const STOP_GRACE_SECONDS = 5;
/** A dead mount answers at once with an error, a frozen process never. */
const ANSWER_SECONDS = 5;
const LOOKS_A_SECOND = 5;

/**
 * `$1` path, `$2` cluster id, `$3` its mount points and `$4` labels of the cluster, a line each. Writes down what it is
 * about to make before it makes it, so that a run that is killed in between leaves nothing that a later one does not know.
 */
const SHARE = `set -eu
ledger=/run/alluxio-pulumi/$2/$(printf '%s' "$1" | tr / _)
mkdir -p "$ledger"
[ -z "$4" ] || printf '%s\\n' "$4" > "/run/alluxio-pulumi/$2/labels"
printf '%s\\n' "$3" > "$ledger/mount-points"
printf '%s\\n' "$1" > "$ledger/path"
made=$1
while [ ! -d "$(dirname "$made")" ]; do made=$(dirname "$made"); done
[ -d "$1" ] || [ -e "$ledger/directory" ] || printf '%s' "$made" > "$ledger/directory"
mkdir -p "$1"
propagation() { findmnt -n -o PROPAGATION -T "$1" | tail -n 1; }
case $(propagation "$1") in shared*) exit 0 ;; esac
if [ "$1" = / ]; then echo "/ is mounted private on this machine, so a mount point cannot stand directly below it" >&2; exit 3; fi
printf '%s' "$1" > "$ledger/bind"
mount --rbind "$1" "$1"
mount --make-shared "$1"
`;

const IS_SHARED = `[ -d "$1" ] || exit 4
case $(findmnt -n -o PROPAGATION -T "$1" | tail -n 1) in shared*) exit 0 ;; *) exit 4 ;; esac
`;

/** Mark of a mount point that was made: `$1` its path, `$2` the cluster id. Says the path, for a mount that leaves the spec. */
const MADE = 'made="/run/alluxio-pulumi/$2/made$(printf \'%s\' "$1" | tr / _)"\n';

/** `$1` mount point, `$2` cluster id. One that is in use is left as it is, dead or alive. */
const PREPARE = `findmnt -n -l -o TARGET | grep -q -F -x -e "$1" && exit 0
[ -d "$1" ] && exit 0
${MADE}mkdir -p "$(dirname "$made")" && printf '%s' "$1" > "$made" && mkdir -p "$1"
`;

/**
 * `$1` mount point. Only file systems of Alluxio are detached, however many are stacked. One whose process ends may go by
 * itself between the look and the act, and is no fault.
 */
const DETACH = `failures=0
while findmnt -n -l -t fuse.alluxio-fuse -o TARGET | grep -q -F -x -e "$1"; do
  umount -l "$1" && continue
  failures=$((failures + 1))
  [ "$failures" -lt 5 ] || exit 5
  sleep 0.2
done
`;

/** `$1` mount point, `$2` its mark. A folder that was there before stays. */
const TAKE_BACK = `take_back() {
  ${DETACH}  [ -e "$2" ] || return 0
  rmdir "$1" 2>/dev/null
  rm -f "$2"
}
`;

/** `$1` mount point, `$2` cluster id. */
const TAKE_BACK_ONE = `${TAKE_BACK}${MADE}take_back "$1" "$made"
rmdir "/run/alluxio-pulumi/$2" /run/alluxio-pulumi 2>/dev/null
exit 0
`;

/**
 * `$1` path, `$2` cluster id. Takes back the mount points that it has, and those that have left the spec.
 * Removes empty directories only: what a user has put there stays. So does the shared mount
 * while somebody else has mounted something in it since; what was there before appears below it a second time. A mount of
 * Alluxio that nobody serves any more, in a directory that was made for this cluster, is nobody else's.
 */
const UNSHARE = `set -u
${TAKE_BACK}export LC_ALL=C
ledger=/run/alluxio-pulumi/$2/$(printf '%s' "$1" | tr / _)
[ ! -e "$ledger/directory" ] || findmnt -n -l -t fuse.alluxio-fuse -o TARGET | while read -r target; do
  case $target in "$1"/*) ;; *) continue ;; esac
  timeout -s KILL ${ANSWER_SECONDS} stat -f -- "$target" 2>&1 | grep -q 'endpoint is not connected' && umount -l "$target"
done
for made in "/run/alluxio-pulumi/$2"/made_*; do
  [ -s "$made" ] && point=$(cat "$made") && [ "$(dirname "$point")" = "$1" ] && take_back "$point" "$made"
done
foreign() { findmnt -n -l -o TARGET | while read -r target; do case $target in "$1"/*) echo "$target" ;; esac; done | sort | uniq -u; }
if [ -e "$ledger/bind" ] && [ -n "$(foreign "$1")" ]; then exit 0; fi
if [ -e "$ledger/bind" ] && [ "$(cat "$ledger/bind")" = "$1" ]; then
  # Somebody may have unmounted it, or removed it all.
  ! findmnt -n -l -o TARGET | grep -q -F -x -e "$1" || umount -l "$1" || exit 5
  rm -f "$ledger/bind"
fi
if [ -e "$ledger/directory" ]; then
  top=$(cat "$ledger/directory")
  find "$1" -xdev -depth -type d -empty -delete 2>/dev/null
  path=$1
  while [ "$path" != "$top" ] && [ "$path" != / ]; do path=$(dirname "$path"); rmdir "$path" 2>/dev/null || break; done
  rm -f "$ledger/directory"
fi
rm -f "$ledger/mount-points" "$ledger/path"
rmdir "$ledger" 2>/dev/null
[ "$(ls -A "$(dirname "$ledger")" 2>/dev/null)" = labels ] && rm -f "$(dirname "$ledger")/labels"
rmdir "$(dirname "$ledger")" /run/alluxio-pulumi 2>/dev/null
exit 0
`;

/** The FUSE processes of the container with id `$1`, by their ids on the machine, and where each mounts. */
const FUSE_PROCESSES = `fuse_processes() {
  for file in $(grep -l -s -F "$1" /proc/[0-9]*/cgroup); do
    process=\${file#/proc/}
    process=\${process%/cgroup}
    tr '\\0' '\\n' <"/proc/$process/cmdline" 2>/dev/null | grep -q -x -F alluxio.fuse.AlluxioFuse || continue
    printf '%s %s\\n' "$process" "$(tr '\\0' '\\n' <"/proc/$process/cmdline" | sed -n '/^-m$/{n;p;}')"
  done
}
`;

/**
 * `$1` mount point, `$2` id of its container or nothing, `$3` looks, a fifth of a second apart, that are given to a mount
 * that is not there yet. Prints the kernel's list of mounts, how the mount point answers,
 * the read-ahead, and the FUSE processes of the container. Nothing but timed looks may touch the mount point itself:
 * without its master a FUSE process answers after minutes. And one that missed its master once says so of its capacity
 * for five more minutes, while it serves every file: then a name that does not exist tells.
 */
const OBSERVE = `${FUSE_PROCESSES}left=$3
while :; do
  device=
  while read -r _ _ number _ target _; do [ "$target" = "$1" ] && device=$number; done < /proc/self/mountinfo
  [ -z "$device" ] && [ "$left" -gt 0 ] || break
  left=$((left - 1))
  sleep 0.2
done
cat /proc/self/mountinfo
export LC_ALL=C
said=$(timeout -s KILL ${ANSWER_SECONDS} stat -f -- "$1" 2>&1 >/dev/null)
code=$?
case $said in
  *"Input/output error"*)
    timeout -s KILL ${ANSWER_SECONDS} stat -- "$1/.alluxio-answer-$$" 2>&1 | grep -q 'No such file' && code=0 || code=${OUT_OF_TIME} ;;
esac
printf 'answer %s\\n' "$code"
[ -z "$device" ] || printf 'readahead %s\\n' "$(cat "/sys/class/bdi/$device/read_ahead_kb" 2>/dev/null)"
[ -z "$2" ] || fuse_processes "$2" | sed 's/^/fuse /'
exit 0
`;

/**
 * `$1` path, `$2` container. Its mount lies in the mount namespace of the container, and on the machine where that is
 * shared.
 */
const WITHDRAW = `${FUSE_PROCESSES}fuse_processes "$2" | while read -r process path; do
  [ "$path" = "$1" ] || continue
  nsenter -t "$process" -m -- umount -l "$1" 2>/dev/null
  kill -9 "$process"
done
`;

const SET_READ_AHEAD = `while read -r _ _ number _ target _; do [ "$target" = "$1" ] && device=$number; done < /proc/self/mountinfo
echo "$2" > "/sys/class/bdi/$device/read_ahead_kb"
`;

export function dockerMountRoot(docker: DockerTransport): MountRootAccess {
  const run = (inputs: MountRootInputs, script: string, ...more: string[]): Promise<CommandResult> =>
    docker.runOnHost(inputs.image, inputs.clusterId, script, [inputs.path, inputs.clusterId, ...more]);
  return {
    async share(inputs) {
      const labels = Object.entries(inputs.labels ?? {}).map(([label, value]) => `${label}=${value}`);
      const shared = await run(inputs, SHARE, inputs.mountPoints.join("\n"), labels.join("\n"));
      mustSucceed(shared, `${inputs.path} cannot be made a shared mount`);
      for (const mountPoint of inputs.mountPoints) {
        const made = await docker.runOnHost(inputs.image, inputs.clusterId, PREPARE, [mountPoint, inputs.clusterId]);
        mustSucceed(made, `mount point ${mountPoint} cannot be made`);
      }
    },
    isShared: async (inputs) => (await run(inputs, IS_SHARED)).code === 0,
    async unshare(inputs) {
      for (const mountPoint of inputs.mountPoints) {
        const detached = await docker.runOnHost(inputs.image, inputs.clusterId, TAKE_BACK_ONE, [
          mountPoint,
          inputs.clusterId,
        ]);
        mustSucceed(detached, `${mountPoint} cannot be unmounted`);
      }
      mustSucceed(await run(inputs, UNSHARE), `${inputs.path} cannot be given back`);
    },
  };
}

export function dockerFuseMount(docker: DockerTransport): FuseMountAccess {
  const run = (inputs: FuseMountInputs, script: string, ...more: string[]): Promise<CommandResult> =>
    docker.runOnHost(inputs.image, inputs.clusterId, script, [inputs.mountPoint, ...more]);
  /** The container of that name, if it is ours. */
  const containerOf = async (inputs: FuseMountInputs) => {
    const [found] = inputs.container === "" ? [] : await docker.named("container", inputs.container);
    return found?.labels[CLUSTER_ID_LABEL] === inputs.clusterId ? found : undefined;
  };
  return {
    async observe(inputs, patienceSeconds = 0) {
      const container = await containerOf(inputs);
      const result = await run(inputs, OBSERVE, container?.id ?? "", String(patienceSeconds * LOOKS_A_SECOND));
      mustSucceed(result, `the mounts of this machine cannot be read`);
      return {
        ...parseObservation(result.stdout, inputs.mountPoint),
        ...(container ? { containerId: container.id } : {}),
      };
    },
    async withdraw(inputs, paths) {
      const container = await containerOf(inputs);
      if (!container) return;
      for (const path of paths) {
        const done = await docker.runOnHost(inputs.image, inputs.clusterId, WITHDRAW + DETACH, [path, container.id]);
        mustSucceed(done, `${path} cannot be detached`);
      }
    },
    ...dockerSupervisor(docker),
    async detach(inputs) {
      mustSucceed(await run(inputs, DETACH), `${inputs.mountPoint} cannot be detached`);
    },
    async setReadAhead(inputs) {
      mustSucceed(
        await run(inputs, SET_READ_AHEAD, String(inputs.readAheadKiB)),
        `the read-ahead of ${inputs.mountPoint} cannot be set`,
      );
    },
    restart: (inputs) => docker.restart(inputs.container, STOP_GRACE_SECONDS),
    async stop(inputs) {
      const container = await docker.inspect(inputs.container);
      if (container?.Config.Labels[CLUSTER_ID_LABEL] === inputs.clusterId)
        await docker.stop(inputs.container, STOP_GRACE_SECONDS);
    },
    async explain(inputs) {
      const container = await docker.inspect(inputs.container);
      if (!container) return `there is no container ${inputs.container}`;
      const last = (await docker.logs(inputs.container, 50)).trim().split("\n").slice(-3).join(" / ");
      return `container ${inputs.container} is ${container.State.Status}; its log ends: ${last}`;
    },
  };
}

export function parseObservation(text: string, mountPoint: string): Omit<MountSight, "containerId"> {
  const mounts = fuseMountsAt(parseMountinfo(text), mountPoint);
  const readAhead = /^readahead (\d+)$/m.exec(text)?.[1];
  const types = mounts.map(({ type }) => type);
  const condition = conditionOfMount(types, Number(/^answer (\d+)$/m.exec(text)?.[1]));
  const served = parseServers(text).map(({ path }) => path);
  return {
    condition,
    mountedAt: pathsServed(mountPoint, condition, served),
    ...(mounts.length === 1 && readAhead !== undefined ? { readAheadKiB: Number(readAhead) } : {}),
  };
}

function mustSucceed(result: CommandResult, what: string): void {
  if (result.code !== 0)
    throw new UserError(`${what}: ${(result.stderr || result.stdout).trim() || `exit code ${result.code}`}`);
}
