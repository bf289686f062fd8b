import * as pulumi from "@pulumi/pulumi";
import { HostCluster } from "../components/hosts/cluster";
import { demandsOf } from "../components/plan/hosts/demands";
import { planHosts } from "../components/plan/hosts/planHosts";
import { planCluster } from "../components/plan/planCluster";
import { portable } from "../components/plan/ssh/portable";
import { resolveSshTargets, sshSecretsOf } from "../components/plan/ssh/resolve";
import type { SshAccess } from "../components/plan/ssh/target";
import { formatProblems } from "../components/spec/format-problems";
import type { ClusterSpec } from "../components/spec/spec";
import { readCredentials, secretsInConfig } from "./credentials";
import { readSshSurroundings } from "./sshSurroundings";
import { outputsOf, thisOwner, type StackOutputs } from "./stackOutputs";

/**
 * A cluster on bare machines, reached over SSH.
 * @param where its spec stands, for messages
 */
export function hostsStack(spec: ClusterSpec, where: string): StackOutputs {
  const plan = planCluster(spec);
  const named = spec.underStorage.credentials;
  const hosts = planHosts(spec, plan);
  const cluster = new HostCluster(spec.name, {
    plan,
    hosts,
    demands: demandsOf(hosts, spec),
    ssh: sshOf(spec, where),
    gone: spec.hosts.gone,
    confirm: spec.confirm,
    owner: thisOwner(),
    ...(Object.keys(named).length > 0 ? { credentials: credentialsByKey(named) } : {}),
  });
  return outputsOf(plan, cluster);
}

/** @throws RunError with everything that must be put right before anything is connected to */
function sshOf(spec: ClusterSpec, where: string): SshAccess {
  const stack = pulumi.getStack();
  const secrets = secretsInConfig(sshSecretsOf(spec));
  const surroundings = { ...readSshSurroundings(spec.hosts.sshConfig, secrets), stack };
  const { targets, problems } = resolveSshTargets(spec, surroundings);
  if (problems.length > 0) throw new pulumi.RunError(formatProblems(problems, where));
  return { stack, targets: targets.map((target) => portable(target, surroundings)) };
}

/** By their config keys, as the files of the plan name them. */
const credentialsByKey = (named: Readonly<Record<string, string>>): pulumi.Output<Record<string, string>> =>
  readCredentials(named).apply((values) =>
    Object.fromEntries(Object.entries(named).map(([option, key]) => [key, values[option]!])),
  );
