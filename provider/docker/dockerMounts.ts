import { fuseMountsAt, parseMountinfo } from "../probes/mountinfo";
import type { Condition, FuseMountAccess, FuseMountInputs } from "../resources/fuseMount";
import type { MountRootAccess, MountRootInputs } from "../resources/mountRoot";
import { UserError } from "../rpc/resource";
import { CLUSTER_ID_LABEL, type CommandResult, type DockerTransport } from "../transports/docker";

const STOP_GRACE_SECONDS = 5;
/** A dead mount answers at once with an error, a frozen process never. */
const ANSWER_SECONDS = 5;

/**
 * `$1` path, `$2` cluster id. Writes down what it is about to make before it makes it, so that a run that is killed in
 * between leaves nothing that a later one does not know.
 */
const SHARE = `set -eu
ledger=/run/alluxio-pulumi/$2/$(printf '%s' "$1" | tr / _)
mkdir -p "$ledger"
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

/**
 * `$1` path, `$2` cluster id. Removes empty directories only: what a user has put there stays. So does the shared mount
 * while somebody else has mounted something in it since; what was there before appears below it a second time.
 */
const UNSHARE = `set -u
ledger=/run/alluxio-pulumi/$2/$(printf '%s' "$1" | tr / _)
foreign() { findmnt -n -l -o TARGET | while read -r target; do case $target in "$1"/*) echo "$target" ;; esac; done | sort | uniq -u; }
if [ -e "$ledger/bind" ] && [ -n "$(foreign "$1")" ]; then exit 0; fi
if [ -e "$ledger/bind" ] && [ "$(cat "$ledger/bind")" = "$1" ]; then
  umount -l "$1" || exit 5
  rm -f "$ledger/bind"
fi
if [ -e "$ledger/directory" ]; then
  top=$(cat "$ledger/directory")
  find "$1" -xdev -depth -type d -empty -delete 2>/dev/null
  path=$1
  while [ "$path" != "$top" ] && [ "$path" != / ]; do path=$(dirname "$path"); rmdir "$path" 2>/dev/null || break; done
  rm -f "$ledger/directory"
fi
rmdir "$ledger" "$(dirname "$ledger")" /run/alluxio-pulumi 2>/dev/null
exit 0
`;

/**
 * Prints the kernel's list of mounts, then how the mount point answers, then the read-ahead. Nothing but the one timed
 * look may touch the mount point itself: without its master a FUSE process answers after minutes.
 */
const OBSERVE = `device=
while read -r _ _ number _ target _; do [ "$target" = "$1" ] && device=$number; done < /proc/self/mountinfo
cat /proc/self/mountinfo
timeout -s KILL ${ANSWER_SECONDS} stat -f -- "$1" >/dev/null 2>&1
printf 'answer %s\\n' $?
[ -z "$device" ] || printf 'readahead %s\\n' "$(cat "/sys/class/bdi/$device/read_ahead_kb" 2>/dev/null)"
exit 0
`;

/** `$1` mount point. Only file systems of Alluxio are detached, however many are stacked. */
const DETACH = `while findmnt -n -l -t fuse.alluxio-fuse -o TARGET | grep -q -F -x -e "$1"; do umount -l "$1" || exit 5; done
`;

/** `$1` mount point, `$2` cluster id. One that is in use is left as it is, dead or alive. */
const PREPARE = `findmnt -n -l -o TARGET | grep -q -F -x -e "$1" && exit 0
[ -d "$1" ] && exit 0
ledger=/run/alluxio-pulumi/$2
mkdir -p "$ledger" && : > "$ledger/made$(printf '%s' "$1" | tr / _)" && mkdir -p "$1"
`;

/** `$1` mount point, `$2` cluster id. A folder that was there before stays. */
const REMOVE_MADE = `made=/run/alluxio-pulumi/$2/made$(printf '%s' "$1" | tr / _)
[ -e "$made" ] && { rmdir "$1" 2>/dev/null; rm -f "$made"; }
rmdir "/run/alluxio-pulumi/$2" /run/alluxio-pulumi 2>/dev/null
exit 0
`;

const SET_READ_AHEAD = `while read -r _ _ number _ target _; do [ "$target" = "$1" ] && device=$number; done < /proc/self/mountinfo
echo "$2" > "/sys/class/bdi/$device/read_ahead_kb"
`;

export function dockerMountRoot(docker: DockerTransport): MountRootAccess {
  const run = (inputs: MountRootInputs, script: string): Promise<CommandResult> =>
    docker.runOnHost(inputs.image, inputs.clusterId, script, [inputs.path, inputs.clusterId]);
  return {
    async share(inputs) {
      mustSucceed(await run(inputs, SHARE), `${inputs.path} cannot be made a shared mount`);
      for (const mountPoint of inputs.mountPoints) {
        const made = await docker.runOnHost(inputs.image, inputs.clusterId, PREPARE, [mountPoint, inputs.clusterId]);
        mustSucceed(made, `mount point ${mountPoint} cannot be made`);
      }
    },
    isShared: async (inputs) => (await run(inputs, IS_SHARED)).code === 0,
    async unshare(inputs) {
      for (const mountPoint of inputs.mountPoints) {
        const detached = await docker.runOnHost(inputs.image, inputs.clusterId, DETACH + REMOVE_MADE, [
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
  return {
    async observe(inputs) {
      const result = await run(inputs, OBSERVE);
      mustSucceed(result, `the mounts of this machine cannot be read`);
      return parseObservation(result.stdout, inputs.mountPoint);
    },
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

export function parseObservation(text: string, mountPoint: string): { condition: Condition; readAheadKiB?: number } {
  const mounts = fuseMountsAt(parseMountinfo(text), mountPoint);
  const readAhead = /^readahead (\d+)$/m.exec(text)?.[1];
  return {
    condition: conditionOf(mounts.length, Number(/^answer (\d+)$/m.exec(text)?.[1])),
    ...(mounts.length === 1 && readAhead !== undefined ? { readAheadKiB: Number(readAhead) } : {}),
  };
}

const OK = 0;
const KILLED = 137;

function conditionOf(mounts: number, exitCode: number): Condition {
  if (mounts === 0) return "absent";
  if (mounts > 1) return "stacked";
  if (exitCode === OK) return "mounted";
  return exitCode === KILLED ? "silent" : "dead";
}

function mustSucceed(result: CommandResult, what: string): void {
  if (result.code !== 0)
    throw new UserError(`${what}: ${(result.stderr || result.stdout).trim() || `exit code ${result.code}`}`);
}
