import { RESTORE_PROPERTY } from "./backup";
import type { Consequence } from "./consequences";

/** The journal of a master that stands, as it was found on its machine. */
export interface JournalSight {
  readonly host: string;
  /** Absolute. */
  readonly path: string;
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
    change: `lose the journal ${path} on host ${host}`,
    reason:
      `it is gone, ${others}: a master that starts there starts an empty cluster. Put the folder back from a copy, ` +
      (running ? "or save what the master there, which still runs, knows: `alluxio fsadmin backup`; " : "") +
      `or restore a backup by properties: {"${RESTORE_PROPERTY}": …} together with the confirmation`,
    mustConfirm: true,
    found,
  }));
}
