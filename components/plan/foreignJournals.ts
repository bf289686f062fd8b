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
          },
        ]
      : [],
  );
