import type { UnpersistedSight } from "../../components/plan/unpersisted";
import { mastersIn } from "../../components/plan/quorum";
import type { ClusterPlan } from "../../components/plan/types";
import { askLeader } from "../probes/leader";
import { listUnpersisted } from "../probes/unpersisted";
import type { CacheAccess } from "../resources/changeGuard";
import { orInstead } from "../rpc/resource";
import { CLUSTER_ID_LABEL, OWNER_LABEL, PROCESS_LABEL, type DockerTransport } from "../transports/docker";

/** Asks the leader of a stack's running cluster, which is found by its volumes: a check has no state to tell its id. */
export function dockerCaches(docker: DockerTransport): CacheAccess {
  return {
    unpersisted: ({ owner, plan }) =>
      orInstead(
        () => look(docker, owner, plan),
        ({ message }) => ({ unknown: message }),
      ),
  };
}

async function look(docker: DockerTransport, owner: string, plan: ClusterPlan): Promise<UnpersistedSight> {
  const volumes = await docker.volumes(`${OWNER_LABEL}=${owner}`);
  const ids = new Set(volumes.flatMap((volume) => volume.labels[CLUSTER_ID_LABEL] ?? []));
  const found = await Promise.all([...ids].map((id) => docker.containers({ label: [`${CLUSTER_ID_LABEL}=${id}`] })));
  const planned = mastersIn(plan);
  const names = new Set(planned.map((master) => master.name));
  const masters = found
    .flat()
    .filter((one) => one.state === "running" && names.has(one.labels[PROCESS_LABEL] ?? ""))
    .map((one) => one.name);
  if (masters.length === 0) return { unknown: "no master runs" };
  const leader = await askLeader(docker, masters, planned[0]!.healthPort);
  if (!leader) return { unknown: "no master leads" };
  return listUnpersisted(docker, leader.master);
}
