import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { planCluster } from "../../components/plan/planCluster";
import type { ClusterPlan } from "../../components/plan/types";
import type { ClusterConfig } from "../../components/spec/config";
import { parseSpec } from "../../components/spec/parse";
import { chosenImage } from "../../stacks/images";

/** The stack for which set-up has chosen an image. */
export const STACK = "dev";

/** An example stack's spec, with what is given in place of its own. Nothing is kept: each round begins with nothing. */
export function exampleConfig(project: string, name: string, change: Partial<ClusterConfig> = {}): ClusterConfig {
  const file = parse(readFileSync(join(project, `Pulumi.${name}.yaml`), "utf8")) as {
    config: { "alluxio:cluster": ClusterConfig };
  };
  return { ...file.config["alluxio:cluster"], underStorage: { volume: {} }, ...change };
}

export function planOf(config: ClusterConfig): ClusterPlan {
  const parsed = parseSpec(config, { stack: STACK });
  if (parsed.problems) throw new Error(JSON.stringify(parsed.problems));
  return planCluster(parsed.spec);
}

/** Id of the image that set-up chose. */
export function imageOf(project: string, { version, image }: Pick<ClusterPlan, "version" | "image">): string {
  const chosen = chosenImage(project, STACK, { version, image });
  if (!chosen) throw new Error(`set-up has chosen no image of Alluxio ${version}: run \`npm run setup\``);
  return chosen.id;
}
