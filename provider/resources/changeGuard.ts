import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { announcementOf } from "../../components/plan/announcement";
import { consequencesOf, type Consequence } from "../../components/plan/consequences";
import { judge, stateToken, type Verdict } from "../../components/plan/confirmation";
import { beginsWithBackup, foreignJournals, type BackupSight } from "../../components/plan/foreignJournals";
import { abandonedJournals, lostJournals, type JournalSight } from "../../components/plan/lostJournals";
import { formedAfter } from "../../components/plan/movedMasters";
import { mastersIn, type JournalPlace } from "../../components/plan/quorum";
import type { ClusterPlan } from "../../components/plan/types";
import { nothingUnpersisted, unpersistedLoss, type UnpersistedSight } from "../../components/plan/unpersisted";
import type { Installation } from "../../components/plan/hosts/installation";
import { changesBetween } from "../rpc/changes";
import { plain, UNKNOWN, type Properties } from "../rpc/values";
import type { InputFailure, Progress, ResourceKind } from "../rpc/resource";
import { renamed, type LivingCluster } from "./earlierLife";

export interface ChangeGuardInputs {
  readonly plan: ClusterPlan;
  readonly confirm: readonly string[];
  /** Identity of the stack (backend, project and name, hashed): finds what an earlier life of it has kept. */
  readonly owner: string;
  /** Target hosts: where Alluxio's commands are. */
  readonly installation?: Installation;
}

export interface ChangeGuardState extends ChangeGuardInputs {
  /** Random, made once: it decides what is ours. */
  readonly clusterId: string;
  /** With how many masters, from the first, the quorum was formed: those that came later have to join it. */
  readonly formedWith: number;
}

/** What it asks of the running cluster. */
export interface CacheAccess {
  /** Which files are in the caches alone, as far as that can be told in bounded time. */
  unpersisted(inputs: ChangeGuardInputs): Promise<UnpersistedSight>;
}

/** What it asks of the machines that keep journals in folders of theirs. */
export interface JournalAccess {
  /** The journal of each master of the plan. */
  journals(inputs: ChangeGuardInputs): Promise<readonly JournalSight[]>;
  /** Where masters of this stack have served from, on any host of the plan, as its ledgers know. */
  served(inputs: ChangeGuardInputs): Promise<readonly JournalPlace[]>;
  /** What masters without a journal are to begin with. @returns undefined where there is none, or it is not there yet */
  backup(inputs: ChangeGuardInputs): Promise<BackupSight | undefined>;
}

/** Volumes are looked after by resources of their own. */
const NO_FOLDERS: JournalAccess = {
  journals: async () => [],
  served: async () => [],
  backup: async () => undefined,
};

export interface KeptCluster {
  readonly clusterId: string;
  readonly journals: number;
  /** Absent where there is nothing to tell the user of. @example "the volumes that this stack had kept" */
  readonly told?: string;
}

/** What earlier lives of a stack have left on its machines, whatever its state knows. */
export interface EarlierLives {
  /**
   * What a new cluster takes over from an earlier life of the stack: its id, and how many journals were kept.
   * @throws UserError where something of another cluster stands in its place
   */
  kept(inputs: ChangeGuardInputs): Promise<KeptCluster | undefined>;
  /** Clusters of this stack that live under another name. */
  livingUnderOtherName(inputs: ChangeGuardInputs): Promise<readonly LivingCluster[]>;
}

const CLUSTER_ID_BYTES = 8;

/**
 * The first resource of a cluster: all others depend on it. It gives the cluster its id, announces what a change of the
 * spec does, and refuses each loss that the spec does not confirm.
 */
