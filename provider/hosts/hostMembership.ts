import { canDecommission } from "../../components/plan/versions";
import { decommission } from "../probes/decommission";
import { askLeader } from "../probes/leader";
import { askQuorum, dismiss, elect } from "../probes/quorum";
import { registeredMembers } from "../probes/registered";
import type { MemberService, MembershipAccess, MembershipInputs } from "../resources/membership";
import type { ServiceCondition } from "../resources/hosts/service";
import { orInstead, UserError } from "../rpc/resource";
import { hostCommands } from "./hostCommands";
import { conditionOf, journalOf, JOURNALS, lookAtService } from "./hostService";
import type { Hosts } from "./hosts";
import { LEDGER } from "./ledger";

/** Cluster id, unit of a master, its journal. The first of several masters has been healthy before there was a quorum. */
const REMEMBER = `${LEDGER}${JOURNALS}
has_served "$1" "$2"
`;

/** The workers of a cluster whose processes are services of hosts. */
export function hostMembership(hosts: Hosts): MembershipAccess {
  const commandsOf = ({ installation }: MembershipInputs) => {
    if (!installation) throw new UserError("a membership of hosts needs to know where Alluxio is installed");
    return hostCommands(hosts, installation);
  };
  const leaderOf = (inputs: MembershipInputs) => askLeader(commandsOf(inputs), inputs.masters, inputs.masterWebPort);
  const look = async (clusterId: string, { host, unit, healthPort }: MemberService): Promise<ServiceCondition> => {
    const asked = { host, clusterId, unit: { name: unit }, health: { port: healthPort, path: "/" } };
    return conditionOf(await lookAtService(hosts, asked));
  };

  return {
    async observe(inputs) {
      const view = await leaderOf(inputs);
      return view && { leader: view.rpcAddress, workers: registeredMembers(view.workers, inputs.workers) };
    },

    quorum: (inputs) => askQuorum(commandsOf(inputs), inputs.masters),

    async elect(inputs, address) {
      const leader = await leaderOf(inputs);
      if (leader) await elect(commandsOf(inputs), leader.master, address);
    },

    dismiss: (inputs, address) => dismiss(commandsOf(inputs), inputs.masters, address),

    async ailing({ clusterId, services: known = {} }) {
      const seen = await Promise.all(
        Object.entries(known).map(async ([process, service]) => ({
          process,
          state: await orInstead<string, string>(
            () => look(clusterId, service),
            ({ message }) => `not to be seen (${message})`,
          ),
        })),
      );
      return seen.filter(({ state }) => state !== "running");
    },

    containers: async () => undefined,

    async expel(inputs, host) {
      const leader = await leaderOf(inputs);
      const worker = leader?.workers.find((one) => one.host === host);
      if (!leader || !worker || !canDecommission(inputs.alluxioVersion))
        return `worker ${host} is not in the spec: Alluxio ${inputs.alluxioVersion} cannot let it go while its process runs`;
      // What runs there is for the engine to stop, which removes what left the spec at the end; or it is not ours.
      return orInstead(
        async () => {
          await decommission(commandsOf(inputs), leader.master, worker, { disable: true });
          return `worker ${host} is not in the spec: decommissioned`;
        },
        // One that is dead is listed until the leader gives it up.
        ({ message }) => `worker ${host} is not in the spec, and could not be let go gently: ${message}`,
      );
    },

    async remember({ clusterId, services: known = {} }) {
      const notes = Object.values(known).map(async ({ host, unit, journalFolder }) => {
        if (journalFolder === undefined) return;
        const what = `the note on the journal ${journalFolder}`;
        await hosts.act(host, { script: REMEMBER, args: [clusterId, unit, journalFolder], what });
      });
      await Promise.all(notes);
    },

    async explain({ clusterId, services: known = {} }, host) {
      const service = Object.values(known).find((one) => one.host === host && one.role === "worker");
      if (!service) return `no service of this cluster is a worker on host ${host}`;
      return orInstead(
        async () => {
          const condition = await look(clusterId, service);
          const said = (await journalOf(hosts, host, service.unit)).trim().split("\n").at(-1);
          return `${service.unit} on host ${host} is ${condition}; its journal ends: ${said || "with nothing"}`;
        },
        ({ message }) => message,
      );
    },
  };
}
