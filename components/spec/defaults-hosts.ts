import type { HostsConfig, JavaConfig, ReleaseConfig } from "./config";
import type { Archive, HostsSpec } from "./spec";
import { officialRelease } from "./versions";

/** Where ssh itself looks. A stack that names no other file needs none there. */
export const DEFAULT_SSH_CONFIG = "~/.ssh/config";

export const DEFAULT_PREFIX = "/opt/alluxio";
const DEFAULT_USER = "alluxio";

/** The settings of target hosts; on other targets they decide nothing. */
export function fillHosts(config: HostsConfig = {}, version: string): HostsSpec {
  const { release: _, java, service, ...ssh } = config;
  const release = config.release === undefined ? officialRelease(version) : archiveOf(config.release);
  const user = service?.user ?? DEFAULT_USER;
  return {
    ...ssh,
    sshConfig: config.sshConfig ?? DEFAULT_SSH_CONFIG,
    timeouts: { connect: 15, keepAlive: 10, ...config.timeouts },
    sessions: config.sessions ?? 8,
    addresses: { ...config.addresses },
    bastions: { ...config.bastions },
    gone: config.gone ?? [],
    prefix: config.prefix ?? DEFAULT_PREFIX,
    ...(release === undefined ? {} : { release }),
    ...(java === undefined ? {} : { java: javaOf(java) }),
    service: { ...service, user, group: service?.group ?? user },
    libfuse: config.libfuse === 2 ? 2 : 3,
  };
}

const javaOf = (java: JavaConfig): { readonly home: string } | Archive =>
  java.home === undefined ? archiveOf(java) : { home: java.home };

function archiveOf({ url, file, sha256 }: ReleaseConfig): Archive {
  if (sha256 !== undefined && url !== undefined) return { sha256, url };
  if (sha256 !== undefined && file !== undefined) return { sha256, file };
  throw new RangeError("an archive without source or SHA-256, though the rules let it pass");
}
