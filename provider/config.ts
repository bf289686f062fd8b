import type { Properties } from "./rpc/values";
import { DockerTransport } from "./transports/docker";

/** The provider's configuration: how it reaches the machines. */
export interface ProviderConfig {
  readonly docker: DockerTransport;
}

export function readConfig(properties: Properties): ProviderConfig {
  const host = properties["dockerHost"];
  return { docker: new DockerTransport(typeof host === "string" ? host : undefined) };
}
