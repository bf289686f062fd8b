import { refused, warned, type Trouble } from "./finding";
import type { ClockOffset } from "./surroundings";

/** Times of files, leases of tickets and the lines of logs say something else from here on. */
const ODD_MILLISECONDS = 5_000;
/** Kerberos refuses tickets after five minutes, S3 requests after fifteen; clocks that are kept differ by milliseconds. */
const WRONG_MILLISECONDS = 60_000;

/**
 * Clocks are compared with each other, for it may be ours that is wrong: of three and more with the one in the middle, of
 * fewer with ours.
 *
 * @param offsets by host; how far a clock is ahead is known but for the time that the question took
 */
export function checkClocks(offsets: ReadonlyMap<string, ClockOffset>): Map<string, Trouble> {
  const middle = middleOf([...offsets.values()]);
  const troubles = new Map<string, Trouble>();
  for (const [host, { atLeast, atMost }] of offsets) {
    const ahead = atLeast - middle;
    const behind = middle - atMost;
    const by = Math.max(ahead, behind);
    if (by < ODD_MILLISECONDS) continue;
    const tell = by < WRONG_MILLISECONDS ? warned : refused;
    const found = `its clock is at least ${spoken(by)} ${ahead > behind ? "ahead of" : "behind"} `;
    const whose = offsets.size < FEWEST ? "this machine's" : "that of the others";
    troubles.set(
      host,
      tell("clock", found + whose, "let chrony or systemd-timesyncd keep it: `timedatectl set-ntp true`"),
    );
  }
  return troubles;
}

/** Of two nobody can say which one is wrong. */
const FEWEST = 3;

function middleOf(offsets: readonly ClockOffset[]): number {
  if (offsets.length < FEWEST) return 0;
  const middles = offsets.map(({ atLeast, atMost }) => (atLeast + atMost) / 2).sort((a, b) => a - b);
  return middles[Math.floor(middles.length / 2)]!;
}

function spoken(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
