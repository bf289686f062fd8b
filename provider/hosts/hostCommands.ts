import { posix } from "node:path";
import type { Installation } from "../../components/plan/hosts/installation";
import type { CommandRunner } from "../probes/commandRunner";
import type { Hosts } from "./hosts";

/** Folder of the commands, user, and the arguments of the script, which comes on standard input. */
const AS_SERVICE_USER = `
commands=$1 user=$2
shift 2
exec runuser -u "$user" -- env LANG=C.UTF-8 PATH="$commands:$PATH" sh -s -- "$@"
`;

/** Commands of a cluster's own Alluxio on its hosts. */
export const hostCommands = (hosts: Hosts, { prefix, user }: Installation): CommandRunner => ({
  run: (host, script, args, timeoutSeconds) =>
    hosts.ssh.run(host, AS_SERVICE_USER, {
      args: [posix.join(prefix, "current", "bin"), user, ...args],
      // Nothing that the script starts is to read on in it.
      stdin: `{\n${script}\n} </dev/null\n`,
      sudo: true,
      timeoutSeconds,
      what: "a command of Alluxio",
    }),
});
