import type { Installation } from "../components/plan/hosts/installation";
import { hostCommands } from "../provider/hosts/hostCommands";
import { lookAtMount, parseHostMount } from "../provider/hosts/hostFuseMount";
import { conditionOf, lookAtService, parseUnitSight } from "../provider/hosts/hostService";
import type { Hosts } from "../provider/hosts/hosts";
import type { CommandRunner } from "../provider/probes/commandRunner";
import { askMaster } from "../provider/probes/leader";
import { askQuorum } from "../provider/probes/quorum";
import type { HostsAccess, UnitCondition } from "./observeHosts";

/** A cluster whose processes are units of systemd on hosts. It only looks. */
export function hostsClusterAccess(hosts: Hosts, clusterId: string, installation: Installation): HostsAccess {
  return {
    async service(host, { unit, healthPort }) {
      const asked = { host, clusterId, unit: { name: unit }, health: { port: healthPort, path: "/" } };
      const text = await lookAtService(hosts, asked);
      return unitCondition(parseUnitSight(text).unitText, conditionOf(text));
    },
    async mount(host, { mountPoint: { path }, service }) {
      const text = await lookAtMount(hosts, { host, clusterId, mountPoint: path, unit: { name: service.unit } });
      const { condition, unitText, process } = parseHostMount(text, path);
      return { condition, unit: unitCondition(unitText, process) };
    },
    askMaster: (host, webPort) => askMaster(looking(hosts), host, webPort),
    askQuorum: (masters) => askQuorum(hostCommands(hosts, installation), masters),
  };
}

/** Without a unit there is nothing that could be stopped. */
const unitCondition = (unitText: string, condition: UnitCondition): UnitCondition =>
  unitText === "" && condition === "stopped" ? "missing" : condition;

/** For scripts that need nothing of Alluxio, and so go to the host together with everything else that is asked there. */
const looking = (hosts: Hosts): CommandRunner => ({
  run: async (host, script, args, seconds) => ({
    ...{ code: 0, stderr: "" },
    stdout: await hosts.look(host, { script, args, seconds, what: "its master" }),
  }),
});
