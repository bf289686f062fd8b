import { renamedCluster, renamedOnHosts, type Consequence } from "../../components/plan/consequences";
import type { ClusterPlan } from "../../components/plan/types";

/** A cluster of this stack that still has processes. */
export interface LivingCluster {
  readonly clusterId: string;
  readonly name: string;
}

export const renamed = (
  living: readonly LivingCluster[],
  { name, target }: Pick<ClusterPlan, "name" | "target">,
): Consequence[] =>
  living.map((one) => (target === "hosts" ? renamedOnHosts(one.name, name) : renamedCluster("name", one.name, name)));
