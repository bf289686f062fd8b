import { nearest } from "../components/spec/nearest";
import { formatProblems } from "../components/spec/format-problems";
import type { ClusterSpec } from "../components/spec/spec";
import { resolveSshTargets, sshSecretsOf } from "../components/plan/ssh/resolve";
import type { SshTarget } from "../components/plan/ssh/target";
import { UserError } from "../provider/rpc/resource";
import { readSshSurroundings } from "../stacks/sshSurroundings";
import type { ClusterSource } from "../stacks/clusterSource";
import { readSource, specOf } from "./stackFile";

/** What may be wrong with a way that `alluxioctl` is about to prepare: keys and logins are not looked at yet. */
const LATER: readonly string[] = ["connection.hostKey", "connection.credentials", "connection.agent"];

export interface HostTargets {
  readonly source: ClusterSource;
  readonly spec: ClusterSpec;
  readonly targets: readonly SshTarget[];
}

/**
 * How the hosts of a stack are reached; their keys need not be pinned yet.
 * @throws UserError where the stack is of another target, or the way to a host cannot be read
 */
export function readHostTargets(project: string, stack: string): HostTargets {
  const source = readSource(project, stack);
  const spec = specOf(source, stack);
  if (spec.target !== "hosts") {
    throw new UserError(`stack ${stack} has target ${spec.target}: this is for target hosts, which is reached by SSH`);
  }
  const surroundings = readSshSurroundings(spec.hosts.sshConfig, new Set(sshSecretsOf(spec)));
  const { targets, problems } = resolveSshTargets(spec, { ...surroundings, stack });
  const wrong = problems.filter(({ rule }) => !LATER.includes(rule));
  if (wrong.length > 0) throw new UserError(formatProblems(wrong, source.where));
  return { source, spec, targets };
}

/** @throws UserError where one of the names is not among those that there are */
export function mustKnow(names: readonly string[], known: readonly string[], stack: string): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  throw new UserError(`stack ${stack} has no host ${unknown}.${hint} There are: ${known.join(", ")}`);
}
