import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { MountPlan, ProcessPlan, VolumeMount } from "../plan/types";
import { RAMDISK_PATH } from "../plan/volumes";
import type { Context } from "./context";
import { commandOf, environmentOf, healthCheckOf } from "./commands";
import type { Volumes } from "./volumes";

export interface Surrounding {
  readonly network: docker.Network;
  readonly volumes: Volumes;
  /** Containers that exist already, by process. */
  readonly containers: ReadonlyMap<string, docker.Container>;
  /** FUSE only. */
  readonly fuse?: {
    readonly mount: MountPlan;
    readonly mountPoint: pulumi.Input<string>;
    readonly root: pulumi.Input<string>;
  };
  /** Further resources that must exist before. */
  readonly dependsOn?: readonly pulumi.Resource[];
}

const HEALTH = { interval: "5s", timeout: "5s", retries: 3, startPeriod: "1m0s" };
const STOP_GRACE_SECONDS = 10;

/** One process, one container. */
export function createProcess(context: Context, process: ProcessPlan, around: Surrounding): docker.Container {
  const { plan, imageId } = context.args;
  const { fuse } = around;
  const ramdisk = process.volumes.find((volume) => volume.path === RAMDISK_PATH);
  return new docker.Container(
    `${context.name}-${process.name}`,
    {
      name: context.physical(process.name),
      image: imageId,
      hostname: process.hostname,
      command: fuse
        ? pulumi.output(fuse.mountPoint).apply((mountPoint) => commandOf(process, fuse.mount, mountPoint))
        : commandOf(process, undefined, ""),
      envs: environmentOf(process, ramdisk?.path),
      networksAdvanced: [{ name: around.network.name, aliases: [process.hostname] }],
      mounts: [
        ...process.volumes.map((volume) => mountOf(volume, around.volumes)),
        ...(fuse
          ? [{ type: "bind", source: fuse.root, target: fuse.root, bindOptions: { propagation: "rshared" } }]
          : []),
      ],
      ports: process.ports
        .filter((port) => port.published !== undefined)
        .map((port) => ({
          internal: port.port,
          ip: "127.0.0.1",
          ...(typeof port.published === "number" ? { external: port.published } : {}),
        })),
      ...(fuse ? FUSE_PRIVILEGES : {}),
      healthcheck: { tests: healthCheckOf(process), ...HEALTH },
      restart: "unless-stopped",
      mustRun: true,
      destroyGraceSeconds: STOP_GRACE_SECONDS,
      labels: [
        ...context.labels,
        { label: "alluxio.process", value: process.name },
        ...Object.entries(plan.labels).map(([label, value]) => ({ label, value })),
      ],
    },
    {
      ...context.options("docker", [
        ...process.after.map((name) => around.containers.get(name)!),
        ...process.volumes.flatMap((volume) => around.volumes.get(volume.source)?.resource ?? []),
        ...(around.dependsOn ?? []),
      ]),
      // The plugin says "updated" for these and changes nothing.
      replaceOnChanges: ["healthcheck", "tmpfs"],
      deleteBeforeReplace: true,
    },
  );
}

/** What the kernel demands of a process that mounts: /dev/fuse is root's alone on some machines. */
const FUSE_PRIVILEGES = {
  user: "0:0",
  capabilities: { adds: ["CAP_SYS_ADMIN"] },
  devices: [{ hostPath: "/dev/fuse", containerPath: "/dev/fuse", permissions: "rwm" }],
  securityOpts: ["apparmor:unconfined"],
};

function mountOf(volume: VolumeMount, volumes: Volumes) {
  const named = volumes.get(volume.source);
  return named
    ? { type: "volume", source: named.name, target: volume.path }
    : { type: "bind", source: volume.source, target: volume.path };
}
