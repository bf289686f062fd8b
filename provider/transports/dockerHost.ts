import type Docker from "dockerode";

/**
 * The parent of a container's first process is its shim, which lives in the mount namespace in which the daemon
 * resolves bind mounts. Process 1 may be out of reach, or in another one.
 */
const ENTER_HOST = 'exec nsenter -t "$PPID" -m -- /bin/sh -c "$0" sh "$@"';

/**
 * A container that runs a shell script on the daemon's machine, in its own mount namespace: so the script needs no root
 * here, works with `/` mounted private as well as shared, and with a daemon elsewhere.
 */
export function onHost(
  image: string,
  script: string,
  args: readonly string[],
  labels: Record<string, string>,
  { hostNetwork = false } = {},
): Docker.ContainerCreateOptions {
  return {
    Image: image,
    User: "0:0",
    Entrypoint: ["/bin/sh", "-c", ENTER_HOST],
    Cmd: [script, ...args],
    Labels: labels,
    HostConfig: {
      // What entering another mount namespace needs, and no more.
      CapAdd: ["SYS_ADMIN", "SYS_PTRACE"],
      SecurityOpt: ["apparmor:unconfined", "seccomp:unconfined"],
      PidMode: "host",
      NetworkMode: hostNetwork ? "host" : "none",
    },
  };
}
