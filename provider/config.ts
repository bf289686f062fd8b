import { homedir } from "node:os";
import { atLogin } from "../components/plan/ssh/portable";
import type { SshAccess, SshTarget } from "../components/plan/ssh/target";
import { EitherSsh, LazySsh } from "./hosts/lazySsh";
import { stackSecrets } from "./hosts/stackSecrets";
import { isUnknown, type Properties, type Value } from "./rpc/values";
import { DockerTransport } from "./transports/docker";

/** The provider's configuration: how it reaches the machines. */
export interface ProviderConfig {
  readonly docker: DockerTransport;
  readonly ssh: EitherSsh;
  /** Hosts that left the spec and never come back. */
  readonly gone: readonly string[];
  /** Which of the two the cluster stands on. */
  readonly target: "docker" | "hosts";
}

/**
 * Hosts that leave the spec are still to be reached: what stands on them is removed at the end of that run, or of a later
 * one where they do not answer. So what has once been known of a host stays known beside what the program gives.
 */
export function checkConfig(news: Properties, olds: Properties): Properties {
  const access = sshAccess(news["ssh"]);
  if (!access) return news;
  const known = new Set(access.targets.map(({ host }) => host));
  const left = new Map<string, SshTarget>();
  for (const target of [...(sshAccess(olds["left"])?.targets ?? []), ...(sshAccess(olds["ssh"])?.targets ?? [])])
    if (!known.has(target.host)) left.set(target.host, target);
  if (left.size === 0) return news;
  const { stack } = access;
  return { ...news, left: JSON.stringify({ stack, targets: [...left.values()] } satisfies SshAccess) };
}

const sshAccess = (value: Value | undefined): SshAccess | undefined =>
  typeof value === "string" && !isUnknown(value) ? (JSON.parse(value) as SshAccess) : undefined;

/** @param secretsOf a stack: passphrases and keys by their config keys */
export function readConfig(
  properties: Properties,
  environment: NodeJS.ProcessEnv = process.env,
  secretsOf: typeof stackSecrets = stackSecrets,
): ProviderConfig {
  const { dockerHost: host, labels, ssh, left, gone } = properties;
  const { HOME: home = homedir(), SSH_AUTH_SOCK: agentSocket } = environment;
  const login = { home, ...(agentSocket === undefined ? {} : { agentSocket }) };
  // Secrets that only a host names which left the spec may be gone, too.
  const reach = ({ stack, targets }: SshAccess = { stack: "", targets: [] }): LazySsh =>
    new LazySsh(
      targets.map((target) => atLogin(target, login)),
      (keys) => secretsOf(stack, keys),
    );
  return {
    docker: new DockerTransport(
      typeof host === "string" ? host : undefined,
      typeof labels === "string" ? (JSON.parse(labels) as Record<string, string>) : {},
    ),
    ssh: new EitherSsh(reach(sshAccess(left)), reach(sshAccess(ssh))),
    gone: typeof gone === "string" ? (JSON.parse(gone) as string[]) : [],
    target: typeof ssh === "string" ? "hosts" : "docker",
  };
}
