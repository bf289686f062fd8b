import { orInstead, UserError } from "../rpc/resource";
import type { EarlierLives, KeptCluster } from "../resources/changeGuard";
import type { LivingCluster } from "../resources/earlierLife";
import { CLUSTER_ID_LABEL, CLUSTER_LABEL, OWNER_LABEL, VOLUME_LABEL, type DockerTransport } from "../transports/docker";

/** Volumes of a stack are found by its owner, whatever its state knows. */
export type OwnedObjects = Pick<DockerTransport, "volumes" | "containers">;

/** Earlier lives of a stack on Docker. */
export const dockerEarlierLives = (docker: OwnedObjects): EarlierLives => ({
  kept: ({ owner, plan }) => keptVolumes(docker, owner, plan.name),
  livingUnderOtherName: ({ owner, plan }) => livingUnderOtherName(docker, owner, plan.name),
});

/**
 * What an earlier life of the stack has kept: the id of its cluster, and how many journals. Volumes of a cluster of another
 * name are none of this one's: no volume of this one would be called as they are.
 */
async function keptVolumes(docker: OwnedObjects, owner: string, name: string): Promise<KeptCluster | undefined> {
  const all = await docker.volumes(`${OWNER_LABEL}=${owner}`);
  const volumes = all.filter((volume) => (volume.labels[CLUSTER_LABEL] ?? name) === name);
  const ids = [...new Set(volumes.flatMap((volume) => volume.labels[CLUSTER_ID_LABEL] ?? []))];
  if (ids.length > 1) {
    const list = volumes
      .map((volume) => `${volume.name} (cluster id ${volume.labels[CLUSTER_ID_LABEL] ?? "none"})`)
      .join(", ");
    throw new UserError(
      `this stack left volumes of ${ids.length} clusters, and only those of one can be taken back: ${list}. ` +
        "Remove those that you do not need with `docker volume rm`",
    );
  }
  const journals = volumes.filter((volume) => volume.labels[VOLUME_LABEL]?.startsWith("journal-")).length;
  return ids[0] === undefined
    ? undefined
    : { clusterId: ids[0], journals, told: "the volumes that this stack had kept" };
}

/**
 * Clusters of this stack that live under another name: to the engine a guard of another name is a new one, and the old one
 * goes without a word, with all that it guards. None where Docker does not answer: the look at the machine will say so.
 */
async function livingUnderOtherName(
  docker: OwnedObjects,
  owner: string,
  name: string,
): Promise<readonly LivingCluster[]> {
  return orInstead(
    async () => {
      const volumes = await docker.volumes(`${OWNER_LABEL}=${owner}`);
      const others = new Map(
        volumes.flatMap(({ labels: { [CLUSTER_ID_LABEL]: id, [CLUSTER_LABEL]: other } }) =>
          id === undefined || other === undefined || other === name ? [] : [[id, other] as const],
        ),
      );
      const found = await Promise.all(
        [...others].map(async ([clusterId, other]) => {
          const containers = await docker.containers({ label: [`${CLUSTER_ID_LABEL}=${clusterId}`] });
          return containers.length > 0 ? [{ clusterId, name: other }] : [];
        }),
      );
      return found.flat();
    },
    () => [],
  );
}
