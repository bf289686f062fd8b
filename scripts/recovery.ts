import { recoverObjects } from "../operations/recovery/recoverObjects";
import { readStackState, withoutPending } from "../operations/recovery/stackState";
import { UserError } from "../provider/rpc/resource";
import type { Pulumi } from "./pulumi";
import { SetupProblem } from "./setup/problem";
import { holdingLock, locksFolder, removeDeadLocks } from "./stack-lock";

const PLUGINS_END_MILLISECONDS = 1500;

/**
 * Cleans up after a run that was killed: its lock, what it had begun and not ended, and whatever it made that the state
 * does not know. Without such a run it costs a look. One line for each act goes to `tell`.
 *
 * @returns whether anything was found, so that the next run must look at reality
 * @throws SetupProblem where another run goes on: it is not disturbed
 */
export async function recover(
  pulumi: Pick<Pulumi, "backend" | "dockerHost" | "exportState" | "importState">,
  stack: string,
  tell: (line: string) => void,
): Promise<boolean> {
  const name = stack.split("/").at(-1) ?? stack;
  const folder = locksFolder(pulumi.backend, name);
  const dead = removeDeadLocks(folder, name);
  for (const pid of dead) tell(`Removed the lock of a Pulumi that was killed (process ${pid}).`);
  // Its plugins end soon after it, and may still have been at work.
  if (dead.length > 0) await new Promise((done) => setTimeout(done, PLUGINS_END_MILLISECONDS));

  const { text, state, found } = await holdingLock(folder, name, async () => {
    const exported = await pulumi.exportState();
    const known = readStackState(exported);
    const thorough = dead.length > 0 || known.pending.length > 0;
    const found = await recoverObjects(known, { thorough, dockerHost: pulumi.dockerHost, tell }).catch(asProblem);
    return { text: exported, state: known, found: found || thorough };
  });
  if (state.pending.length > 0) {
    await pulumi.importState(withoutPending(text));
    tell(
      `${state.target === "hosts" ? "Looks again at" : "Dropped"} what it had begun and not ended: ${state.pending.join(", ")}.`,
    );
  }
  return found;
}

function asProblem(error: unknown): never {
  throw error instanceof UserError ? new SetupProblem(error.message) : error;
}
