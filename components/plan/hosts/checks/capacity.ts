import type { CommonDemands, HostDemands } from "../demands";
import { SMALLEST_FREE_MIB } from "../demands";
import { standsByHand } from "./byHand";
import { refused, type Trouble } from "./finding";
import { runsHere } from "./owned";
import type { HostSurroundings, Place } from "./surroundings";

/** Where Java and Alluxio unpack native code, and run it. */
export const TEMPORARY = "/tmp";

/** What the machine itself needs beside the cluster: its services, and room to log in and look. */
const HEADROOM_MIB = 256;
/** For native code, and what a JVM notes there. */
const SMALLEST_TEMPORARY_MIB = 64;
/** Logs, blocks and the journal are files: many small ones, or few large. */
const FEWEST_INODES = 1000;

export function checkMemory(demands: HostDemands, seen: HostSurroundings): Trouble[] {
  const { memoryMiB, ramdisk } = demands;
  if (seen.memory === undefined) {
    return [refused("memory", "the host does not tell how much it has", "look at /proc/meminfo there")];
  }
  const { totalMiB, availableMiB } = seen.memory;
  // What a cluster made by hand uses is free once that has ended, before which nothing is touched.
  const usedByCluster = runsHere(demands, seen) || standsByHand(demands, seen);
  const counts = usedByCluster ? totalMiB : Math.min(totalMiB, availableMiB);
  if (memoryMiB <= counts && memoryMiB + HEADROOM_MIB <= totalMiB) return [];
  const ramdiskMiB = ramdisk?.sizeMiB ?? 0;
  const parts = ramdiskMiB > 0 ? ` (ramdisk ${ramdiskMiB} MiB, processes ${memoryMiB - ramdiskMiB} MiB)` : "";
  const free = counts === totalMiB ? "" : `, ${availableMiB} MiB of them free`;
  return [
    refused(
      "memory",
      `${totalMiB} MiB${free}; the cluster may use ${memoryMiB} MiB${parts}, the machine itself ${HEADROOM_MIB} MiB`,
      "make the ramdisk (workers[].ramdisk) or the heaps smaller, or end what else uses memory there",
    ),
  ];
}

export function checkPlaces({ prefix }: CommonDemands, demands: HostDemands, seen: HostSurroundings): Trouble[] {
  const needs = Object.entries(demands.places);
  const known = needs.flatMap(([path, needMiB]) => {
    const place = seen.places[path];
    return place === undefined ? [] : [{ path, needMiB, place }];
  });
  return [
    ...[...needs.map(([path]) => path), TEMPORARY]
      .filter((path) => seen.places[path] === undefined)
      .map((path) => silent(path)),
    ...byFileSystem(known).flatMap((group) => checkFileSystem(group, runsHere(demands, seen))),
    ...checkTemporary(seen.places[TEMPORARY]),
    ...known.flatMap(({ path, place }) => checkOptions(path, place, seen, path === prefix)),
    ...(seen.places[TEMPORARY] ? checkOptions(TEMPORARY, seen.places[TEMPORARY], seen, true) : []),
  ];
}

interface Need {
  readonly path: string;
  readonly needMiB: number;
  readonly place: Place;
}

/** What lies on one file system shares its room. */
function byFileSystem(needs: readonly Need[]): Need[][] {
  const groups = new Map<string, Need[]>();
  for (const need of needs) {
    const group = groups.get(need.place.mountPoint);
    if (group) group.push(need);
    else groups.set(need.place.mountPoint, [need]);
  }
  return [...groups.values()];
}

function checkFileSystem(needs: readonly Need[], runs: boolean): Trouble[] {
  const [{ place }] = needs as [Need];
  const what = `disk of ${needs.map(({ path }) => path).join(", ")}`;
  const wholeMiB = needs.reduce((sum, { needMiB }) => sum + needMiB, 0);
  // A cluster that runs has taken its share already; then only the size tells whether a quota can ever be used.
  const needMiB = runs ? Math.min(SMALLEST_FREE_MIB, wholeMiB) : wholeMiB;
  const remedy = `free some there, or choose another place (hosts.prefix, masters.journal.path, workers[].tiers)`;
  if (place.sizeMiB < wholeMiB || place.freeMiB < needMiB) {
    const needed = place.sizeMiB < wholeMiB ? wholeMiB : needMiB;
    const found = `${place.freeMiB} of ${place.sizeMiB} MiB are free at ${place.mountPoint}, ${needed} MiB are needed`;
    return [refused(what, found, remedy)];
  }
  if (place.freeInodes !== undefined && place.freeInodes < FEWEST_INODES) {
    const found = `${place.freeInodes} inodes are left at ${place.mountPoint}, ${FEWEST_INODES} are needed`;
    return [refused(what, found, "remove files there (`df -i` shows how many there are), or choose another place")];
  }
  return [];
}

function checkTemporary(place: Place | undefined): Trouble[] {
  if (place === undefined || place.freeMiB >= SMALLEST_TEMPORARY_MIB) return [];
  return [
    refused(
      `disk of ${TEMPORARY}`,
      `${place.freeMiB} of ${place.sizeMiB} MiB are free at ${place.mountPoint}, ${SMALLEST_TEMPORARY_MIB} MiB are needed`,
      `remove what is old in ${TEMPORARY}, or make its file system larger`,
    ),
  ];
}

function checkOptions(path: string, { mountPoint }: Place, { mounts }: HostSurroundings, executes: boolean): Trouble[] {
  const options = mounts.findLast((mount) => mount.mountPoint === mountPoint)?.options ?? [];
  const trouble = (option: string, found: string, right: string): Trouble[] =>
    options.includes(option)
      ? [
          refused(
            path,
            `${mountPoint} is mounted with the option ${option}: ${found}`,
            `\`mount -o remount,${right} ${mountPoint}\`, and the same in /etc/fstab`,
          ),
        ]
      : [];
  return [
    ...trouble("ro", "nothing can be written there", "rw"),
    ...(executes ? trouble("noexec", "native code cannot be run from there", "exec") : []),
  ];
}

const silent = (path: string): Trouble =>
  refused(path, "does not answer within seconds: is it on a file server that is gone?", `unmount it, or bring it back`);
