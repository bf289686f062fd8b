import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import * as alluxio from "../../provider/classes";
import type { VolumePlan } from "../plan/types";
import type { Context } from "./context";

/** Volumes by the name in the plan: the name on the machine, and the resource to wait for. */
export type Volumes = ReadonlyMap<string, { readonly name: pulumi.Output<string>; readonly resource: pulumi.Resource }>;

export function createVolumes(context: Context): Volumes {
  return new Map(
    context.args.plan.volumes.map((volume) => {
      const resource = volume.kind === "ramdisk" ? createRamdisk(context, volume) : createDataVolume(context, volume);
      const name = resource instanceof docker.Volume ? resource.name : resource.volumeName;
      return [volume.name, { name, resource }];
    }),
  );
}

/**
 * A volume that is a tmpfs: it has a size that can be read back, a worker and the clients beside it can share it, and
 * what is cached outlives a restart of the worker as long as one of them runs.
 */
function createRamdisk(context: Context, volume: VolumePlan): docker.Volume {
  return new docker.Volume(
    `${context.name}-${volume.name}`,
    {
      name: context.physical(volume.name),
      driver: "local",
      driverOpts: { type: "tmpfs", device: "tmpfs", o: `size=${volume.sizeMiB ?? 0}m,mode=1777` },
      labels: context.labels,
    },
    // The plugin deletes a volume, and what is in it, to change a label.
    { ...context.options("docker"), ignoreChanges: ["labels"], deleteBeforeReplace: true },
  );
}

function createDataVolume(context: Context, volume: VolumePlan): alluxio.DataVolume {
  return new alluxio.DataVolume(
    `${context.name}-${volume.name}`,
    {
      volumeName: context.physical(volume.name),
      holds:
        volume.kind === "journal" ? `the journal of ${volume.name.replace(/^journal-/, "")}` : "every persisted file",
      clusterId: context.clusterId,
      labels: {
        ...Object.fromEntries(context.labels.map(({ label, value }) => [label, value])),
        "alluxio.owner": context.args.owner,
        "alluxio.volume": volume.name,
      },
      confirm: [...context.args.confirm],
    },
    { ...context.options("alluxio"), retainOnDelete: volume.keep },
  );
}
