import { posix } from "node:path";
import { backupDirectoryOf } from "../../components/plan/backup";
import { UNDER_STORAGE_PATH } from "../../components/plan/volumes";
import { newestBackup } from "../probes/backup";
import { siteProperties } from "../probes/siteProperties";
import type { BackupAccess } from "../resources/dataVolume";
import { CLUSTER_ID_LABEL, PROCESS_LABEL, VOLUME_LABEL, type DockerTransport } from "../transports/docker";

const ROOT_UFS = "alluxio.master.mount.table.root.ufs";
/** Processes that see the under storage as the masters do. */
const SEES_UNDER_STORAGE = /^(master|job-master|worker|job-worker)(-|$)/;

/** Backups of a cluster's journal, found in the under storage from without: no master need run. */
export function dockerBackups(docker: DockerTransport): BackupAccess {
  return {
    async newest(clusterId) {
      const label = `${CLUSTER_ID_LABEL}=${clusterId}`;
      const all = await docker.containers({ label: [label] });
      const witnesses = all.filter((one) => SEES_UNDER_STORAGE.test(one.labels[PROCESS_LABEL] ?? ""));
      const seen = await Promise.all(witnesses.map((one) => docker.inspect(one.id)));
      const containers = seen.filter((one) => one !== undefined);
      const properties = Object.assign({}, ...containers.map((one) => siteProperties(one.Config.Env))) as Record<
        string,
        string
      >;
      const mounts = containers.flatMap((one) => one.Mounts);
      const ofPath = mounts.find((mount) => mount.Type === "bind" && mount.Source === mount.Destination)?.Destination;
      const ofVolume = mounts.find((mount) => mount.Destination === UNDER_STORAGE_PATH)?.Destination;
      const directory = backupDirectoryOf({ [ROOT_UFS]: ofVolume ?? ofPath ?? "", ...properties });
      const mount = mounts.find(({ Destination: to }) => directory === to || directory.startsWith(`${to}/`));
      if (!mount) return { directory };
      const onHost = posix.join(mount.Source, posix.relative(mount.Destination, directory));
      const list = await docker.runOnHost(containers[0]!.Image, clusterId, 'ls -1 -- "$1" 2>/dev/null', [onHost]);
      const newest = newestBackup(list.stdout.split("\n"));
      return { directory, newest: newest ? { ...newest, uri: posix.join(directory, newest.name) } : "none" };
    },
    async otherJournals(clusterId, lost) {
      const volumes = await docker.volumes(`${CLUSTER_ID_LABEL}=${clusterId}`);
      return volumes
        .filter(({ name, labels }) => name !== lost && labels[VOLUME_LABEL]?.startsWith("journal-"))
        .map(({ name }) => name);
    },
  };
}
