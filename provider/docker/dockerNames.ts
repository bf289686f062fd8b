import type { NameAccess } from "../functions/freeName";
import { CLUSTER_ID_LABEL, type DockerTransport } from "../transports/docker";
import { portHolders } from "./portHolders";

const STOP_GRACE_SECONDS = 10;

/** Names and ports of one machine's Docker. */
export function dockerNames(docker: DockerTransport): NameAccess {
  return {
    holders: (kind, name) => docker.named(kind, name),
    async remove(kind, id) {
      switch (kind) {
        case "container":
          return docker.removeContainer(id, STOP_GRACE_SECONDS);
        case "network":
          for (const { id: container } of await docker.containers({ network: [id] }))
            await docker.disconnect(id, container);
          return docker.removeNetwork(id);
        case "volume":
          return docker.removeVolume(id);
        default:
          return kind satisfies never;
      }
    },
    async strangersOn(network, clusterId) {
      const on = await docker.containers({ network: [network] });
      return on.filter(({ labels }) => labels[CLUSTER_ID_LABEL] !== clusterId).map(({ name }) => name);
    },
    async portsInUse({ ports = [], image, clusterId }) {
      if (image === undefined) return [];
      return (await portHolders(docker, image, clusterId)).filter(({ port }) => ports.includes(port));
    },
  };
}
