import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../components/plan/types";
import { Size } from "../components/spec/size";
import { ownerOf } from "./owner";

/** What a stack tells when it is up. */
export type StackOutputs = Record<string, unknown>;

/** What the cluster of every target tells. */
export interface ClusterOutputs {
  readonly clusterId: pulumi.Output<string>;
  readonly webAddress: pulumi.Input<string>;
  readonly masters: readonly string[];
  readonly mountPoints: pulumi.Input<Readonly<Record<string, string>>>;
}

/** What the stack of every target tells. */
export const outputsOf = (
  { name, target, version, workers }: Pick<ClusterPlan, "name" | "target" | "version" | "workers">,
  { clusterId, webAddress, masters, mountPoints }: ClusterOutputs,
): StackOutputs => ({
  cluster: name,
  ...{ clusterId, target, version, webAddress, masters, mountPoints },
  capacity: workers
    .reduce((total, { capacityBytes }) => total.plus(Size.ofMebibytes(capacityBytes / 1024 ** 2)), Size.ofMebibytes(0))
    .toString(),
});

/** Identity of the stack that runs. */
export const thisOwner = (): string =>
  ownerOf(process.env["PULUMI_BACKEND_URL"] ?? "", pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack());
