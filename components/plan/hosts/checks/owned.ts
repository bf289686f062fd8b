import type { HostDemands } from "../demands";
import type { HostSurroundings } from "./surroundings";

/** A unit of this cluster: one that the plan names, or that this cluster has made before. */
export function isOurUnit(unit: string, demands: HostDemands, seen: HostSurroundings, clusterId?: string): boolean {
  return (
    demands.units.includes(unit) ||
    seen.claims.some((claim) => claim.clusterId === clusterId && claim.path.endsWith(`/${unit}`))
  );
}

/** Whether this cluster runs here already, and so uses a part of the machine itself. */
export const runsHere = ({ ramdisk, units }: HostDemands, seen: HostSurroundings): boolean =>
  units.some((unit) => seen.units[unit]?.active === true) ||
  seen.mounts.some(({ mountPoint, source }) => mountPoint === ramdisk?.path && source === ramdisk.source);
