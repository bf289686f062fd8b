import { posix } from "node:path";
import type { ClusterSpec } from "../../spec/spec";
import type { PlannedWorker } from "../topology";
import type { ProcessPlan, Role } from "../types";
import { RAMDISK_PATH } from "../volumes";
import { seesBlocks, type Machine } from "./machine";
import { isPathWord } from "./systemd/quoting";

/** What a process keeps outside of its own directories. */
export interface Storage {
  /** Directories of ours, which must be there. */
  readonly own: readonly string[];
  /** Directories of the machine, which others keep: under storages, and what the properties name. */
  readonly shared: readonly string[];
}

/** Roles that read and write under storages. */
const USES_UNDER_STORAGE: ReadonlySet<string> = new Set(["master", "job-master", "worker", "job-worker"]);

export const usesUnderStorage = (role: Role): boolean => USES_UNDER_STORAGE.has(role);

const KEEPS_JOURNAL: ReadonlySet<string> = new Set(["master", "job-master"]);

export const tierDirectories = ({ name, tiers }: PlannedWorker): string[] => tiers.map(({ path }) => `${path}/${name}`);

export function storageOf(process: ProcessPlan, machine: Machine): Storage {
  const { spec, worker } = machine;
  return {
    own: [
      ...(KEEPS_JOURNAL.has(process.role) ? [spec.masters.journal.path] : []),
      ...(seesBlocks(process, machine) && worker ? [RAMDISK_PATH, ...tierDirectories(worker)] : []),
    ],
    shared: usesUnderStorage(process.role) ? underStorageDirectories(spec) : [],
  };
}

function underStorageDirectories({ underStorage, dataSets }: ClusterSpec): string[] {
  const sources = dataSets.flatMap(({ source }) => (source?.startsWith("/") ? [posix.normalize(source)] : []));
  return [...new Set([...(underStorage.kind === "path" ? [underStorage.path] : []), ...sources])];
}

const NAMES_DIRECTORIES = /\.(?:dir|dirs|folder)$/;

/** Directories that properties of the user name: `alluxio.master.metastore.dir`, `alluxio.tmp.dirs`. */
export const directoriesInProperties = ({ properties }: Pick<ClusterSpec, "properties">): string[] => [
  ...new Set(
    Object.entries(properties)
      .filter(([name]) => NAMES_DIRECTORIES.test(name))
      .flatMap(([, value]) => value.split(","))
      .filter((path) => path.startsWith("/") && isPathWord(path))
      .map((path) => posix.normalize(path)),
  ),
];
