import { RESTORE_PROPERTY } from "./backup";
import type { Consequence } from "./consequences";
import type { JournalSight } from "./lostJournals";

/**
 * What it means that a new cluster's masters find journals which this stack has not made: they go on with them. That is
 * how a cluster made by hand is taken over, and how somebody else's could be ruined, so it has to be confirmed.
 */
export const foreignJournals = (found: readonly JournalSight[]): Consequence[] =>
  found.flatMap(({ host, path, foreign }) =>
    foreign
      ? [
          {
            effect: "takeover" as const,
            change: `take over the journal ${path} on host ${host}`,
            reason:
              "this stack has not made it, and a master goes on with whatever it holds. End the processes that use it, for two " +
              "masters on one journal ruin it, and keep a copy; or name another directory in masters.journal.path",
            mustConfirm: true,
            found,
            whateverTheState: true,
          },
        ]
      : [],
  );

/** A backup that the masters of a new cluster are to begin with. */
export interface BackupSight {
  readonly path: string;
  /** When it was last written to, in ISO 8601. Absent: nobody can look at it from here. */
  readonly file?: { readonly bytes: number; readonly writtenAt: string };
}

/** What it means to begin with a backup: whatever the cluster that wrote it has done since is not in it. */
export function beginsWithBackup(backup: BackupSight | undefined): Consequence[] {
  if (backup === undefined) return [];
  const { file, path } = backup;
  const age = file === undefined ? "" : ` of ${file.writtenAt}`;
  return [
    {
      effect: "takeover",
      change: `begin with the backup ${path}${age}`,
      reason:
        "its metadata become those of this cluster, and what was made, moved or removed in Alluxio after it is not in it. Where " +
        `somebody has written since, make it anew; where it is not meant, take ${RESTORE_PROPERTY} out of properties`,
      mustConfirm: true,
      found: backup,
      whateverTheState: true,
    },
  ];
}
