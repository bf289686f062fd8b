import { RAMDISK_PATH, type ClusterSpec } from "../spec/spec";
import { credentialsVolumes } from "./credentials";
import { mastersOf, workersOf } from "./topology";
import type { VolumeMount, VolumePlan } from "./types";

/** Where volumes appear inside a process' file system; those of the official image, which owns them as user 1000. */
export const JOURNAL_PATH = "/journal";
export const UNDER_STORAGE_PATH = "/opt/alluxio/underFSStorage";
export { RAMDISK_PATH };

export const journalVolume = (master: string): string => `journal-${master}`;
export const ramdiskVolume = (worker: string): string => `ramdisk-${worker}`;
const UNDER_STORAGE_VOLUME = "under-storage";

export function planVolumes(spec: ClusterSpec): VolumePlan[] {
  return [
    ...mastersOf(spec).map((master) => ({
      name: journalVolume(master.name),
      kind: "journal" as const,
      keep: spec.masters.journal.keep,
    })),
    ...(spec.underStorage.kind === "volume"
      ? [{ name: UNDER_STORAGE_VOLUME, kind: "under-storage" as const, keep: spec.underStorage.keep }]
      : []),
    ...credentialsVolumes(spec),
    ...workersOf(spec).map((worker) => ({
      name: ramdiskVolume(worker.name),
      kind: "ramdisk" as const,
      keep: false,
      sizeMiB: worker.ramdisk.mebibytes,
    })),
  ];
}

/** The under storage as every process that reads or writes it sees it; nothing to mount where it is reached by URI. */
export function underStorageMounts(spec: ClusterSpec): VolumeMount[] {
  switch (spec.underStorage.kind) {
    case "volume":
      return [{ source: UNDER_STORAGE_VOLUME, path: UNDER_STORAGE_PATH }];
    case "path":
      return [{ source: spec.underStorage.path, path: spec.underStorage.path }];
    case "uri":
      return [];
    default:
      return unreachable(spec.underStorage);
  }
}

/** Alluxio's root under storage. */
export function underStorageUri(spec: ClusterSpec): string {
  switch (spec.underStorage.kind) {
    case "volume":
      return UNDER_STORAGE_PATH;
    case "path":
      return spec.underStorage.path;
    case "uri":
      return spec.underStorage.uri;
    default:
      return unreachable(spec.underStorage);
  }
}

function unreachable(value: never): never {
  throw new Error(`not an under storage: ${JSON.stringify(value)}`);
}