export function changeGuard(
  lives: EarlierLives,
  caches: CacheAccess,
  folders: JournalAccess = NO_FOLDERS,
): ResourceKind<ChangeGuardInputs, ChangeGuardState> {
  return {
    token: "alluxio:index:ChangeGuard",
    check: async ({ olds, news, progress }) => {
      if (!olds) return checkNew(news, progress);
      const changed = !isDeepStrictEqual(olds.plan, news.plan);
      const found = await folders.journals(olds);
      const lost = lostJournals(found);
      // A run that failed before it touched anything has left them as they were.
      const taken = await takenOver(news, changed ? await folders.journals(news) : found);
      const told = changed ? consequencesOf(olds.plan, news.plan) : [];
      // Only a lost cache is worth the question: no other change waits for an answer.
      const sight = told.some((one) => one.effect === "cache loss") ? await caches.unpersisted(olds) : undefined;
      const verdict = judge(
        [...lost, ...taken, ...told, ...(sight ? unpersistedLoss(sight) : [])],
        news.confirm,
        stateToken(olds.plan, olds.confirm),
      );
      if (changed) {
        const looked = sight && !("unknown" in sight) && sight.unpersisted === 0 ? [nothingUnpersisted(sight)] : [];
        const announcement = announcementOf(olds.plan, news.plan, { ...verdict, looked });
        const losses = [...verdict.refused, ...verdict.accepted].filter((one) => one.effect.endsWith("loss"));
        if (losses.length > 0) progress.warn(announcement);
        else progress.info(announcement);
      } else {
        for (const { change } of verdict.accepted) progress.warn(`${change}: confirmed`);
      }
      return refusals(verdict, progress);
    },
    diff: ({ state, news }) => changesBetween(pick(state), pick(news)),
    preview: async ({ news, state }) => ({
      ...pick(news),
      clusterId: state?.clusterId ?? UNKNOWN,
      formedWith: state ? formedAfter(state.formedWith, state.plan, news.plan) : mastersIn(news.plan).length,
    }),
    create: async ({ news, progress }) => {
      const kept = await lives.kept(news);
      if (kept?.told !== undefined) progress.info(`goes on with ${kept.told} (cluster id ${kept.clusterId})`);
      const clusterId = kept?.clusterId ?? randomBytes(CLUSTER_ID_BYTES).toString("hex");
      // A kept journal is a quorum that exists: masters beyond it have to join.
      const formedWith = kept?.journals || mastersIn(news.plan).length;
      return { id: clusterId, state: { ...news, clusterId, formedWith } };
    },
    read: async ({ state }) => state,
    update: async ({ state, news }) => ({
      ...news,
      clusterId: state.clusterId,
      formedWith: formedAfter(state.formedWith, state.plan, news.plan),
    }),
    delete: async () => undefined,
  };

  /** What masters that have not served yet go on with, or begin with. */
  async function takenOver(news: ChangeGuardInputs, found: readonly JournalSight[]): Promise<Consequence[]> {
    const isFirst = found.every(({ seen }) => seen === "never formed");
    return [...foreignJournals(found), ...(isFirst ? beginsWithBackup(await folders.backup(news)) : [])];
  }

  /** A new guard of a stack that has a cluster already: its name was changed. */
  async function checkNew(news: ChangeGuardInputs, progress: Progress): Promise<InputFailure[]> {
    const living = await lives.livingUnderOtherName(news);
    // A state that was lost says nothing of what its cluster had.
    const [found, served] = await Promise.all([folders.journals(news), folders.served(news)]);
    // Those of a cluster that only changed its name are nobody else's.
    const taken = living.length > 0 ? [] : await takenOver(news, found);
    const told = [...renamed(living, news.plan), ...lostJournals(found), ...abandonedJournals(served, found), ...taken];
    return told.length === 0 ? [] : refusals(judge(told, news.confirm, stateToken(living)), progress);
  }
}

/** What is refused, each with the line that would accept it; stale lines are only named. */
function refusals(verdict: Verdict, progress: Progress): InputFailure[] {
  for (const entry of verdict.stale)
    progress.warn(`confirm holds ${JSON.stringify(entry)}, which nothing asks for: remove it`);
  // Nobody is asked to accept what a change would lose that cannot be made.
  const cannotBe = verdict.refused.some(({ impossible }) => impossible);
  return verdict.refused.map(({ effect, change, reason, confirmation }): InputFailure => {
    const remedy = cannotBe ? "" : ` To accept it, add to the spec: confirm: [${JSON.stringify(confirmation)}]`;
    return { reason: `${effect}: ${change}: ${reason}.${remedy}` };
  });
}

const pick = ({ plan, confirm, owner, installation }: ChangeGuardInputs): Properties =>
  plain({ plan, confirm, owner, installation });
