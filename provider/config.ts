import type { Properties } from "./rpc/values";
import { DockerTransport } from "./transports/docker";

/** The provider's configuration: how it reaches the machines. */
export interface ProviderConfig {
  readonly docker: DockerTransport;
}

export function readConfig(properties: Properties): ProviderConfig {
  const { dockerHost: host, labels } = properties;
  return {
    docker: new DockerTransport(
      typeof host === "string" ? host : undefined,
      typeof labels === "string" ? (JSON.parse(labels) as Record<string, string>) : {},
    ),
  };
}
