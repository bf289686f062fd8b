import { RESTORE_PROPERTY } from "./backup";
import { isConfirmationOf } from "./confirmation";
import type { Consequence } from "./consequences";
import { leftJournal } from "./movedMasters";
import { isSamePlace, type JournalPlace } from "./quorum";

/** The journal of a master that stands, as it was found on its machine. */
export interface JournalSight extends JournalPlace {
  /**
   * `lost`: its master has served from it, and nothing is in it any more. `never formed`: no master has served there yet.
   * `unseen`: the machine could not be asked.
   */
  readonly seen: "there" | "lost" | "never formed" | "unseen";
  /** A master that runs without its journal still knows what was in it. */
  readonly running?: boolean;
  /** It is there, and no cluster of this stack has made it. */
  readonly foreign?: boolean;
  /** Of a foreign one: what tells its folder from another one that was put in its place. */
  readonly identity?: string;
}

const lossOf = ({ host, path }: JournalPlace): string => `lose the journal ${path} on host ${host}`;

/** The entry of `confirm` that lets go of a journal, if there is one: whether it still counts, the guard says before. */
export const confirmedLossOf = (place: JournalPlace, confirm: readonly string[]): string | undefined =>
  confirm.find((entry) => isConfirmationOf(lossOf(place), entry));

/**
 * What it means that journals are gone. As long as more than half of them are seen to be there, their masters fill the
 * others. Otherwise masters that start empty could be a majority, and lead an empty cluster: that is refused.
 */
export function lostJournals(found: readonly JournalSight[]): Consequence[] {
  const formed = found.filter(({ seen }) => seen !== "never formed");
  const lost = formed.filter(({ seen }) => seen === "lost");
  const there = formed.filter(({ seen }) => seen === "there");
  if (there.length * 2 > formed.length) return [];
  const unseen = formed.filter(({ seen }) => seen === "unseen").map(({ host }) => host);
  const others =
    formed.length === 1
      ? "and it was the only one"
      : `and of ${formed.length} masters ${there.length === 0 ? "none is" : `only ${there.length} ${there.length === 1 ? "is" : "are"}`} ` +
        `seen to have theirs${unseen.length === 0 ? "" : ` (${unseen.join(", ")} cannot be asked: bring ${unseen.length === 1 ? "it" : "them"} back first)`}`;
  return lost.map(({ host, path, running = false }) => ({
    effect: "metadata loss",
    change: lossOf({ host, path }),
    reason:
      `it is gone, ${others}: a master that starts there starts an empty cluster. Put the folder back from a copy, ` +
      (running ? "or save what the master there, which still runs, knows: `alluxio fsadmin backup`; " : "") +
      `or restore a backup by properties: {"${RESTORE_PROPERTY}": …} together with the confirmation`,
    mustConfirm: true,
    found,
  }));
}

/**
 * What it means that masters of a stack whose state was lost have served from journals which its spec does not name any
 * more. Its masters go on with those that it names; with fewer than half of all, they could lead an empty cluster.
 *
 * @param served the places that the ledgers of the hosts know of
 */
export function abandonedJournals(served: readonly JournalPlace[], found: readonly JournalSight[]): Consequence[] {
  const left = served.filter((place) => !found.some((one) => isSamePlace(one, place)));
  const there = found.filter(({ seen }) => seen === "there");
  return there.length * 2 > there.length + left.length ? [] : left.map(leftJournal);
}
