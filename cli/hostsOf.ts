import { sshSecretsOf } from "../components/plan/ssh/resolve";
import type { ClusterSpec } from "../components/spec/spec";
import { connectHosts, type ConnectedHosts } from "../operations/hostsAccess";
import { readSshSurroundings } from "../stacks/sshSurroundings";
import { readSecretConfig } from "./secretConfig";

/**
 * The hosts of a stack, as this user reaches them from this machine. Pulumi is asked only where the spec names secrets.
 *
 * @param stackFile holds the stack's config @default Pulumi.<stack>.yaml of the project
 * @returns to be closed by whoever asked
 * @throws UserError with everything that keeps hosts from being connected to
 * @example
 * const hosts = await hostsOf(spec, terminal.project, stack);
 * try {
 *   await hosts.look("blue4", { script: "uname -r", args: [], what: "the kernel" });
 * } finally {
 *   await hosts.close();
 * }
 */
export async function hostsOf(
  spec: ClusterSpec,
  project: string,
  stack: string,
  stackFile?: string,
): Promise<ConnectedHosts> {
  const secrets = await readSecretConfig(project, stack, sshSecretsOf(spec), stackFile);
  const surroundings = readSshSurroundings(spec.hosts.sshConfig, new Set(Object.keys(secrets)));
  return connectHosts(spec, { ...surroundings, stack }, secrets);
}
