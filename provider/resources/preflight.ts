import { check, type Surroundings } from "../../components/plan/check";
import { declaredRuns } from "../../components/plan/declared";
import type { ClusterPlan } from "../../components/plan/types";
import type { Problem } from "../../components/spec/problem";
import { changesBetween, type PropertyChange } from "../rpc/changes";
import { Unhealthy, Unreachable, UserError, type ResourceKind } from "../rpc/resource";
import { plain } from "../rpc/values";
import { driftChanges, impostorsIn, nextGenerations, type Deviations, type Generations } from "./processDrift";

export interface PreflightInputs {
  readonly plan: ClusterPlan;
  readonly clusterId: string;
  /** Id of the image that the processes run. */
  readonly image: string;
  /** Declared: how every process runs. In the state: only what is otherwise. */
  readonly processes?: Deviations;
  /** Declared: the tag by which the image was found → its id. In the state: what the tag stands for now. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** The plan as it runs. */
export interface RunningPlan extends ClusterPlan {
  /**
   * Stands here and not beside the plan, for of outputs a preview knows only those that the state has, and the state of
   * version 0.1.0 has the plan.
   */
  readonly generations?: Generations;
}

export interface PreflightState extends PreflightInputs {
  readonly plan: RunningPlan;
}

export interface PreflightAccess {
  /** @param running whether the cluster runs already, and so uses a part of the machine itself */
  gather(inputs: PreflightInputs, running: boolean): Promise<Surroundings>;
}

/** The containers and tags of a cluster that runs. */
export interface DriftAccess {
  /** One look at all processes of the plan; only what is not as declared. */
  observe(inputs: PreflightInputs): Promise<Deviations>;
  /** What the tags stand for now: id of an image, or `none`. */
  tags(tags: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>>;
  /** Gives a tag back to an image. Another one that it would leave without any name gets one. @returns what was done */
  restoreTag(tag: string, image: string): Promise<string>;
}

/**
 * What is looked at before anything is touched.
 *
 * The machine: whenever the plan is new or changed, also in a preview. Everything that it cannot give is told at once. An
 * unchanged plan costs no look.
 *
 * The processes that run: all of them at once, for what the docker plugin does not see. Each that is not as declared is
 * counted up in `generations`, from which its container gets a label, so that the plugin replaces this one and no other.
 */
export function preflight(machine: PreflightAccess, drift: DriftAccess): ResourceKind<PreflightInputs, PreflightState> {
  const inspect = async (inputs: PreflightInputs, running: boolean): Promise<void> => {
    const problems = check(inputs.plan, await machine.gather(inputs, running));
    if (problems.length > 0) throw new UserError(describe(problems));
  };
  const refuseImpostors = (seen: Deviations | undefined): void => {
    const told = impostorsIn(seen ?? {});
    if (told !== undefined) throw new UserError(told);
  };
  const settled = (news: PreflightInputs, state: PreflightState | undefined): PreflightState => {
    const before = state?.plan.generations ?? {};
    const generations = nextGenerations(before, state?.processes ?? {}, declaredRuns(news.plan));
    return { ...news, plan: { ...news.plan, generations }, processes: {} };
  };
  const movedTags = (state: PreflightState, news: PreflightInputs): PropertyChange[] =>
    Object.entries(news.tags ?? {}).flatMap(([tag, image]) =>
      // The state tells nothing of a tag that was never looked at.
      state.tags?.[tag] === undefined ? [] : changesBetween(state.tags[tag], image, `tags[${JSON.stringify(tag)}]`),
    );

  return {
    token: "alluxio:index:Preflight",
    check: async () => [],
    diff: ({ state, oldInputs, news }) => [
      ...changesBetween(plain(oldInputs.plan), plain(news.plan), "plan"),
      ...driftChanges(state.processes ?? {}, declaredRuns(news.plan)),
      ...movedTags(state, news),
    ],
    preview: async ({ news, state }) => {
      refuseImpostors(state?.processes);
      await inspect(news, state !== undefined);
      return plain(settled(news, state));
    },
    create: async ({ name, news }) => {
      await inspect(news, false);
      return { id: name, state: settled(news, undefined) };
    },
    read: async ({ id, state, inputs }) => {
      try {
        const [processes, tags] = await Promise.all([drift.observe(inputs), drift.tags(inputs.tags ?? {})]);
        return { ...state, processes, tags };
      } catch (error) {
        if (error instanceof UserError && !(error instanceof Unreachable))
          throw new Unhealthy(`the processes cannot be looked at: ${error.message}`, { id, state });
        throw error;
      }
    },
    update: async ({ state, news, progress }) => {
      refuseImpostors(state.processes);
      await inspect(news, true);
      for (const { path } of movedTags(state, news)) {
        const [tag, image] = Object.entries(news.tags ?? {}).find(([one]) => path === `tags[${JSON.stringify(one)}]`)!;
        progress.info(await drift.restoreTag(tag, image));
      }
      return settled(news, state);
    },
    delete: async () => undefined,
  };
}

function describe(problems: readonly Problem[]): string {
  const list = problems.map(({ path, message }) => `  - ${path}: ${message}`).join("\n");
  return `this machine cannot run the cluster (${problems.length} ${problems.length === 1 ? "reason" : "reasons"}), nothing was touched:\n${list}`;
}
