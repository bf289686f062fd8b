import { RESTORE_PROPERTY } from "./backup";
import type { Consequence } from "./consequences";
import { isSamePlace, journalPlaceOf, mastersIn, type JournalPlace } from "./quorum";
import type { ClusterPlan } from "./types";

const placesIn = (plan: ClusterPlan): JournalPlace[] => mastersIn(plan).map(journalPlaceOf);
const isAmong = (places: readonly JournalPlace[], place: JournalPlace): boolean =>
  places.some((other) => isSamePlace(place, other));

const onHosts = (before: ClusterPlan, after: ClusterPlan): boolean =>
  before.target === "hosts" && after.target === "hosts";

/** Whether most of the masters stay where they are: then they fill the journals of the others. */
function mostStay(before: ClusterPlan, after: ClusterPlan): boolean {
  const [had, has] = [placesIn(before), placesIn(after)];
  return had.filter((place) => isAmong(has, place)).length * 2 > had.length;
}

/** What it means that masters are elsewhere: a master in another place starts empty. */
export function movedMasters(before: ClusterPlan, after: ClusterPlan): Consequence[] {
  if (!onHosts(before, after)) return [];
  return [...swapped(before, after), ...leftJournals(before, after)];
}

function leftJournals(before: ClusterPlan, after: ClusterPlan): Consequence[] {
  const [had, has] = [placesIn(before), placesIn(after)];
  if (has.length < had.length || mostStay(before, after)) return [];
  return had.filter((place) => !isAmong(has, place)).map(leftJournal);
}

/** The one journal that its master leaves for another place. */
export const leftJournal = ({ host, path }: JournalPlace): Consequence => ({
  effect: "metadata loss",
  change: `leave the journal ${path} on host ${host}`,
  reason:
    "its master starts empty elsewhere, and no majority of the others stays to fill it. To keep what is in it, back it up first " +
    `(\`alluxio fsadmin backup\`) and name the backup by properties: {"${RESTORE_PROPERTY}": …}, together with the confirmation`,
  mustConfirm: true,
});

/** A master is known by its place in the list: what was master 3 and would be master 2 is taken away as master 3. */
function swapped(before: ClusterPlan, after: ClusterPlan): Consequence[] {
  const had = mastersIn(before).map(({ hostname }) => hostname);
  return mastersIn(after).flatMap(({ hostname }, i) => {
    const earlier = had.indexOf(hostname);
    if (earlier < 0 || earlier === i) return [];
    return [
      {
        effect: "metadata loss" as const,
        change: `master ${earlier + 1}→${i + 1} on host ${hostname}`,
        reason:
          "a master keeps its place in masters.hosts, for what leaves a place is taken away from its host. " +
          "Put a new host in the place of the one that it replaces, and further ones at the end",
        mustConfirm: true,
        impossible: true,
      },
    ];
  });
}

/**
 * Of the masters, how many need not join a quorum that exists: those that formed it together, up to the first that is
 * elsewhere now.
 */
export function formedAfter(formedWith: number, before: ClusterPlan, after: ClusterPlan): number {
  if (!onHosts(before, after) || !mostStay(before, after)) return formedWith;
  const had = placesIn(before);
  const moved = placesIn(after).findIndex((place) => !isAmong(had, place));
  return moved < 0 ? formedWith : Math.min(formedWith, moved);
}
