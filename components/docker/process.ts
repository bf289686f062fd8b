import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Ephemeral } from "../plan/ephemeral";
import { CREDENTIALS_LABEL, CREDENTIALS_VOLUME, keepsCredentials } from "../plan/credentials";
import type { MountPlan, ProcessPlan, VolumeMount } from "../plan/types";
import { RAMDISK_PATH } from "../plan/volumes";
import type { Context } from "./context";
import { commandOf, environmentOf, healthCheckOf } from "./commands";
import { expiringEntrypoint } from "./expiry";
import type { Label } from "./labels";
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
  readonly dependsOn?: readonly pulumi.Input<pulumi.Resource>[];
}

const HEALTH = { interval: "5s", timeout: "5s", retries: 3, startPeriod: "1m0s" };
const STOP_GRACE_SECONDS = 10;

/** One process, one container. */
export function createProcess(context: Context, process: ProcessPlan, around: Surrounding): docker.Container {
  const { plan, imageId, ephemeral } = context.args;
  const { fuse } = around;
  const ramdisk = process.volumes.find((volume) => volume.path === RAMDISK_PATH);
  const name = context.physical(process.name);
  const command = fuse
    ? pulumi.output(fuse.mountPoint).apply((mountPoint) => commandOf(process, fuse.mount, mountPoint))
    : pulumi.output(commandOf(process, undefined, ""));
  const envs = environmentOf(process, ramdisk?.path);
  const labels = withGeneration(context, process, [
    ...context.labels,
    { label: "alluxio.process", value: process.name },
    ...(keepsCredentials(process) ? digestLabels(around.volumes) : []),
    ...Object.entries(plan.labels).map(([label, value]) => ({ label, value })),
  ]);
  const ending = ephemeral ? endingAtExpiry(ephemeral, fuse?.mountPoint) : { restart: "unless-stopped" };
  context.rollout.declare(process, { name, image: imageId, command, envs, labels, ...ending });
  const container = new docker.Container(
    `${context.name}-${process.name}`,
    {
      name,
      image: imageId,
      hostname: process.hostname,
      command,
      envs,
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
      ...ending,
      mustRun: true,
      destroyGraceSeconds: STOP_GRACE_SECONDS,
      labels,
    },
    {
      ...context.rollout.gated(
        process.name,
        context.options("docker", [
          ...process.after.map((name) => around.containers.get(name)!),
          ...process.volumes.flatMap((volume) => around.volumes.get(volume.source)?.resource ?? []),
          ...(around.dependsOn ?? []),
        ]),
      ),
      // The plugin says "updated" for these and changes nothing.
      replaceOnChanges: ["healthcheck", "tmpfs"],
      deleteBeforeReplace: true,
    },
  );
  context.rollout.track(process.name, container);
  return container;
}

/** A process that was renewed because of its drift bears how often: the docker plugin replaces it, and no other. */
const withGeneration = (context: Context, process: ProcessPlan, labels: readonly Label[]) =>
  pulumi
    .all([pulumi.output([...labels]), context.generations])
    .apply(([known, { [process.name]: generation = 0 }]) => [
      ...known,
      ...(generation > 0 ? [{ label: "alluxio.generation", value: String(generation) }] : []),
    ]);

/** Docker starts it again after a failure, as an ordinary one, but not after it has ended because its time is over. */
const endingAtExpiry = (ephemeral: Ephemeral, mountPoint: pulumi.Input<string> = "") => ({
  entrypoints: pulumi.output(mountPoint).apply((path) => expiringEntrypoint(ephemeral, path)),
  restart: "on-failure",
});

/** What the kernel demands of a process that mounts: /dev/fuse is root's alone on some machines. */
const FUSE_PRIVILEGES = {
  user: "0:0",
  capabilities: { adds: ["CAP_SYS_ADMIN"] },
  devices: [{ hostPath: "/dev/fuse", containerPath: "/dev/fuse", permissions: "rwm" }],
  securityOpts: ["apparmor:unconfined"],
};

/** Other credentials are another digest: whoever keeps what it once read, or was told, starts again. */
function digestLabels(volumes: Volumes) {
  const digest = volumes.get(CREDENTIALS_VOLUME)?.digest;
  return digest ? [{ label: CREDENTIALS_LABEL, value: digest }] : [];
}

function mountOf(volume: VolumeMount, volumes: Volumes) {
  const named = volumes.get(volume.source);
  return named
    ? { type: "volume", source: named.name, target: volume.path, ...(volume.readOnly ? { readOnly: true } : {}) }
    : { type: "bind", source: volume.source, target: volume.path };
}
