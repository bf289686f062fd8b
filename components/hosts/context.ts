import type * as pulumi from "@pulumi/pulumi";
import type * as alluxio from "../../provider/classes";
import type { Installation } from "../plan/hosts/installation";
import type { ClusterDemands } from "../plan/hosts/demands";
import type { HostsPlan } from "../plan/hosts/types";
import type { SshAccess } from "../plan/ssh/target";
import type { ClusterPlan } from "../plan/types";
import type { HostRollout } from "./rollout";

export interface HostClusterArgs {
  /** What to run; made by `planCluster`. */
  readonly plan: ClusterPlan;
  /** What stands on each machine for that; made by `planHosts`. */
  readonly hosts: HostsPlan;
  /** What the machines have to give for that; made by `demandsOf`. */
  readonly demands: ClusterDemands;
  /** How the machines are reached. */
  readonly ssh: SshAccess;
  /** Hosts that left the spec and never come back. @default none */
  readonly gone?: readonly string[];
  /** Losses that the spec accepts. */
  readonly confirm: readonly string[];
  /** Identity of the stack, hashed: the cluster's id comes from it. */
  readonly owner: string;
  /** Secrets of the root under storage by their config keys. @default none */
  readonly credentials?: pulumi.Output<Record<string, string>>;
}

/** What the parts of a cluster share. */
export interface Context {
  readonly name: string;
  readonly args: HostClusterArgs;
  readonly installation: Installation;
  readonly clusterId: pulumi.Output<string>;
  /** With how many masters the quorum was first formed. */
  readonly formedWith: pulumi.Output<number>;
  readonly provider: alluxio.Provider;
  readonly rollout: HostRollout;
  /** Services that exist already, by `unitId`. */
  readonly services: Map<string, alluxio.HostService>;
  /** Options of a resource of ours: all come after the guard, and the look at the hosts. */
  options(parent: pulumi.Resource, dependsOn?: readonly pulumi.Input<pulumi.Resource>[]): pulumi.CustomResourceOptions;
}
