import { nothingUnpersisted } from "../../components/plan/unpersisted";
import type { Cluster } from "./cluster";
import type { Note } from "./note";

/** Files that exist in the caches alone. */
export function unpersistedNotes({ facts }: Cluster): Note[] {
  const { unpersisted: sight } = facts;
  const about = "files in the caches";
  if ("unknown" in sight) {
    return [
      {
        kind: "decision",
        about,
        message: `Whether all are persisted cannot be told (${sight.unknown}). Those that are not are lost with the ramdisks: \`alluxio fs persist /\` first.`,
      },
    ];
  }
  if (sight.unpersisted === 0)
    return [{ kind: "difference", about, message: `Ramdisks are made anew: ${nothingUnpersisted(sight)}.` }];
  const some = sight.paths.slice(0, 3).join(", ");
  return [
    {
      kind: "decision",
      about,
      found: `${sight.unpersisted} of ${sight.files} not persisted`,
      message: `They are lost with the ramdisks (${some}${sight.unpersisted > 3 ? ", …" : ""}): \`alluxio fs persist /\` first.`,
    },
  ];
}
