import { orInstead, UserError } from "../rpc/resource";
import type { CommandRunner } from "./commandRunner";
import { saidBy } from "./said";

/** For `fsadmin`, whose JVM a loaded small machine starts slowly. */
const ASK_SECONDS = 40;

const ELECT_SECONDS = 120;
const DISMISS_SECONDS = 60;

/** A line of `fsadmin journal quorum info`: `AVAILABLE   | 0        | master-1:19200`. */
const MEMBER = /^(AVAILABLE|UNAVAILABLE)\s*\|\s*\d+\s*\|\s*(\S+)\s*$/;

/** @returns the members of a quorum and whether each is available; undefined where the text has none */
export function parseQuorum(text: string): Record<string, boolean> | undefined {
  const members = text.split("\n").flatMap((line): [string, boolean][] => {
    const match = MEMBER.exec(line.trim());
    return match ? [[match[2]!, match[1] === "AVAILABLE"]] : [];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/** @returns what the first of the masters says that knows its quorum; undefined where none does */
export async function askQuorum(
  commands: CommandRunner,
  masters: readonly string[],
): Promise<Record<string, boolean> | undefined> {
  for (const master of masters) {
    const members = await orInstead(
      async () =>
        parseQuorum(
          (await commands.run(master, "alluxio fsadmin journal quorum info -domain MASTER", [], ASK_SECONDS)).stdout,
        ),
      () => undefined,
    );
    if (members) return members;
  }
  return undefined;
}

/** Asks the quorum, through one of its masters, to let another member lead. @throws UserError with what Alluxio said */
export async function elect(commands: CommandRunner, master: string, address: string): Promise<void> {
  const script = 'alluxio fsadmin journal quorum elect -address "$1"';
  const result = await commands.run(master, script, [address], ELECT_SECONDS);
  if (result.code !== 0) throw new UserError(`${address} cannot be elected: ${saidBy(result, ELECT_SECONDS)}`);
}

/**
 * Takes a member out of the quorum, through the first of the masters that can be asked.
 * @throws UserError with what Alluxio said
 */
export async function dismiss(commands: CommandRunner, masters: readonly string[], address: string): Promise<void> {
  const script = 'alluxio fsadmin journal quorum remove -domain MASTER -address "$1"';
  let said = "no master can be asked";
  for (const master of masters) {
    const failure = await orInstead(
      async () => {
        const result = await commands.run(master, script, [address], DISMISS_SECONDS);
        return result.code === 0 ? undefined : saidBy(result, DISMISS_SECONDS);
      },
      ({ message }) => message,
    );
    if (failure === undefined) return;
    said = failure;
  }
  throw new UserError(`${address} cannot be taken out of the quorum: ${said}`);
}
