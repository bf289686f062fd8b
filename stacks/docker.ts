import * as pulumi from "@pulumi/pulumi";
import { DockerCluster } from "../components/docker/cluster";
import { planCluster } from "../components/plan/planCluster";
import { Size } from "../components/spec/size";
import type { ClusterSpec } from "../components/spec/spec";
import { chosenImage } from "./images";
import { ownerOf } from "./owner";

/** What a stack tells when it is up. */
export type StackOutputs = Record<string, unknown>;

/** A cluster on one machine's Docker. */
export function dockerStack(spec: ClusterSpec, projectFolder: string): StackOutputs {
  const stack = pulumi.getStack();
  const image = chosenImage(projectFolder, stack, spec);
  if (!image) {
    throw new pulumi.RunError(
      `image ${spec.image} was not chosen for stack ${stack} on this machine yet: run \`npm run setup -- --stack ${stack}\``,
    );
  }
  if (Object.keys(spec.underStorage.credentials).length > 0) {
    throw new pulumi.RunError(
      "underStorage.credentials: target docker does not hand credentials to the processes yet, and nothing was touched. " +
        "Use an under storage that needs none, such as underStorage.volume or underStorage.path",
    );
  }
  const plan = planCluster(spec);
  const cluster = new DockerCluster(spec.name, {
    plan,
    imageId: image.id,
    confirm: spec.confirm,
    owner: ownerOf(process.env["PULUMI_BACKEND_URL"] ?? "", pulumi.getOrganization(), pulumi.getProject(), stack),
    ...(spec.docker.host === undefined ? {} : { dockerHost: spec.docker.host }),
  });
  return {
    cluster: spec.name,
    clusterId: cluster.clusterId,
    target: spec.target,
    version: spec.version,
    webAddress: cluster.webAddress,
    dashboard: image.dashboard ? cluster.webAddress : "none: this image has the REST API only (docs/offline.md)",
    masters: cluster.masters,
    mountPoints: cluster.mountPoints,
    capacity: plan.workers
      .reduce((total, worker) => total.plus(Size.ofMebibytes(worker.capacityBytes / 1024 ** 2)), Size.ofMebibytes(0))
      .toString(),
    network: cluster.network,
  };
}
