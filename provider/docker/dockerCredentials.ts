import type { CredentialsAccess, CredentialsInputs, VolumeFile } from "../resources/credentials";
import { CLUSTER_ID_LABEL, PROCESS_LABEL, type DockerTransport } from "../transports/docker";
import type { TarEntry } from "../transports/tar";

const HELPER = "credentials-helper";
/** A folder of a private file is nobody else's business either. */
const PRIVATE_FOLDER = 0o700;

/** Credentials in a volume of Docker, which is reached through the archives of a container that never starts. */
export function dockerCredentials(docker: DockerTransport): CredentialsAccess {
  const volumeOf = ({ volumeName, image, clusterId }: CredentialsInputs) => ({
    volume: volumeName,
    image,
    labels: { [CLUSTER_ID_LABEL]: clusterId, [PROCESS_LABEL]: HELPER },
  });
  return {
    async presence({ volumeName, clusterId }) {
      const labels = await docker.volumeLabels(volumeName);
      if (!labels) return "missing";
      return labels[CLUSTER_ID_LABEL] === clusterId ? "present" : "foreign";
    },
    makeVolume: ({ volumeName, labels, clusterId }) =>
      docker.createVolume(volumeName, { ...labels, [CLUSTER_ID_LABEL]: clusterId }),
    async files(inputs) {
      const entries = await docker.readVolume(volumeOf(inputs));
      return entries.filter(({ path }) => !path.endsWith("/"));
    },
    write: (inputs, files) => docker.writeVolume(volumeOf(inputs), withFolders(files)),
    async removeVolume({ volumeName, clusterId }) {
      // Those of a run that was killed still hold it.
      for (const { id, labels } of await docker.containers({ label: [`${CLUSTER_ID_LABEL}=${clusterId}`] })) {
        if (labels[PROCESS_LABEL] === HELPER) await docker.discard(id);
      }
      await docker.removeVolume(volumeName);
    },
  };
}

function withFolders(files: readonly VolumeFile[]): TarEntry[] {
  return files.flatMap((file) => {
    const folder = file.path.slice(0, file.path.lastIndexOf("/") + 1);
    return [{ ...file, path: folder, mode: PRIVATE_FOLDER, content: Buffer.alloc(0) }, file];
  });
}
