import type { SshTarget } from "../components/plan/ssh/target";
import type { Ssh } from "./hosts/hosts";
import { LazySsh } from "./hosts/lazySsh";
import type { Properties } from "./rpc/values";
import { DockerTransport } from "./transports/docker";

/** The provider's configuration: how it reaches the machines. */
export interface ProviderConfig {
  readonly docker: DockerTransport;
  readonly ssh: Ssh;
}

/** How it reaches hosts. */
export interface SshConfig {
  readonly targets: readonly SshTarget[];
  /** Passphrases and keys, by the name of the config key that the targets give. */
  readonly secrets: Readonly<Record<string, string>>;
}

export function readConfig(properties: Properties): ProviderConfig {
  const { dockerHost: host, labels, ssh } = properties;
  const { targets, secrets } = typeof ssh === "string" ? (JSON.parse(ssh) as SshConfig) : { targets: [], secrets: {} };
  return {
    docker: new DockerTransport(
      typeof host === "string" ? host : undefined,
      typeof labels === "string" ? (JSON.parse(labels) as Record<string, string>) : {},
    ),
    ssh: new LazySsh(targets, secrets),
  };
}
