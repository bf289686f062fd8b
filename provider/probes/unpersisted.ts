import type { UnpersistedSight } from "../../components/plan/unpersisted";
import { OUT_OF_TIME } from "../transports/commandResult";
import type { CommandRunner } from "./commandRunner";

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

/** A list of some hundred thousand files is done by then, also where a JVM takes half of it to start; a larger one is not waited for. */
const LIST_SECONDS = 60;

/** Which files of a cluster are in its caches alone, as its leader tells. */
export async function listUnpersisted(commands: CommandRunner, leader: string): Promise<UnpersistedSight> {
  const answer = await commands.run(leader, LIST_UNPERSISTED, [], LIST_SECONDS);
  if (answer.code === OUT_OF_TIME) return { unknown: `the list of all files takes longer than ${LIST_SECONDS} s` };
  const sight = answer.code === 0 ? parseUnpersisted(answer.stdout) : undefined;
  return sight ?? { unknown: `the leader does not list its files (exit code ${answer.code})` };
}
