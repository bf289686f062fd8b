import { check, type Surroundings } from "../../components/plan/check";
import type { ClusterPlan } from "../../components/plan/types";
import type { Problem } from "../../components/spec/problem";
import { changesBetween } from "../rpc/changes";
import { UserError, type ResourceKind } from "../rpc/resource";
import { plain } from "../rpc/values";

export interface PreflightInputs {
  readonly plan: ClusterPlan;
  readonly clusterId: string;
  readonly image: string;
}

export interface PreflightAccess {
  /** @param running whether the cluster runs already, and so uses a part of the machine itself */
  gather(inputs: PreflightInputs, running: boolean): Promise<Surroundings>;
}

/**
 * Looks at the machine before anything is touched: whenever the plan is new or changed, also in a preview. Everything
 * that the machine cannot give is told at once. An unchanged plan costs no look.
 */
export function preflight(access: PreflightAccess): ResourceKind<PreflightInputs> {
  const inspect = async (inputs: PreflightInputs, running: boolean): Promise<void> => {
    const problems = check(inputs.plan, await access.gather(inputs, running));
    if (problems.length > 0) throw new UserError(describe(problems));
  };
  return {
    token: "alluxio:index:Preflight",
    check: async () => [],
    diff: ({ oldInputs, news }) => changesBetween(plain(oldInputs.plan), plain(news.plan), "plan"),
    preview: async ({ news, state }) => {
      await inspect(news, state !== undefined);
      return plain(news);
    },
    create: async ({ name, news }) => {
      await inspect(news, false);
      return { id: name, state: news };
    },
    read: async ({ state }) => state,
    update: async ({ news }) => {
      await inspect(news, true);
      return news;
    },
    delete: async () => undefined,
  };
}

function describe(problems: readonly Problem[]): string {
  const list = problems.map(({ path, message }) => `  - ${path}: ${message}`).join("\n");
  return `this machine cannot run the cluster (${problems.length} ${problems.length === 1 ? "reason" : "reasons"}), nothing was touched:\n${list}`;
}
