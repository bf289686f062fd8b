import { commandOf, environmentOf, healthCheckOf } from "../../components/docker/commands";
import type { ClusterPlan, MountPlan, ProcessPlan } from "../../components/plan/types";
import { RAMDISK_PATH } from "../../components/plan/volumes";
import { shellQuoted } from "../../components/plan/shellQuote";

export interface DockerRunOptions {
  /** Id of the image. */
  readonly image: string;
  /** Begins every name. */
  readonly prefix: string;
  /** `key=value`, on everything that is made. */
  readonly label: string;
  /** Folder on this machine in which the mounts appear. */
  readonly mountRoot: string;
}

/**
 * The peer of `pulumi up` of a cluster: a shell script of `docker run` lines for the same processes with the same heaps,
 * properties, volumes and mounts, which ends when the same holds: every process healthy, every worker registered, every
 * mount answering. It starts all servers at once, and the mounts when what they need is there.
 */
export function dockerRunScript(plan: ClusterPlan, options: DockerRunOptions): string {
  const servers = plan.processes.filter((process) => process.role !== "fuse");
  const mounts = plan.mounts.map((mount) => ({
    mount,
    process: plan.processes.find((one) => one.name === mount.processes[0])!,
  }));
  const { prefix, label, mountRoot } = options;
  return [
    "set -eu",
    WAITS,
    `docker network create --label ${quote(label)} ${quote(prefix)} >/dev/null`,
    ...plan.volumes.map(({ name, sizeMiB }) => {
      const tmpfs =
        sizeMiB === undefined
          ? ""
          : ` --driver local --opt type=tmpfs --opt device=tmpfs --opt ${quote(`o=size=${sizeMiB}m,mode=1777`)}`;
      return `docker volume create --label ${quote(label)}${tmpfs} ${quote(`${prefix}-${name}`)} >/dev/null`;
    }),
    ...servers.map((process) => runLine(plan, process, options)),
    `healthy ${servers.map((process) => quote(`${prefix}-${process.name}`)).join(" ")}`,
    `registered ${quote(`${prefix}-${servers[0]!.name}`)} ${servers[0]!.healthPort} ${plan.workers.length}`,
    ...(mounts.length === 0
      ? []
      : [
          `mkdir -p ${mounts.map(({ mount }) => quote(`${mountRoot}/${mount.name}`)).join(" ")}`,
          `mount --bind ${quote(mountRoot)} ${quote(mountRoot)}`,
          `mount --make-shared ${quote(mountRoot)}`,
        ]),
    ...plan.alluxioPaths.map(
      (path) => `docker exec ${quote(`${prefix}-${servers[0]!.name}`)} alluxio fs mkdir ${quote(path)} >/dev/null`,
    ),
    ...mounts.map(({ mount, process }) => runLine(plan, process, options, mount)),
    ...mounts.map(({ mount }) => `mounted ${quote(`${mountRoot}/${mount.name}`)}`),
    "",
  ].join("\n");
}

/** What somebody with patience would type: look twice a second. */
const WAITS = `healthy() {
  for name in "$@"; do
    until [ "$(docker inspect -f '{{.State.Health.Status}}' "$name")" = healthy ]; do sleep 0.5; done
  done
}
registered() {
  until [ "$(docker exec "$1" curl -s -m 5 "http://127.0.0.1:$2/api/v1/master/info" | grep -o '"capacityBytes"' | wc -l)" = "$3" ]; do sleep 0.5; done
}
mounted() {
  until grep -q " $1 .*fuse.alluxio-fuse" /proc/self/mountinfo && timeout -s KILL 5 stat -f "$1" >/dev/null; do sleep 0.5; done
}`;

function runLine(
  plan: ClusterPlan,
  process: ProcessPlan,
  { image, prefix, label, mountRoot }: DockerRunOptions,
  mount?: MountPlan,
): string {
  const known = new Set(plan.volumes.map((volume) => volume.name));
  const ramdisk = process.volumes.find((volume) => volume.path === RAMDISK_PATH);
  const words = [
    "docker run -d --restart unless-stopped",
    `--label ${quote(label)}`,
    `--name ${quote(`${prefix}-${process.name}`)}`,
    `--hostname ${quote(process.hostname)}`,
    `--network ${quote(prefix)}`,
    `--network-alias ${quote(process.hostname)}`,
    ...environmentOf(process, ramdisk?.path).map((variable) => `-e ${quote(variable)}`),
    ...process.volumes.map(({ source, path }) =>
      known.has(source) ? `-v ${quote(`${prefix}-${source}:${path}`)}` : `-v ${quote(`${source}:${path}`)}`,
    ),
    ...process.ports.filter((port) => port.published !== undefined).map(({ port }) => `-p 127.0.0.1::${port}`),
    ...(mount
      ? [
          "--user 0:0 --cap-add SYS_ADMIN --device /dev/fuse --security-opt apparmor:unconfined",
          `--mount ${quote(`type=bind,source=${mountRoot},target=${mountRoot},bind-propagation=rshared`)}`,
        ]
      : []),
    `--health-cmd ${quote(healthCheckOf(process).slice(1).join(" "))}`,
    "--health-interval 5s --health-timeout 5s --health-retries 3 --health-start-period 1m",
    quote(image),
    ...commandOf(process, mount, mount ? `${mountRoot}/${mount.name}` : "").map(quote),
  ];
  return `${words.join(" ")} >/dev/null`;
}

/** One word of a shell, whatever is in it. */
export const quote = (text: string): string => (/^[\w./:=@%+-]+$/.test(text) ? text : shellQuoted(text));
