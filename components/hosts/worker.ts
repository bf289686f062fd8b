import * as pulumi from "@pulumi/pulumi";
import * as alluxio from "../../provider/classes";
import type { HostPlan, ServicePlan } from "../plan/hosts/types";
import type { Context } from "./context";
import type { Machine } from "./machine";
import { createService } from "./service";

/** A worker on its machine: the ramdisk that it caches in, its process, and the one of its jobs. */
export class Worker extends pulumi.ComponentResource {
  readonly services: readonly alluxio.HostService[];

  constructor(
    context: Context,
    machine: Machine,
    { host, ramdisk, services }: Pick<HostPlan, "host" | "ramdisk"> & { readonly services: readonly ServicePlan[] },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("alluxio:hosts:Worker", `${context.name}-worker-on-${host}`, {}, opts);
    if (!ramdisk) throw new Error(`the plan has a worker on ${host} and no ramdisk for it`);
    const worker = services.find(({ role }) => role === "worker")!;
    const { mountPoint, sizeMiB, owner, group, mode, unit, content } = ramdisk;

    const cache = new alluxio.HostRamdisk(
      `${context.name}-ramdisk-${host}`,
      {
        ...{ host, clusterId: context.clusterId, mountPoint, sizeMiB, owner, group, mode },
        unit: { name: unit, text: content },
        worker: worker.unit,
      },
      // Another size comes with the restart of the worker, and so after all that comes before that.
      context.rollout.gated(worker.process, context.options(this, machine.ready)),
    );
    this.services = services.map((service) =>
      createService(context, host, service, { parent: this, dependsOn: [...machine.ready, cache] }),
    );
    this.registerOutputs({});
  }
}
