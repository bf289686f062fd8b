import type { ClusterConfig } from "../../components/spec/config";
import { DEFAULT_VERSION } from "../../scripts/setup/stack-config";
import type { Machines } from "./machines";
import { packedTarball } from "./tarball";

/** Where machines of a test have their folder in common; whoever is there may write. */
export const SHARED_FOLDER = "/srv/shared";

/** As small as JVMs get. */
export const SMALL_JVMS: Pick<ClusterConfig, "heaps" | "jvmOptions" | "properties"> = {
  heaps: { master: "192MB", jobMaster: "96MB", worker: "96MB", jobWorker: "64MB", fuse: "96MB" },
  jvmOptions: ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
  properties: { "alluxio.master.metastore": "HEAP", "alluxio.master.worker.timeout": "15s" },
};

/**
 * The spec of a cluster on machines of a test: how they are reached, and what is installed on them.
 * @param cluster who does what; a shared folder of the machines is the root under storage unless it says otherwise
 */
export async function hostsSpec(
  machines: Machines,
  cluster: Pick<ClusterConfig, "masters" | "workers"> & Partial<ClusterConfig>,
): Promise<ClusterConfig> {
  const { path, sha256 } = await packedTarball(DEFAULT_VERSION);
  const named = [...(cluster.masters?.hosts ?? []), ...cluster.workers.flatMap(({ hosts = [] }) => hosts)];
  return {
    ...SMALL_JVMS,
    target: "hosts",
    version: DEFAULT_VERSION,
    underStorage: { path: SHARED_FOLDER },
    ...cluster,
    hosts: {
      user: machines.all[0]!.user,
      key: machines.keys.file,
      sshConfig: "none",
      release: { file: path, sha256 },
      addresses: Object.fromEntries(named.map((host) => [host, addressOf(machines, host)])),
      ...cluster.hosts,
    },
  };
}

/** How a machine is reached, and told from others. */
export const addressOf = (machines: Machines, host: string): { address: string; hostKey: string } => {
  const { address, hostKey } = machines.get(host);
  return { address, hostKey };
};
