import type Docker from "dockerode";
import { DEFAULT_PORTS } from "../../components/spec/spec";
import { askMaster, isLeader } from "../probes/leader";
import { writeBackup } from "../probes/backup";
import { stateOf } from "../probes/containerCondition";
import { askQuorum, elect } from "../probes/quorum";
import { siteProperties } from "../probes/siteProperties";
import type { RolloutAccess, RolloutCluster } from "../rollout/access";
import { orInstead } from "../rpc/resource";
import { CLUSTER_ID_LABEL, type DockerTransport } from "../transports/docker";
import { compared, type DeclaredProcess, type RunningContainer } from "./containerProcess";
import { lastErrorOf } from "./lastError";

const WEB_PORT = "alluxio.master.web.port";

/** A cluster of containers that is being changed. */
export function dockerRollout(docker: DockerTransport): RolloutAccess<DeclaredProcess> {
  const inspect = async ({ clusterId }: RolloutCluster, container: string): Promise<RunningContainer | undefined> => {
    const found = await docker.inspect(container);
    if (found?.Config.Labels[CLUSTER_ID_LABEL] !== clusterId) return undefined;
    return runningProcess(found, (await docker.image(found.Image))?.labels ?? {});
  };
  return {
    bearer: "container",
    // Its container may have been removed by hand, and its journal still be there.
    absentMastersAreNew: false,
    inspect,
    async compare(cluster, declared) {
      const running = await inspect(cluster, declared.container);
      return running && compared(declared, running, cluster.masters);
    },
    async leader({ masters }) {
      for (const master of masters) {
        const view = await orInstead(
          async () => {
            const properties = siteProperties((await docker.inspect(master))?.Config.Env ?? []);
            // While ports are being changed one master listens on the old one, the other on the new.
            return askMaster(docker, master, Number(properties[WEB_PORT] ?? DEFAULT_PORTS.masterWeb));
          },
          () => undefined,
        );
        if (view && isLeader(view)) return view;
      }
      return undefined;
    },
    quorum: ({ masters }) => askQuorum(docker, masters),
    now: () => docker.now(),
    lastError: (_, container) => lastErrorOf(docker, container),
    backup: (_, leader, directory) => writeBackup(docker, leader, directory),
    elect: (_, leader, address) => elect(docker, leader, address),
  };
}

export function runningProcess(
  container: Docker.ContainerInspectInfo,
  imageLabels: Readonly<Record<string, string>>,
): RunningContainer {
  const { State: state, Config: config, HostConfig: host } = container;
  const healthy =
    state.Running && !state.Paused && !state.Restarting && (state.Health?.Status ?? "healthy") === "healthy";
  // Its own health check asks it from inside, and finds nothing wrong.
  const connected = Object.keys(container.NetworkSettings.Networks).length > 0;
  return {
    container: container.Name.replace(/^\//, ""),
    id: container.Id,
    image: container.Image,
    hostname: config.Hostname,
    entrypoint: [config.Entrypoint ?? []].flat(),
    command: config.Cmd,
    environment: config.Env,
    labels: config.Labels,
    imageLabels,
    mounts: Object.fromEntries(container.Mounts.map((mount) => [mount.Destination, mount.Name ?? mount.Source])),
    published: publishedPorts(host.PortBindings as PortBindings),
    serving: healthy && connected,
    state: healthy && !connected ? "on no network" : stateOf(state),
    restarts: container.RestartCount,
    startedAt: Date.parse(state.StartedAt),
  };
}

type PortBindings = Readonly<Record<string, readonly { readonly HostPort: string }[] | null>> | null;

function publishedPorts(bindings: PortBindings): Record<string, number> {
  return Object.fromEntries(
    Object.entries(bindings ?? {}).flatMap(([port, list]) => {
      const external = Number(list?.[0]?.HostPort);
      return external > 0 ? [[String(Number.parseInt(port, 10)), external] as const] : [];
    }),
  );
}
