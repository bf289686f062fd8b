import { resolveSshTargets } from "../components/plan/ssh/resolve";
import type { SshSurroundings } from "../components/plan/ssh/surroundings";
import { formatProblems } from "../components/spec/format-problems";
import type { ClusterSpec } from "../components/spec/spec";
import { Hosts } from "../provider/hosts/hosts";
import { UserError } from "../provider/rpc/resource";
import { SshTransport } from "../provider/transports/ssh";

/** Hosts that are reached by connections of this program's own; they hold it until they are closed. */
export class ConnectedHosts extends Hosts {
  constructor(private readonly transport: SshTransport) {
    super(transport);
  }

  async close(): Promise<void> {
    await this.transport.close();
  }
}

/**
 * The hosts of a spec. Each is connected to when it is first asked.
 *
 * @param surroundings who connects from where
 * @param secrets passphrases and keys, by the config key that the spec names
 * @throws UserError with everything that keeps hosts from being connected to, such as a key that is not pinned
 */
export function connectHosts(
  spec: ClusterSpec,
  surroundings: SshSurroundings,
  secrets: Readonly<Record<string, string>>,
): ConnectedHosts {
  const { problems, targets } = resolveSshTargets(spec, surroundings);
  if (problems.length > 0) throw new UserError(formatProblems(problems));
  return new ConnectedHosts(new SshTransport(targets, secrets));
}
