import type * as pulumi from "@pulumi/pulumi";
import { getStack } from "@pulumi/pulumi";
import { ephemeralLabels, type Ephemeral } from "../plan/ephemeral";
import type { ClusterPlan } from "../plan/types";

export interface Label {
  readonly label: string;
  readonly value: pulumi.Input<string>;
}

/** On everything that is made: the id decides what is ours, the others are for people. */
export const clusterLabels = (
  plan: Pick<ClusterPlan, "name">,
  clusterId: pulumi.Output<string>,
  ephemeral: Ephemeral | undefined,
): Label[] => [
  { label: "alluxio.cluster-id", value: clusterId },
  { label: "alluxio.cluster", value: plan.name },
  { label: "alluxio.stack", value: getStack() },
  ...Object.entries(ephemeral ? ephemeralLabels(ephemeral) : {}).map(([label, value]) => ({ label, value })),
];
