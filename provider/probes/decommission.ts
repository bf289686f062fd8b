import { UserError } from "../rpc/resource";
import type { CommandRunner } from "./commandRunner";
import type { RegisteredWorker } from "./leader";

/** How long a worker may take to finish what it serves. */
const DRAIN_SECONDS = 10;
const DECOMMISSION_SECONDS = 120;

/**
 * Takes a worker out once its clients have finished. The command waits until every client must have seen it, two minutes
 * by default; here a second will do. With `disable` a process that goes on running, or is restarted, stays out.
 *
 * @throws UserError with what Alluxio said
 */
export async function decommission(
  commands: CommandRunner,
  master: string,
  worker: RegisteredWorker,
  { disable }: { disable: boolean },
): Promise<void> {
  const result = await commands.run(
    master,
    'alluxio fsadmin -Dalluxio.user.worker.list.refresh.interval=1s decommissionWorker --addresses "$1" --wait "$2" $3',
    [`${worker.host}:${worker.webPort}`, `${DRAIN_SECONDS}s`, disable ? "--disable" : ""],
    DECOMMISSION_SECONDS,
  );
  if (result.code !== 0) {
    throw new UserError(
      `worker ${worker.host} cannot be decommissioned: ${lastLines(result.stdout + result.stderr, 3)}`,
    );
  }
}

const lastLines = (text: string, count: number): string => text.trim().split("\n").slice(-count).join(" / ");
