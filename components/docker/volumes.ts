import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import * as alluxio from "../../provider/classes";
import type { VolumePlan } from "../plan/types";
import type { Context } from "./context";
import { createCredentials } from "./credentials";

/** A volume: its name on the machine, and the resource to wait for. */
export interface MadeVolume {
  readonly name: pulumi.Output<string>;
  readonly resource: pulumi.Resource;
  /** Of what its users read once, when they start; absent where it is not fixed. */
  readonly digest?: pulumi.Output<string>;
}

/** By the name in the plan. */
export type Volumes = ReadonlyMap<string, MadeVolume>;

export function createVolumes(context: Context): Volumes {
  return new Map(context.args.plan.volumes.map((volume) => [volume.name, createVolume(context, volume)]));
}

function createVolume(context: Context, volume: VolumePlan): MadeVolume {
  switch (volume.kind) {
    case "ramdisk": {
      const resource = createRamdisk(context, volume);
      return { name: resource.name, resource };
    }
    case "journal":
    case "under-storage": {
      const resource = createDataVolume(context, volume);
      return { name: resource.volumeName, resource };
    }
    case "credentials": {
      const resource = createCredentials(context, volume);
      return { name: resource.volumeName, resource, digest: resource.digest };
    }
    default:
      return volume.kind satisfies never;
  }
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
    {
      ...context.rollout.gated(userOf(volume), context.options("docker")),
      ignoreChanges: ["labels"],
      deleteBeforeReplace: true,
    },
  );
}

/** The worker whose ramdisk it is. Whoever mounts a volume is removed before the volume is made anew. */
const userOf = (volume: VolumePlan): string => volume.name.replace(/^ramdisk-/, "worker-");

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
