import * as pulumi from "@pulumi/pulumi";
import { DockerCluster } from "../components/docker/cluster";
import { dockerAnswers } from "../components/docker/dockerAnswers";
import { planCluster } from "../components/plan/planCluster";
import type { ClusterSpec } from "../components/spec/spec";
import { readCredentials } from "./credentials";
import { readEphemeralConfig } from "./ephemeralConfig";
import { chosenImage, type ChosenImage } from "./images";
import { outputsOf, thisOwner, type StackOutputs } from "./stackOutputs";

/** Before anything is registered. @throws RunError where Docker does not answer, or lacks the stack's image */
export async function askDocker(spec: ClusterSpec, projectFolder: string): Promise<void> {
  const { image, chooser } = imageOf(spec, projectFolder);
  await dockerAnswers({ ...image, remedy: `npm run setup -- --stack ${chooser}` }, spec.docker.host);
}

/** The image of this stack, and the stack for which it was chosen. */
function imageOf(spec: ClusterSpec, projectFolder: string): { readonly image: ChosenImage; readonly chooser: string } {
  const stack = pulumi.getStack();
  const stacks = readEphemeralConfig()?.images ?? [stack];
  const image = chosenImage(projectFolder, stacks, spec);
  const chooser = stacks[0] ?? stack;
  if (image) return { image, chooser };
  throw new pulumi.RunError(
    `image ${spec.image} was not chosen for stack ${chooser} on this machine yet: run \`npm run setup -- --stack ${chooser}\``,
  );
}

/** A cluster on one machine's Docker. */
export function dockerStack(spec: ClusterSpec, projectFolder: string): StackOutputs {
  const ephemeral = readEphemeralConfig();
  const { image } = imageOf(spec, projectFolder);
  const named = spec.underStorage.credentials;
  const plan = planCluster(spec);
  const cluster = new DockerCluster(spec.name, {
    plan,
    imageId: image.id,
    imageRef: image.ref,
    confirm: spec.confirm,
    owner: thisOwner(),
    ...(Object.keys(named).length > 0 ? { credentials: { keys: named, values: readCredentials(named) } } : {}),
    ...(spec.docker.host === undefined ? {} : { dockerHost: spec.docker.host }),
    ...(ephemeral ? { ephemeral } : {}),
  });
  return {
    ...outputsOf(plan, cluster),
    dashboard: image.dashboard ? cluster.webAddress : "none: this image has the REST API only (docs/offline.md)",
    network: cluster.network,
  };
}
