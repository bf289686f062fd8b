import { canDecommission } from "../../components/plan/versions";
import { askLeader, type RegisteredWorker } from "../probes/leader";
import { stateOf } from "../probes/containerCondition";
import { askQuorum, elect } from "../probes/quorum";
import type { Member, MembershipAccess, MembershipInputs } from "../resources/membership";
import { UserError } from "../rpc/resource";
import { CLUSTER_ID_LABEL, PROCESS_LABEL, type DockerTransport, type OwnedContainer } from "../transports/docker";
import { lastErrorOf } from "./lastError";

const STOP_GRACE_SECONDS = 10;
/** How long a worker may take to finish what it serves. */
const DRAIN_SECONDS = 10;
const DECOMMISSION_SECONDS = 120;

/** The workers of a cluster whose processes are containers. */
export function dockerMembership(docker: DockerTransport): MembershipAccess {
  return {
    async observe(inputs) {
      const view = await askLeader(docker, inputs.masters, inputs.masterWebPort);
      return view && { leader: view.rpcAddress, workers: members(view.workers, inputs) };
    },

    quorum: ({ masters }) => askQuorum(docker, masters),

    async elect({ masters, masterWebPort }, address) {
      const leader = await askLeader(docker, masters, masterWebPort);
      if (leader) await elect(docker, leader.master, address);
    },

    async ailing(inputs) {
      const processes = await Promise.all(
        Object.entries(inputs.containers).map(async ([process, id]) => {
          const found = await docker.inspect(id);
          return { process, state: found ? stateOf(found.State) : "gone" };
        }),
      );
      return processes.filter(({ state }) => state !== "healthy");
    },

    async containers(inputs) {
      const ours = await docker.containers({ label: [`${CLUSTER_ID_LABEL}=${inputs.clusterId}`] });
      return Object.fromEntries(
        Object.entries(inputs.containers).flatMap(([process, id]) => {
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
      if (!container) return `no container on network ${inputs.network} bears its name`;
      if (container.state !== "running")
        return `its container ${container.name} is ${container.state}; ${await lastErrorOf(docker, container.id)}`;
      return `its container ${container.name} runs; ${await lastErrorOf(docker, container.id)}`;
    },
  };
}

/** What the leader lists, without those that it has given up. */
export function members(
  workers: readonly RegisteredWorker[],
  { workers: wanted }: Pick<MembershipInputs, "workers">,
): Record<string, Member> {
  const withVersion = Object.values(wanted).some((member) => member.version !== undefined);
  return Object.fromEntries(
    workers
      .filter((worker) => !/^(lost|decommissioned|disabled|out of service)$/i.test(worker.state))
      .map((worker) => [
        worker.host,
        { capacityBytes: worker.capacityBytes, ...(withVersion && worker.version ? { version: worker.version } : {}) },
      ]),
  );
}

/**
 * Takes a worker out once its clients have finished. The command waits until every client must have seen it, two minutes
 * by default; here a second will do. With `disable` a process that goes on running, or is restarted, stays out.
 */
async function decommission(
  docker: DockerTransport,
  master: string,
  worker: RegisteredWorker,
  { disable }: { disable: boolean },
): Promise<void> {
  const result = await docker.run(
    master,
    'alluxio fsadmin -Dalluxio.user.worker.list.refresh.interval=1s decommissionWorker --addresses "$1" --wait "$2" $3',
    [`${worker.host}:${worker.webPort}`, `${DRAIN_SECONDS}s`, disable ? "--disable" : ""],
    DECOMMISSION_SECONDS,
  );
  if (result.code !== 0) {
    throw new UserError(
      `worker ${worker.host} cannot be decommissioned: ${lastLines(result.stdout + result.stderr, 3)}`,
    );
  }
}

/** A worker registers under its host name, a network alias, or its address. */
async function containerOf(
  docker: DockerTransport,
  inputs: MembershipInputs,
  host: string,
): Promise<OwnedContainer | undefined> {
  const candidates = await docker.containers({ network: [inputs.network] });
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

const lastLines = (text: string, count: number): string => text.trim().split("\n").slice(-count).join(" / ");
