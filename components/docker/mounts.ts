import { posix } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as alluxio from "../../provider/classes";
import { ephemeralLabels } from "../plan/ephemeral";
import { defaultMountRoot, supervisorOf } from "../plan/names";
import type { MountPlan } from "../plan/types";
import type { Context } from "./context";
import { createProcess, type Surrounding } from "./process";

export type Mounts = readonly alluxio.FuseMount[];

export interface MountSurrounding extends Pick<Surrounding, "network" | "volumes" | "containers"> {
  /** What a FUSE process must find when it starts: masters that serve, and the Alluxio paths. */
  readonly after: readonly pulumi.Input<pulumi.Resource>[];
}

/** For each mount a container that serves it, between what must exist before and the proof that the machine sees it. */
export function createMounts(context: Context, around: MountSurrounding): Mounts {
  const roots = createRoots(context);
  return context.args.plan.mounts.map((mount) => createMount(context, mount, roots.get(rootKeyOf(mount))!, around));
}

function createMount(
  context: Context,
  mount: MountPlan,
  root: alluxio.MountRoot,
  around: MountSurrounding,
): alluxio.FuseMount {
  const process = context.args.plan.processes.find((one) => one.name === mount.processes[0])!;
  const mountPoint = mountPointOf(context, mount);
  const container = createProcess(context, process, {
    ...around,
    fuse: { mount, mountPoint, root: root.path },
    dependsOn: [root, ...around.after],
  });
  const served = new alluxio.FuseMount(
    `${context.name}-mount-${mount.name}`,
    {
      clusterId: context.clusterId,
      mountPoint,
      container: container.name,
      containerId: container.id,
      image: context.args.imageId,
      mount: mount.name,
      webPort: process.healthPort,
      supervisorName: context.physical(supervisorOf(mount.name)),
      ...(context.args.ephemeral ? { expires: context.args.ephemeral.expires } : {}),
      ...(mount.readAheadKiB === undefined ? {} : { readAheadKiB: mount.readAheadKiB }),
    },
    context.options("alluxio", [container]),
  );
  context.rollout.track(process.name, served);
  return served;
}

const DEFAULT_ROOT = "";

/** One root for the mounts that name no mount point, and one for each folder in which others lie. */
const rootKeyOf = (mount: MountPlan): string =>
  mount.mountPoint === undefined ? DEFAULT_ROOT : posix.dirname(mount.mountPoint);

function createRoots(context: Context): ReadonlyMap<string, alluxio.MountRoot> {
  const { plan, imageId, ephemeral } = context.args;
  const keys = [...new Set(plan.mounts.map(rootKeyOf))];
  return new Map(
    keys.map((key) => {
      const mountPoints = plan.mounts
        .filter((mount) => rootKeyOf(mount) === key)
        .map((mount) => mountPointOf(context, mount));
      const path = key === DEFAULT_ROOT ? context.clusterId.apply((id) => defaultMountRoot(plan.name, id)) : key;
      const name =
        key === DEFAULT_ROOT
          ? `${context.name}-mount-root`
          : // With its slashes: `/a/b` and `/a-b` are two folders.
            `${context.name}-mount-root-${key.slice(1)}`;
      const root = new alluxio.MountRoot(
        name,
        {
          clusterId: context.clusterId,
          path,
          mountPoints,
          image: imageId,
          ...(ephemeral ? { labels: ephemeralLabels(ephemeral) } : {}),
        },
        context.options("alluxio"),
      );
      return [key, root];
    }),
  );
}

const mountPointOf = (context: Context, mount: MountPlan): pulumi.Output<string> =>
  mount.mountPoint === undefined
    ? context.clusterId.apply((id) => `${defaultMountRoot(context.args.plan.name, id)}/${mount.name}`)
    : pulumi.output(mount.mountPoint);
