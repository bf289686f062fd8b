import type * as pulumi from "@pulumi/pulumi";
import type * as alluxio from "../../provider/classes";
import type { Generations } from "../../provider/resources/processDrift";
import type { Ephemeral } from "../plan/ephemeral";
import type { ClusterPlan } from "../plan/types";
import type { Credentials } from "./credentials";
import type { Label } from "./labels";
import type { Rollout } from "./rollout";

export interface DockerClusterArgs {
  /** What to run; made by `planCluster`. */
  readonly plan: ClusterPlan;
  /** Id of the image on this machine's Docker: an id, for a tag can move. */
  readonly imageId: string;
  /** Tag or digest by which that image was found. @default the image bears none that could move */
  readonly imageRef?: string;
  /** Losses that the spec accepts. */
  readonly confirm: readonly string[];
  /** Identity of the stack, hashed: finds the volumes that an earlier life of it has kept. */
  readonly owner: string;
  /** Those of the root under storage that the spec names. @default none */
  readonly credentials?: Credentials;
  /** Address of the Docker daemon. @default what the docker command line uses */
  readonly dockerHost?: string;
  /** A throw-away cluster, whose containers end by themselves. @default it stays until it is destroyed */
  readonly ephemeral?: Ephemeral;
}

/** What the parts of a cluster share. */
export interface Context {
  readonly name: string;
  readonly args: DockerClusterArgs;
  readonly clusterId: pulumi.Output<string>;
  readonly labels: Label[];
  /** Our own. */
  readonly provider: alluxio.Provider;
  /** Options of a resource of the docker plugin, the command plugin or our own provider: all come after the guard. */
  options(
    plugin: "docker" | "command" | "alluxio",
    dependsOn?: readonly pulumi.Input<pulumi.Resource>[],
  ): pulumi.CustomResourceOptions;
  /** Keeps what runs serving while it is changed. */
  readonly rollout: Rollout;
  /** How often each process was renewed because of its drift. */
  readonly generations: pulumi.Output<Generations>;
  /** The name on the machine of one part. */
  physical(part: string): pulumi.Output<string>;
}
