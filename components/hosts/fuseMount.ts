import * as pulumi from "@pulumi/pulumi";
import * as alluxio from "../../provider/classes";
import type { HostMountPlan } from "../plan/hosts/types";
import type { Context } from "./context";
import type { Machine } from "./machine";
import { startedBefore, unitArgs } from "./service";

/** A FUSE mount on one machine: the unit that serves it, and the proof that the machine sees it. */
export class FuseMount extends pulumi.ComponentResource {
  readonly mountPoint: string;

  constructor(
    context: Context,
    machine: Machine,
    host: string,
    { mount, mountPoint, service }: HostMountPlan,
    dependsOn: readonly pulumi.Resource[],
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("alluxio:hosts:Mount", `${context.name}-mount-${mount}-on-${host}`, {}, opts);
    const { path, owner, group, mode } = mountPoint;

    const unit = unitArgs(context, host, service);
    context.rollout.declare(host, service, { configDigest: unit.configDigest, mountPoint: path });
    const served = new alluxio.HostFuseMount(
      `${context.name}-${service.process}`,
      { ...unit, mountPoint: path, owner, group, mode },
      context.rollout.gated(
        service.process,
        context.options(this, [...machine.ready, ...dependsOn, ...startedBefore(context, service)]),
      ),
    );
    context.rollout.trackService(host, service, served);
    // As declared: an output of what could not be made would be one more error, of the program, that names no host.
    this.mountPoint = path;
    this.registerOutputs({ mountPoint: this.mountPoint });
  }
}
