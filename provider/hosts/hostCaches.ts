import { mastersIn } from "../../components/plan/quorum";
import type { ClusterPlan } from "../../components/plan/types";
import type { UnpersistedSight } from "../../components/plan/unpersisted";
import { askLeader } from "../probes/leader";
import { listUnpersisted } from "../probes/unpersisted";
import type { CacheAccess } from "../resources/changeGuard";
import { orInstead } from "../rpc/resource";
import type { Installation } from "../../components/plan/hosts/installation";
import { hostCommands } from "./hostCommands";
import type { Hosts } from "./hosts";

/** Asks the leader of a cluster on hosts for files that are nowhere but in its caches. */
export const hostCaches = (hosts: Hosts): CacheAccess => ({
  unpersisted: ({ plan, installation }) =>
    installation === undefined
      ? Promise.resolve({ unknown: "the state does not say where Alluxio is installed" })
      : orInstead(
          () => look(hosts, plan, installation),
          ({ message }) => ({ unknown: message }),
        ),
});

async function look(hosts: Hosts, plan: ClusterPlan, installation: Installation): Promise<UnpersistedSight> {
  const commands = hostCommands(hosts, installation);
  const masters = mastersIn(plan);
  const leader = await askLeader(
    commands,
    masters.map(({ hostname }) => hostname),
    masters[0]!.healthPort,
  );
  if (!leader) return { unknown: "no master leads" };
  return listUnpersisted(commands, leader.master);
}
