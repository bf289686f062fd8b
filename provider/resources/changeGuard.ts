import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { announcementOf } from "../../components/plan/announcement";
import { consequencesOf } from "../../components/plan/consequences";
import { judge, stateToken, type Verdict } from "../../components/plan/confirmation";
import { mastersIn } from "../../components/plan/quorum";
import type { ClusterPlan } from "../../components/plan/types";
import { nothingUnpersisted, unpersistedLoss, type UnpersistedSight } from "../../components/plan/unpersisted";
import { changesBetween } from "../rpc/changes";
import { plain, UNKNOWN, type Properties } from "../rpc/values";
import type { InputFailure, Progress, ResourceKind } from "../rpc/resource";
import { keptVolumes, livingUnderOtherName, renamed, type OwnedObjects } from "./earlierLife";

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

/** What it asks of the running cluster. */
export interface CacheAccess {
  /** Which files are in the caches alone, as far as that can be told in bounded time. */
  unpersisted(owner: string, plan: ClusterPlan): Promise<UnpersistedSight>;
}

const CLUSTER_ID_BYTES = 8;

/**
 * The first resource of a cluster: all others depend on it. It gives the cluster its id, announces what a change of the
 * spec does, and refuses each loss that the spec does not confirm.
 */
export function changeGuard(
  docker: OwnedObjects,
  caches: CacheAccess,
): ResourceKind<ChangeGuardInputs, ChangeGuardState> {
  return {
    token: "alluxio:index:ChangeGuard",
    check: async ({ olds, news, progress }) => {
      if (!olds) return checkNew(news, progress);
      const changed = !isDeepStrictEqual(olds.plan, news.plan);
      const told = changed ? consequencesOf(olds.plan, news.plan) : [];
      // Only a lost cache is worth the question: no other change waits for an answer.
      const sight = told.some((one) => one.effect === "cache loss")
        ? await caches.unpersisted(olds.owner, olds.plan)
        : undefined;
      const verdict = judge(
        [...told, ...(sight ? unpersistedLoss(sight) : [])],
        news.confirm,
        stateToken(olds.plan, olds.confirm),
      );
      if (changed) {
        const looked = sight && !("unknown" in sight) && sight.unpersisted === 0 ? [nothingUnpersisted(sight)] : [];
        const announcement = announcementOf(olds.plan, news.plan, { ...verdict, looked });
        const losses = [...verdict.refused, ...verdict.accepted].filter((one) => one.effect.endsWith("loss"));
        if (losses.length > 0) progress.warn(announcement);
        else progress.info(announcement);
      }
      return refusals(verdict, progress);
    },
    diff: ({ state, news }) => changesBetween(pick(state), pick(news)),
    preview: async ({ news, state }) => ({
      ...pick(news),
      clusterId: state?.clusterId ?? UNKNOWN,
      formedWith: state?.formedWith ?? mastersIn(news.plan).length,
    }),
    create: async ({ news, progress }) => {
      const kept = await keptVolumes(docker, news.owner, news.plan.name);
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

  /** A new guard of a stack that has a cluster already: its name was changed. */
  async function checkNew(news: ChangeGuardInputs, progress: Progress): Promise<InputFailure[]> {
    const living = await livingUnderOtherName(docker, news.owner, news.plan.name);
    if (living.length === 0) return [];
    return refusals(judge(renamed(living, news.plan.name), news.confirm, stateToken(living)), progress);
  }
}

/** What is refused, each with the line that would accept it; stale lines are only named. */
function refusals(verdict: Verdict, progress: Progress): InputFailure[] {
  for (const entry of verdict.stale)
    progress.warn(`confirm holds ${JSON.stringify(entry)}, which nothing asks for: remove it`);
  return verdict.refused.map(({ effect, change, reason, confirmation, impossible }): InputFailure => {
    const remedy = impossible ? "" : ` To accept it, add to the spec: confirm: [${JSON.stringify(confirmation)}]`;
    return { reason: `${effect}: ${change}: ${reason}.${remedy}` };
  });
}

const pick = ({ plan, confirm, owner }: ChangeGuardInputs): Properties => plain({ plan, confirm, owner });
