import type { HostDemands } from "../demands";
import { FUSE, isByHand, isRamdiskByHand } from "./byHand";
import { refused, type Trouble } from "./finding";
import { isOurUnit } from "./owned";
import type { HostSurroundings, PortHolder } from "./surroundings";

/** Ports are free, or this cluster's own units have them. */
export function checkPorts(demands: HostDemands, seen: HostSurroundings, clusterId?: string): Trouble[] {
  return seen.portsInUse.flatMap((held) => {
    const process = demands.ports[String(held.port)];
    const unit = held.process?.unit;
    if (process === undefined || (unit !== undefined && isOurUnit(unit, demands, seen, clusterId))) return [];
    // Those are told as a whole.
    if (isByHand(held, demands, seen)) return [];
    const end = unit === undefined ? "end it" : `end it (\`systemctl disable --now ${unit}\`)`;
    return [
      refused(
        `port ${held.port}`,
        `${holderOf(held)} listens there, where ${process} should`,
        `${end}, or give the cluster another port (ports)`,
      ),
    ];
  });
}

function holderOf({ process }: PortHolder): string {
  if (process === undefined) return "something in the kernel, such as an NFS server,";
  const { name, pid, unit } = process;
  return `${name} (pid ${pid}${unit === undefined ? "" : `, unit ${unit}`})`;
}

/** Units and the ramdisk bear the cluster's name: another cluster of that name must not be there. */
export function checkClaims(demands: HostDemands, seen: HostSurroundings, clusterId?: string): Trouble[] {
  const { ramdisk, units } = demands;
  const ours = [...units, ...(ramdisk ? [ramdisk.unit] : [])];
  const others = seen.claims.filter((claim) => claim.clusterId !== clusterId);
  const taken = new Map<string, string[]>();
  for (const unit of ours) {
    const other = others.find(({ path }) => path.endsWith(`/${unit}`));
    if (other) taken.set(other.clusterId, [...(taken.get(other.clusterId) ?? []), unit]);
  }
  return [...taken].map(([id, names]) =>
    refused(
      "another cluster",
      `the cluster with the id ${id} has ${names.join(", ")} here`,
      "destroy that one first, or take other hosts: a host has room for one cluster of a name, and for one worker",
    ),
  );
}

/** Nothing of others is mounted where the ramdisk or a FUSE mount is to be; what was by hand is told with the rest of it. */
export function checkMountPoints({ mountPoints, ramdisk }: HostDemands, seen: HostSurroundings): Trouble[] {
  return seen.mounts.flatMap(({ mountPoint, source, type }) => {
    const unit = Object.hasOwn(mountPoints, mountPoint) ? mountPoints[mountPoint] : undefined;
    const forRamdisk = mountPoint === ramdisk?.path;
    if (unit === undefined && !forRamdisk) return [];
    if (forRamdisk && type === "tmpfs" && source === ramdisk.source) return [];
    if (unit !== undefined && type === FUSE && seen.units[unit] !== undefined) return [];
    if (forRamdisk ? isRamdiskByHand(type, seen) : type === FUSE) return [];
    const choose = forRamdisk ? "" : ", or choose another mount point (mounts[].mountPoint)";
    return [
      refused(
        `mount point ${mountPoint}`,
        `${source} (${type}) is mounted there already`,
        `\`umount ${mountPoint}\` and take it out of /etc/fstab where nobody needs it${choose}`,
      ),
    ];
  });
}
