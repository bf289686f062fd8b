import type * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../plan/types";
import type { Label } from "./labels";

export interface DockerClusterArgs {
  /** What to run; made by `planCluster`. */
  readonly plan: ClusterPlan;
  /** Id of the image on this machine's Docker: an id, for a tag can move. */
  readonly imageId: string;
  /** Losses that the spec accepts. */
  readonly confirm: readonly string[];
  /** Identity of the stack, hashed: finds the volumes that an earlier life of it has kept. */
  readonly owner: string;
  /** Address of the Docker daemon. @default what the docker command line uses */
  readonly dockerHost?: string;
}

/** What the parts of a cluster share. */
export interface Context {
  readonly name: string;
  readonly args: DockerClusterArgs;
  readonly clusterId: pulumi.Output<string>;
  readonly labels: Label[];
  /** Options of a resource of the docker plugin, the command plugin or our own provider: all come after the guard. */
  options(
    plugin: "docker" | "command" | "alluxio",
    dependsOn?: readonly pulumi.Resource[],
  ): pulumi.CustomResourceOptions;
  /** The name on the machine of one part. */
  physical(part: string): pulumi.Output<string>;
}
