import type { CommandResult } from "../transports/commandResult";

/** Where the commands of a cluster are run: in a container, or on a host. */
export interface CommandRunner {
  /**
   * Runs a script of the POSIX shell, in which `alluxio` is the command of the cluster's own Alluxio.
   *
   * @param where the container or host, by the name that the transport knows it by
   * @param args `$1`, `$2`, ... of the script
   * @param timeoutSeconds after which it is killed
   */
  run(where: string, script: string, args: readonly string[], timeoutSeconds: number): Promise<CommandResult>;
}
