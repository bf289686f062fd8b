import { isSupervisor } from "../components/plan/names";
import { dockerFuseMount } from "../provider/docker/dockerMounts";
import { askMaster } from "../provider/probes/leader";
import { askQuorum } from "../provider/probes/quorum";
import { CLUSTER_ID_LABEL, DockerTransport, HOST_HELPER, PROCESS_LABEL } from "../provider/transports/docker";
import type { Health, ObservedProcess } from "./observation";
import type { ClusterAccess } from "./observe";

/** Containers that are no process of the plan: those that look at the machine for a moment, and those that heal mounts. */
const isHelper = (process: string): boolean => process === HOST_HELPER || isSupervisor(process);

/** Docker's description of a container, as far as a status needs it. */
export interface InspectedContainer {
  readonly Name: string;
  readonly Image: string;
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly Health?: { Status: string } | null | undefined;
  };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  /** Null for a port that is not published; empty while the container does not run. */
  readonly NetworkSettings: { readonly Ports: Readonly<Record<string, readonly PortBinding[] | null>> | null };
}
interface PortBinding {
  readonly HostIp: string;
  readonly HostPort: string;
}

/**
 * A cluster whose processes are containers of one Docker daemon.
 * @param dockerHost address of the daemon; default DOCKER_HOST, else the local socket
 */
export function dockerAccess(clusterId: string, dockerHost?: string): ClusterAccess {
  const docker = new DockerTransport(dockerHost);
  const mounts = dockerFuseMount(docker);
  return {
    machine: () => docker.machineName(),
    async processes() {
      const containers = await docker.containers({ label: [`${CLUSTER_ID_LABEL}=${clusterId}`] });
      const ours = containers.filter((one) => !isHelper(one.labels[PROCESS_LABEL] ?? ""));
      const inspected = await Promise.all(ours.map((one) => docker.inspect(one.id)));
      return inspected.filter((one) => one !== undefined).map(observedProcess);
    },
    askMaster: (container, webPort) => askMaster(docker, container, webPort),
    askQuorum: (containers) => askQuorum(docker, containers),
    async mountCondition(mountPoint, image) {
      const inputs = { clusterId, mountPoint, image, container: "", containerId: "", condition: "mounted" } as const;
      return (await mounts.observe(inputs)).condition;
    },
  };
}

export function observedProcess(container: InspectedContainer): ObservedProcess {
  const { State: state, Config: config, NetworkSettings: network } = container;
  const name = container.Name.replace(/^\//, "");
  return {
    process: config.Labels[PROCESS_LABEL] ?? name,
    container: name,
    state: state.Status,
    health: healthOf(state.Health?.Status),
    ...(state.Status === "exited" ? { exitCode: state.ExitCode } : {}),
    image: container.Image,
    published: publishedPorts(network.Ports),
  };
}

function healthOf(status: string | undefined): Health {
  return status === "healthy" || status === "unhealthy" || status === "starting" ? status : "none";
}

function publishedPorts(ports: InspectedContainer["NetworkSettings"]["Ports"]): Record<number, string> {
  return Object.fromEntries(
    Object.entries(ports ?? {}).flatMap(([port, bindings]) => {
      const binding = bindings?.[0];
      return binding ? [[Number.parseInt(port, 10), `${reachable(binding.HostIp)}:${binding.HostPort}`] as const] : [];
    }),
  );
}

/** A port on every address is reached by the loopback one too. */
const reachable = (ip: string): string => (ip === "" || ip === "0.0.0.0" ? "127.0.0.1" : ip);
