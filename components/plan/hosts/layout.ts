import type { ClusterSpec } from "../../spec/spec";

/** Where things are on every machine of a cluster. */
export interface Layout {
  readonly prefix: string;
  readonly release: string;
  /** The configuration of the commands that people start, where those look for it. */
  readonly commands: string;
  /** A directory for each process. */
  readonly configuration: string;
  /** Scripts that units start. */
  readonly scripts: string;
  /** Files that processes keep between two starts and could make anew; also their working directory. */
  readonly work: string;
  readonly logs: string;
  /** Logs of the commands that people start: everybody writes there. */
  readonly userLogs: string;
}

export function layoutOf({ hosts, version }: Pick<ClusterSpec, "hosts" | "version">): Layout {
  const below = (name: string): string => `${hosts.prefix}/${name}`;
  return {
    prefix: hosts.prefix,
    release: below(`alluxio-${version}`),
    commands: below(`alluxio-${version}/conf`),
    configuration: below("conf"),
    scripts: below("libexec"),
    work: below("work"),
    logs: below("logs"),
    userLogs: below("logs/user"),
  };
}
