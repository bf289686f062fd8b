import { commandContract } from "./commandContract";
import type { SshEndpoint } from "./endpoint";
import { fileContract } from "./fileContract";
import { SshWorld } from "./world";

/**
 * What the SSH transport promises on any machine with a POSIX shell and an SSH server.
 *
 * @param start brings such a machine, for all tests of the file
 */
export function sshContract(start: () => Promise<SshEndpoint>): void {
  const world = new SshWorld(start);
  commandContract(world);
  fileContract(world);
}
