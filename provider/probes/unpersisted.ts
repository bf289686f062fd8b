import type { UnpersistedSight } from "../../components/plan/unpersisted";

/** As many paths as stand for what was found; more are counted only. */
const MOST_PATHS = 200;

/**
 * Lists every file that Alluxio knows; what it does not know is in the under storage. With a date of one word the state is
 * always the fifth column: `-rw-r--r-- alluxio alluxio 27040 PERSISTED 2026 100% /path`; a folder has DIR instead of 100%.
 */
export const LIST_UNPERSISTED = `exec bash -o pipefail -c '
alluxio fs -Dalluxio.user.file.metadata.load.type=NEVER -Dalluxio.user.date.format.pattern=yyyy ls -R / 2>/dev/null | awk "
  \\$7 == \\"DIR\\" { next }
  { files++ }
  \\$5 != \\"PERSISTED\\" { found++; if (found <= ${MOST_PATHS}) print }
  END { print \\"files\\", files + 0, found + 0 }"'
`;

const FILE = /^\S+\s+\S+\s+\S+\s+\d+\s+[A-Z_]+\s+\S+\s+\d+%\s(.*?)\s*$/;
const TOTAL = /^files (\d+) (\d+)$/m;

/** @returns undefined where the list did not come to its end */
export function parseUnpersisted(text: string): UnpersistedSight | undefined {
  const total = TOTAL.exec(text);
  if (!total) return undefined;
  const paths = text.split("\n").flatMap((line) => FILE.exec(line)?.[1] ?? []);
  return { files: Number(total[1]), unpersisted: Number(total[2]), paths };
}
