import { mastersIn } from "./quorum";
import type { ClusterPlan } from "./types";

const ROOT_UFS = "alluxio.master.mount.table.root.ufs";
const BACKUP_DIRECTORY = "alluxio.master.backup.directory";
/** Alluxio's default, an absolute path of the root under storage. */
const DEFAULT_DIRECTORY = "/alluxio_backups";
const OWN_DIRECTORY = ".alluxio_backups";

/** With it a master whose journal is empty takes its metadata from a backup; one with a journal ignores it. */
export const RESTORE_PROPERTY = "alluxio.master.journal.init.from.backup";

/**
 * Where backups of the journal are written: a path of the file system that the root under storage lies in. Alluxio's
 * default is at the root of that file system, which for local files is the container's own and is lost with it. There
 * backups lie in a hidden folder of the under storage.
 */
export function backupDirectory(plan: Pick<ClusterPlan, "processes">): string {
  return backupDirectoryOf(mastersIn(plan)[0]?.properties ?? {});
}

/** The same from the properties that a master was given. */
export function backupDirectoryOf(properties: Readonly<Record<string, string>>): string {
  const root = properties[ROOT_UFS] ?? "";
  const chosen = properties[BACKUP_DIRECTORY];
  if (chosen !== undefined) return chosen;
  return root.startsWith("/") ? `${root.replace(/\/+$/, "")}/${OWN_DIRECTORY}` : DEFAULT_DIRECTORY;
}
