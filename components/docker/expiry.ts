import type { Ephemeral } from "../plan/ephemeral";

/** Where the official image begins, and the one that is built here. */
const IMAGE_ENTRYPOINT = "/entrypoint.sh";
const KILL_AFTER_SECONDS = 10;

/**
 * `$0` the time of expiry, `$1` the FUSE mount point or nothing, then the command. A container that is started after its
 * expiry, also by Docker after the end that `timeout` put to it, takes away the mount that a killed FUSE process leaves
 * behind, and ends with code 0, after which Docker lets it rest.
 */
const RUN_UNTIL = `mount_point=$1
shift
left=$(($0 - $(date +%s)))
if [ "$left" -le 0 ]; then
  while [ -n "$mount_point" ] && grep -q -F " $mount_point fuse.alluxio-fuse " /proc/self/mounts; do umount -l "$mount_point" || exit 0; done
  exit 0
fi
exec timeout -k ${KILL_AFTER_SECONDS} "$left" ${IMAGE_ENTRYPOINT} "$@"
`;

/**
 * Entry point of a container that ends by itself when its cluster expires, whether or not anybody is there to remove it.
 * Its process 1 is `timeout`.
 */
export const expiringEntrypoint = ({ expires }: Ephemeral, mountPoint = ""): string[] => [
  "/bin/sh",
  "-c",
  RUN_UNTIL,
  String(expires),
  mountPoint,
];
