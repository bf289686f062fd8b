import { canDecommission } from "../../components/plan/versions";
import { stateOf } from "../probes/containerCondition";
import { decommission } from "../probes/decommission";
import { askLeader } from "../probes/leader";
import { askQuorum, elect } from "../probes/quorum";
import { registeredMembers } from "../probes/registered";
import type { MembershipAccess, MembershipInputs } from "../resources/membership";
import { CLUSTER_ID_LABEL, PROCESS_LABEL, type DockerTransport, type OwnedContainer } from "../transports/docker";
import { lastErrorOf } from "./lastError";

const STOP_GRACE_SECONDS = 10;

/** The workers of a cluster whose processes are containers. */
export function dockerMembership(docker: DockerTransport): MembershipAccess {
  return {
    async observe(inputs) {
      const view = await askLeader(docker, inputs.masters, inputs.masterWebPort);
      return view && { leader: view.rpcAddress, workers: registeredMembers(view.workers, inputs.workers) };
    },

    quorum: ({ masters }) => askQuorum(docker, masters),

    async elect({ masters, masterWebPort }, address) {
      const leader = await askLeader(docker, masters, masterWebPort);
      if (leader) await elect(docker, leader.master, address);
    },

    async ailing(inputs) {
      const processes = await Promise.all(
        Object.entries(inputs.containers ?? {}).map(async ([process, id]) => {
          const found = await docker.inspect(id);
          return { process, state: found ? stateOf(found.State) : "gone" };
        }),
      );
      return processes.filter(({ state }) => state !== "healthy");
    },

    async containers(inputs) {
      const ours = await docker.containers({ label: [`${CLUSTER_ID_LABEL}=${inputs.clusterId}`] });
      return Object.fromEntries(
        Object.entries(inputs.containers ?? {}).flatMap(([process, id]) => {
          const bearing = ours.filter((one) => one.labels[PROCESS_LABEL] === process);
          const found = bearing.find((one) => one.id === id) ?? bearing[0];
          return found ? [[process, found.id]] : [];
        }),
      );
    },

    async expel(inputs, host) {
      const view = await askLeader(docker, inputs.masters, inputs.masterWebPort);
      const worker = view?.workers.find((one) => one.host === host);
      const container = await containerOf(docker, inputs, host);
      const ours = container?.labels[CLUSTER_ID_LABEL] === inputs.clusterId;
      const done: string[] = [];
      if (view && worker && canDecommission(inputs.alluxioVersion)) {
        await decommission(docker, view.master, worker, { disable: !ours });
        done.push("decommissioned");
      }
      if (container && ours) {
        await docker.stop(container.id, STOP_GRACE_SECONDS);
        done.push(`its container ${container.name} stopped`);
      } else {
        done.push(
          `its process ${container ? `(container ${container.name}, ${container.image}) ` : ""}left running, for it is not of this cluster`,
        );
      }
      return `worker ${host} is not in the spec: ${done.join(", ")}`;
    },

    async explain(inputs, host) {
      const container = await containerOf(docker, inputs, host);
      if (!container) return `no container on network ${inputs.network ?? ""} bears its name`;
      if (container.state !== "running")
        return `its container ${container.name} is ${container.state}; ${await lastErrorOf(docker, container.id)}`;
      return `its container ${container.name} runs; ${await lastErrorOf(docker, container.id)}`;
    },
  };
}

/** A worker registers under its host name, a network alias, or its address. */
async function containerOf(
  docker: DockerTransport,
  inputs: MembershipInputs,
  host: string,
): Promise<OwnedContainer | undefined> {
  const candidates = await docker.containers({ network: [inputs.network ?? ""] });
  for (const container of candidates) {
    if (container.addresses.includes(host) || container.name === host) return container;
    const details = await docker.inspect(container.id);
    const aliases = Object.values(details?.NetworkSettings.Networks ?? {}).flatMap(
      (network) => (network.Aliases ?? []) as string[],
    );
    if (details?.Config.Hostname === host || aliases.includes(host)) return container;
  }
  return undefined;
}
