import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as alluxio from "../../provider/classes";
import { joiningMaster, journalAddresses, mastersIn } from "../plan/quorum";
import type { Context } from "./context";
import { commandOf, environmentOf } from "./commands";
import { expiringEntrypoint } from "./expiry";
import { createProcess, type Surrounding } from "./process";

/**
 * The masters, one after the other. From the second on each is preceded by its journal's membership of the quorum, which
 * matters only where a quorum exists already.
 */
export function createMasters(
  context: Context,
  around: Omit<Surrounding, "containers">,
  formedWith: pulumi.Output<number>,
): Map<string, docker.Container> {
  const containers = new Map<string, docker.Container>();
  mastersIn(context.args.plan).forEach((master, index) => {
    const member = index === 0 ? [] : [createMember(context, index, { ...around, containers }, formedWith)];
    containers.set(master.name, createProcess(context, master, { ...around, containers, dependsOn: member }));
  });
  return containers;
}

function createMember(
  context: Context,
  index: number,
  around: Surrounding,
  formedWith: pulumi.Output<number>,
): alluxio.JournalMember {
  const { plan, imageId, ephemeral } = context.args;
  const joining = joiningMaster(plan, index);
  const earlier = [...around.containers.values()];
  const volumes = joining.volumes.map(
    (volume) => [around.volumes.get(volume.source)?.name ?? volume.source, volume.path] as const,
  );
  return new alluxio.JournalMember(
    `${context.name}-journal-member-${joining.name}`,
    {
      clusterId: context.clusterId,
      index,
      address: journalAddresses(plan)[index]!,
      formedWith,
      earlierMasters: earlier.map((container) => container.name),
      container: context.physical(`joining-${joining.name}`),
      image: imageId,
      ...(ephemeral ? { entrypoint: expiringEntrypoint(ephemeral) } : {}),
      command: commandOf(joining, undefined, ""),
      environment: environmentOf(joining, undefined),
      hostname: joining.hostname,
      network: around.network.name,
      volumes: pulumi
        .all(volumes.map(([name, path]) => pulumi.output(name).apply((source) => [source, path] as const)))
        .apply((entries) => Object.fromEntries(entries)),
    },
    context.options("alluxio", [
      ...earlier,
      ...joining.volumes.flatMap((volume) => around.volumes.get(volume.source)?.resource ?? []),
    ]),
  );
}
