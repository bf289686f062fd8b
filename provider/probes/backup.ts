import { UserError } from "../rpc/resource";
import type { CommandRunner } from "./commandRunner";
import { saidBy } from "./said";

const BACKUP_SECONDS = 300;

/**
 * Lets the leader write a backup of the journal. @returns where to, as an address in the root under storage
 * @throws UserError with what Alluxio said
 */
export async function writeBackup(commands: CommandRunner, leader: string, directory: string): Promise<string> {
  const script = 'alluxio fsadmin backup "$1" --allow-leader';
  const result = await commands.run(leader, script, [directory], BACKUP_SECONDS);
  const written = parseBackup(result.stdout);
  if (result.code !== 0 || written === undefined) throw new UserError(saidBy(result, BACKUP_SECONDS));
  return written;
}

/** A line of `fsadmin backup`: `Backup URI         : /opt/.../alluxio-backup-2026-11-22-1795374461598.gz`. */
const WRITTEN = /^Backup URI\s*:\s*(\S.*?)\s*$/m;
/** Name of a backup; its number are milliseconds since 1970. */
const NAME = /^alluxio-backup-\d{4}-\d{2}-\d{2}-(\d+)\.gz$/;

/** @returns where a backup was written to; undefined where the text tells of none */
export const parseBackup = (text: string): string | undefined => WRITTEN.exec(text.replaceAll("\r", "\n"))?.[1];

export interface Backup {
  readonly name: string;
  readonly writtenAt: Date;
}

/** Beside each backup that was written to its end Alluxio leaves an empty file. */
const COMPLETE = ".complete";

/** @returns the newest of the backups in a list of file names that was written to its end */
export function newestBackup(names: readonly string[]): Backup | undefined {
  const all = new Set(names);
  return names
    .flatMap((name): Backup[] => {
      const number = NAME.exec(name)?.[1];
      return number !== undefined && all.has(name + COMPLETE) ? [{ name, writtenAt: new Date(Number(number)) }] : [];
    })
    .sort((a, b) => b.writtenAt.getTime() - a.writtenAt.getTime())[0];
}
