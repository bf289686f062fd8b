import { nothingUnpersisted, type UnpersistedSight } from "../../unpersisted";
import type { HostDemands } from "../demands";
import { heldByHand, type Trouble } from "./finding";
import type { AlluxioProcess, HostSurroundings, PortHolder } from "./surroundings";

export const FUSE = "fuse.alluxio-fuse";
/** Memory that Alluxio's scripts have mounted, or that a worker has used; any other tmpfs is somebody else's. */
export const isRamdiskByHand = (type: string, { blocks }: HostSurroundings): boolean =>
  type === "ramfs" || (type === "tmpfs" && blocks !== undefined);

/** A process of Alluxio that no cluster of ours has started. */
export const isByHand = ({ process }: PortHolder, { units }: HostDemands, { claims }: HostSurroundings): boolean =>
  process?.alluxio !== undefined &&
  !units.some((unit) => unit === process.unit) &&
  !claims.some(({ path }) => path.endsWith(`/${process.unit ?? ""}`));

/** Whether a cluster that was made by hand stands in the way of ours, and so uses a part of the machine that ours will have. */
export const standsByHand = (demands: HostDemands, seen: HostSurroundings): boolean =>
  checkByHand(demands, seen).length > 0;

/**
 * What a cluster made by hand still has of what ours will: processes on its ports, FUSE at its mount points, memory at its
 * ramdisk. It is never ended for anybody. In the order in which nothing is lost.
 */
export function checkByHand(demands: HostDemands, seen: HostSurroundings): Trouble[] {
  return [...checkFuseMounts(demands, seen), ...checkProcesses(demands, seen), ...checkRamdisk(demands, seen)];
}

const NO_BACKUP: Readonly<Record<Exclude<HostSurroundings["backup"] & string, "there">, string>> = {
  missing: "the file is not there",
  closed: "the service user may not read it",
  silent: "it does not answer within seconds: is it on a file server that is gone?",
};

/** A master that cannot read the backup it is to begin with never serves; and without it an empty cluster would come up. */
export function checkBackup({ backup }: HostDemands, { backup: seen }: HostSurroundings): Trouble[] {
  if (backup === undefined || seen === undefined || seen === "there") return [];
  return [
    heldByHand(
      `backup ${backup.path}`,
      NO_BACKUP[seen],
      "make it by `alluxio fsadmin backup` of the cluster whose metadata it is to hold, before that ends, and put it there; or take it out of properties",
    ),
  ];
}

function checkFuseMounts({ mountPoints }: HostDemands, { mounts, units }: HostSurroundings): Trouble[] {
  const points = new Set(mounts.filter(({ type }) => type === FUSE).map(({ mountPoint }) => mountPoint));
  return [...points].flatMap((mountPoint) => {
    const unit = Object.hasOwn(mountPoints, mountPoint) ? mountPoints[mountPoint] : undefined;
    if (unit === undefined || units[unit] !== undefined) return [];
    return [
      heldByHand(
        `mount point ${mountPoint}`,
        "FUSE that was mounted by hand serves it, or has died there",
        `end who uses it, then \`umount ${mountPoint}\``,
      ),
    ];
  });
}

interface Held {
  readonly pid: number;
  readonly unit?: string;
  readonly alluxio: AlluxioProcess;
}

/** In whose control group a process is that somebody has started in a shell, or by cron. */
const SHELL = /^(?:sshd?|crond?|user)(?:@.*)?\.service$/;

function checkProcesses(demands: HostDemands, seen: HostSurroundings): Trouble[] {
  const held = seen.portsInUse.filter((one) => isByHand(one, demands, seen) && String(one.port) in demands.ports);
  const processes = [...new Map(held.map(({ process }) => [process!.pid, process as Held])).values()];
  return [...new Set(processes.map(({ alluxio }) => alluxio.home))].map((home) => {
    const own = processes.filter(({ alluxio }) => alluxio.home === home);
    const names = own.map(({ alluxio, pid }) => `${nameOf(alluxio.mainClass)} (pid ${pid})`).join(", ");
    const { user } = own[0]!.alluxio;
    const units = [...new Set(own.flatMap(({ unit }) => (unit === undefined || SHELL.test(unit) ? [] : [unit])))];
    const end =
      units.length > 0 ? `\`systemctl disable --now ${units.join(" ")}\`` : `\`${home}/bin/alluxio-stop.sh local\``;
    return heldByHand(
      "Alluxio made by hand",
      `${names} of ${user}, from ${home}${seen.unpersisted === undefined ? "" : `; ${filesOf(seen.unpersisted)}`}`,
      `once nobody writes any more, as ${user}: ${persistFirst(seen.unpersisted, home)}${end}`,
    );
  });
}

/** @example "AlluxioJobMaster" of "alluxio.master.AlluxioJobMaster" */
const nameOf = (mainClass: string): string => mainClass.split(".").at(-1) ?? mainClass;

const filesOf = (sight: UnpersistedSight): string => {
  if ("unknown" in sight) return `whether files are in its caches alone cannot be told (${sight.unknown})`;
  if (sight.unpersisted === 0) return nothingUnpersisted(sight);
  const some = sight.paths.slice(0, 3).join(", ");
  return `${sight.unpersisted} of ${sight.files} files are in its caches alone: ${some}${sight.unpersisted > 3 ? ", …" : ""}`;
};

const persistFirst = (sight: UnpersistedSight | undefined, home: string): string =>
  sight === undefined || (!("unknown" in sight) && sight.unpersisted === 0)
    ? ""
    : `\`${home}/bin/alluxio fs persist /\`, then `;

function checkRamdisk({ ramdisk }: HostDemands, seen: HostSurroundings): Trouble[] {
  const { blocks, mounts } = seen;
  const mounted = mounts.findLast(({ mountPoint }) => mountPoint === ramdisk?.path);
  if (ramdisk === undefined || mounted === undefined || !isRamdiskByHand(mounted.type, seen)) return [];
  if (mounted.type === "tmpfs" && mounted.source === ramdisk.source) return [];
  const filled =
    blocks === undefined || blocks.count === 0
      ? ", empty"
      : ` with ${blocks.count} blocks of a worker (${blocks.mebibytes} MiB); of files that are not persisted it has the only copy`;
  return [
    heldByHand(
      `ramdisk ${ramdisk.path}`,
      `${mounted.type} made by hand${filled}`,
      `once its worker has ended, and all is persisted: \`umount ${ramdisk.path}\`; take it out of /etc/fstab`,
    ),
  ];
}
