import { dockerFuseMount } from "../../provider/docker/dockerMounts";
import { dockerNames } from "../../provider/docker/dockerNames";
import { fuseMountsAt, parseMountinfo } from "../../provider/probes/mountinfo";
import { CLUSTER_ID_LABEL, DockerTransport, PROCESS_LABEL, VOLUME_LABEL } from "../../provider/transports/docker";
import { describeAct, planRecovery, type Act, type ObservedObjects } from "./planRecovery";
import type { StackState } from "./stackState";

/**
 * Removes what a killed run has left on the machine: only what bears this stack's cluster id and its state does not know.
 *
 * @param dockerHost of the daemon where the state names none; default DOCKER_HOST, else the local socket
 * @param thorough a run was killed, so that mounts are looked at too, which takes a container
 * @param tell gets one line for each act
 * @returns whether anything was found
 */
export async function recoverObjects(
  state: StackState,
  {
    thorough,
    dockerHost,
    tell,
  }: { readonly thorough: boolean; readonly dockerHost?: string | undefined; readonly tell: (line: string) => void },
): Promise<boolean> {
  const { clusterId } = state;
  // On hosts, ledgers know what was made, and the state has been told what was begun.
  if (clusterId === undefined || state.target === "hosts") return false;
  const docker = new DockerTransport(state.dockerHost ?? dockerHost);
  const objects = await observe(docker, clusterId);
  const look = thorough || planRecovery(state, { ...objects, mounts: [] }).length > 0;
  const mounts = look ? await mountsOf(docker, clusterId, state) : [];
  const acts = planRecovery(state, { ...objects, mounts });
  for (const act of acts) {
    await carryOut(docker, clusterId, state, act);
    tell(describeAct(act));
  }
  return acts.length > 0;
}

async function observe(docker: DockerTransport, clusterId: string): Promise<Omit<ObservedObjects, "mounts">> {
  const label = `${CLUSTER_ID_LABEL}=${clusterId}`;
  const names = dockerNames(docker);
  const [containers, networks, volumes] = await Promise.all([
    docker.containers({ label: [label] }),
    docker.networks(label),
    docker.volumes(label),
  ]);
  return {
    containers: containers.map(({ id, name, state, labels }) => ({
      id,
      name,
      running: state === "running" || state === "paused",
      process: labels[PROCESS_LABEL] ?? "",
    })),
    networks: await Promise.all(
      networks.map(async ({ id, name }) => ({ id, name, strangers: await names.strangersOn(id, clusterId) })),
    ),
    volumes: await Promise.all(
      volumes.map(async ({ name, labels }) => ({
        name,
        ramdisk: labels[VOLUME_LABEL] === undefined && (await isTmpfs(docker, name)),
      })),
    ),
  };
}

const isTmpfs = async (docker: DockerTransport, volume: string): Promise<boolean> =>
  (await docker.named("volume", volume)).some(({ driverOpts }) => driverOpts?.["type"] === "tmpfs");

async function mountsOf(docker: DockerTransport, clusterId: string, state: StackState): Promise<string[]> {
  if (state.image === undefined || state.mountPoints.length === 0) return [];
  const { stdout } = await docker.runOnHost(state.image, clusterId, "cat /proc/self/mountinfo");
  const mounted = parseMountinfo(stdout);
  return state.mountPoints.filter((mountPoint) => fuseMountsAt(mounted, mountPoint).length > 0);
}

async function carryOut(docker: DockerTransport, clusterId: string, { image }: StackState, act: Act): Promise<void> {
  const names = dockerNames(docker);
  switch (act.kind) {
    case "remove container":
      return names.remove("container", act.id);
    case "remove network":
      return names.remove("network", act.id);
    case "remove ramdisk":
      return names.remove("volume", act.name);
    case "leave network":
      return;
    case "detach mount": {
      const place = { clusterId, mountPoint: act.mountPoint, image: image ?? "" };
      return dockerFuseMount(docker).detach({ ...place, container: "", containerId: "", condition: "mounted" });
    }
    default:
      return act satisfies never;
  }
}
