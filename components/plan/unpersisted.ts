import type { Consequence } from "./consequences";

/** What a running cluster told of files that are in its caches alone. */
export type UnpersistedSight = Looked | { readonly unknown: string };

interface Looked {
  /** Files that were looked at. */
  readonly files: number;
  readonly unpersisted: number;
  /** The first of them. */
  readonly paths: readonly string[];
}

const NAMED = 3;

/** The loss that comes with a lost cache, as far as it could be proved that there is none. */
export function unpersistedLoss(sight: UnpersistedSight): Consequence[] {
  if ("unknown" in sight) {
    return [
      {
        effect: "data loss",
        change: "give up files that may not be persisted",
        reason: `whether files are in the caches alone cannot be told: ${sight.unknown}`,
        mustConfirm: true,
      },
    ];
  }
  const { unpersisted, paths } = sight;
  if (unpersisted === 0) return [];
  const files = `${unpersisted} ${unpersisted === 1 ? "file" : "files"}`;
  return [
    {
      effect: "data loss",
      change: `give up ${files} not persisted`,
      reason:
        `${files} may be in the caches alone (${namesOf(paths, unpersisted)}). ` +
        "To keep them, persist them first: `alluxio fs persist <path>`",
      mustConfirm: true,
      found: { unpersisted, paths },
    },
  ];
}

/** What is said where nothing is at risk. */
export const nothingUnpersisted = ({ files }: Looked): string =>
  `nothing is lost with the caches: of ${files} files looked at, each is persisted in the under storage`;

const namesOf = (paths: readonly string[], total: number): string =>
  total > NAMED ? `${paths.slice(0, NAMED).join(", ")} and ${total - NAMED} more` : paths.join(", ");
