import { nearest } from "../../components/spec/nearest";
import { UserError } from "../../provider/rpc/resource";
import type { CommandResult } from "../../provider/transports/commandResult";
import { CLUSTER_ID_LABEL, PROCESS_LABEL, type DockerTransport } from "../../provider/transports/docker";

/** Runs a command in the container of one process of a cluster. @throws UserError where there is no such process */
export async function execIn(
  docker: DockerTransport,
  clusterId: string,
  process: string,
  command: readonly string[],
  timeoutSeconds: number,
): Promise<CommandResult> {
  const containers = await docker.containers({ label: [`${CLUSTER_ID_LABEL}=${clusterId}`] });
  const found = containers.find((container) => container.labels[PROCESS_LABEL] === process);
  if (found) return docker.run(found.id, 'exec "$@"', command, timeoutSeconds);
  const names = containers.flatMap((container) => container.labels[PROCESS_LABEL] ?? []).sort();
  const near = nearest(process, names);
  throw new UserError(
    `there is no process ${process}${near === undefined ? "" : `: did you mean ${near}?`} (${names.join(", ")})`,
  );
}
