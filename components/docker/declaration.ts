import * as pulumi from "@pulumi/pulumi";
import type { DeclaredProcess } from "../../provider/docker/containerProcess";
import { physicalName } from "../plan/names";
import type { ClusterPlan, ProcessPlan } from "../plan/types";

/** What of a container's arguments tells whether a running one is going to be replaced. */
export interface DeclaredContainer {
  readonly name: pulumi.Output<string>;
  readonly image: string;
  readonly command: pulumi.Output<string[]>;
  readonly envs: readonly string[];
  readonly labels: pulumi.Output<{ label: string; value: string }[]>;
  /** Absent: the image's own. */
  readonly entrypoints?: pulumi.Output<string[]>;
}

/**
 * A process as its running container is compared with it. It waits for no resource but the guard and the preflight: what
 * a volume is called is known without it, and a volume may have to wait for this very comparison.
 */
export function declarationOf(
  process: ProcessPlan,
  container: DeclaredContainer,
  { plan, clusterId }: { readonly plan: ClusterPlan; readonly clusterId: pulumi.Output<string> },
): pulumi.Output<DeclaredProcess> {
  const volumes = new Set(plan.volumes.map((volume) => volume.name));
  const { name, command, envs, labels, entrypoints } = container;
  return pulumi
    .all([clusterId, name, command, labels, entrypoints])
    .apply(([id, containerName, words, borne, entrypoint]) => ({
      container: containerName,
      image: container.image,
      hostname: process.hostname,
      command: words,
      ...(entrypoint === undefined ? {} : { entrypoint }),
      environment: envs,
      labels: Object.fromEntries(borne.map(({ label, value }) => [label, value])),
      mounts: Object.fromEntries(
        process.volumes.map(({ source, path }) => [
          path,
          volumes.has(source) ? physicalName(plan.name, source, id) : source,
        ]),
      ),
      published: Object.fromEntries(
        process.ports.flatMap(({ port, published }) => (typeof published === "number" ? [[port, published]] : [])),
      ),
    }));
}
