import { posix } from "node:path";
import { RAMDISK_PATH } from "../../components/spec/spec";
import { effective, installationFor, processOf, textOf, type Settings } from "./effective";
import type { HostFacts } from "./facts";

/** Directories of Alluxio's own default, below where it is installed. */
const workDir = (facts: HostFacts, settings: Settings): string | undefined => {
  const process = processOf(facts, "master");
  return textOf(settings, "alluxio.work.dir") ?? process?.home ?? installationFor(facts, process)?.home;
};

const below = (directory: string | undefined, name: string): string | undefined =>
  directory === undefined ? undefined : posix.join(directory, name);

/** Where a master keeps its journal. */
export function journalFolder(facts: HostFacts): string | undefined {
  const settings = effective(facts, "master");
  return textOf(settings, "alluxio.master.journal.folder") ?? below(workDir(facts, settings), "journal");
}

/** The root under storage as the properties have it, with Alluxio's own default. */
export function rootUnderStorage(facts: HostFacts): string | undefined {
  const settings = effective(facts, "master");
  return (
    textOf(settings, "alluxio.master.mount.table.root.ufs") ??
    textOf(settings, "alluxio.underfs.address") ??
    below(workDir(facts, settings), "underFSStorage")
  );
}

/** A directory of the machine, whichever way it is written. @returns undefined for what is none */
export function directoryOf(uri: string): string | undefined {
  const [, path] = /^(?:file:(?:\/\/)?)?(\/.*)$/.exec(uri) ?? [];
  if (path === undefined) return undefined;
  const normal = posix.normalize(path).replace(/^\/+/, "/");
  return normal.length > 1 ? normal.replace(/\/$/, "") : normal;
}

const LEVELS = [0, 1, 2];

/** Directories of the tiers. */
export const tierPaths = (facts: HostFacts): string[] => {
  const settings = effective(facts, "worker");
  return LEVELS.flatMap((level) =>
    (textOf(settings, `alluxio.worker.tieredstore.level${level}.dirs.path`) ?? (level === 0 ? RAMDISK_PATH : "")).split(
      ",",
    ),
  ).filter((path) => path.startsWith("/"));
};

/**
 * Every directory of a host whose state decides something.
 *
 * @param shared the root under storage, where it is a directory
 * @param isMaster whether it keeps a journal
 */
export function storagePaths(facts: HostFacts, shared: string | undefined, isMaster: boolean): string[] {
  const all = [shared, ...(isMaster ? [journalFolder(facts)] : []), ...tierPaths(facts)];
  return [...new Set(all.filter((path): path is string => path?.startsWith("/") === true))];
}
