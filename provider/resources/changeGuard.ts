import { randomBytes } from "node:crypto";
import { consequencesOf } from "../../components/plan/consequences";
import { judge, stateToken } from "../../components/plan/confirmation";
import { mastersIn } from "../../components/plan/quorum";
import type { ClusterPlan } from "../../components/plan/types";
import { changesBetween } from "../rpc/changes";
import { plain, UNKNOWN, type Properties } from "../rpc/values";
import { UserError, type InputFailure, type ResourceKind } from "../rpc/resource";
import { CLUSTER_ID_LABEL, OWNER_LABEL, VOLUME_LABEL, type DockerTransport } from "../transports/docker";

export interface ChangeGuardInputs {
  readonly plan: ClusterPlan;
  readonly confirm: readonly string[];
  /** Identity of the stack (backend, project and name, hashed): finds what an earlier life of it has kept. */
  readonly owner: string;
}

export interface ChangeGuardState extends ChangeGuardInputs {
  /** Random, made once: it decides what is ours. */
  readonly clusterId: string;
  /** With how many masters the quorum was first formed: those that came later have to join it. */
  readonly formedWith: number;
}

const CLUSTER_ID_BYTES = 8;

/**
 * The first resource of a cluster: all others depend on it. It gives the cluster its id, announces what a change of the
 * spec does, and refuses each loss that the spec does not confirm.
 */
export function changeGuard(
  docker: Pick<DockerTransport, "volumes">,
): ResourceKind<ChangeGuardInputs, ChangeGuardState> {
  return {
    token: "alluxio:index:ChangeGuard",
    check: async ({ olds, news, progress }) => {
      if (!olds) return [];
      const token = stateToken(olds.plan, olds.confirm);
      const { refused, accepted, stale } = judge(consequencesOf(olds.plan, news.plan), news.confirm, token);
      for (const { effect, change, reason } of accepted.filter((one) => one.effect.endsWith("loss"))) {
        progress.warn(`${effect}: ${change}: ${reason}`);
      }
      for (const entry of stale)
        progress.warn(`confirm holds ${JSON.stringify(entry)}, which nothing asks for: remove it`);
      return refused.map(({ effect, change, reason, confirmation, impossible }): InputFailure => {
        const remedy = impossible ? "" : ` To accept it, add to the spec: confirm: [${JSON.stringify(confirmation)}]`;
        return { property: "plan", reason: `${effect}: ${change}: ${reason}.${remedy}` };
      });
    },
    diff: ({ state, news }) => changesBetween(pick(state), pick(news)),
    preview: async ({ news, state }) => ({
      ...pick(news),
      clusterId: state?.clusterId ?? UNKNOWN,
      formedWith: state?.formedWith ?? mastersIn(news.plan).length,
    }),
    create: async ({ news, progress }) => {
      const kept = await keptVolumes(docker, news.owner);
      if (kept) progress.info(`takes back the volumes that this stack had kept (cluster id ${kept.clusterId})`);
      const clusterId = kept?.clusterId ?? randomBytes(CLUSTER_ID_BYTES).toString("hex");
      // A kept journal is a quorum that exists: masters beyond it have to join.
      const formedWith = kept?.journals || mastersIn(news.plan).length;
      return { id: clusterId, state: { ...news, clusterId, formedWith } };
    },
    read: async ({ state }) => state,
    update: async ({ state, news }) => ({ ...news, clusterId: state.clusterId, formedWith: state.formedWith }),
    delete: async () => undefined,
  };
}

const pick = ({ plan, confirm, owner }: ChangeGuardInputs): Properties => plain({ plan, confirm, owner });

/** What an earlier life of the stack has kept: the id of its cluster, and how many journals. */
async function keptVolumes(
  docker: Pick<DockerTransport, "volumes">,
  owner: string,
): Promise<{ clusterId: string; journals: number } | undefined> {
  const volumes = await docker.volumes(`${OWNER_LABEL}=${owner}`);
  const ids = [...new Set(volumes.map((volume) => volume.labels[CLUSTER_ID_LABEL]).filter((id) => id !== undefined))];
  if (ids.length > 1) {
    const list = volumes
      .map((volume) => `${volume.name} (cluster id ${volume.labels[CLUSTER_ID_LABEL] ?? "none"})`)
      .join(", ");
    throw new UserError(
      `this stack left volumes of ${ids.length} clusters, and only those of one can be taken back: ${list}. ` +
        "Remove those that you do not need with `docker volume rm`",
    );
  }
  const journals = volumes.filter((volume) => volume.labels[VOLUME_LABEL]?.startsWith("journal-")).length;
  return ids[0] === undefined ? undefined : { clusterId: ids[0], journals };
}
