import type { ReapReport } from "../operations/ephemeral/reaper";
import { UserError } from "../provider/rpc/resource";
import { createCluster } from "../stacks/ephemeral";
import { tellReaped } from "./ephemeralActs";
import { renderUp } from "./renderEphemeral";
import { EXIT, type ExitCode, type Terminal } from "./terminal";

export interface UpRequest {
  /** Absolute. */
  readonly stackFile: string;
  readonly ttl: string;
  readonly name: string | undefined;
  readonly json: boolean;
}

/** Makes a cluster and brings it up; of one that does not come up nothing is left. */
export async function up({ stackFile, ttl, name, json }: UpRequest, terminal: Terminal): Promise<ExitCode> {
  const onReaped = (report: ReapReport): void => tellReaped(report, terminal);
  const cluster = await createCluster(
    { stackFile },
    { ttl, bound: false, onReaped, ...(name === undefined ? {} : { name }) },
  );
  terminal.err(`Brings up ephemeral cluster ${cluster.name} …\n`);
  try {
    await cluster.up();
  } catch (error) {
    await cluster.remove();
    if (error instanceof UserError) throw new UserError(`${error.message}\nNothing of ${cluster.name} is left.`);
    throw error;
  }
  const { name: made, expires, outputs } = cluster;
  terminal.out(
    json
      ? `${JSON.stringify({ name: made, expires: expires.toISOString(), ...outputs }, null, 2)}\n`
      : renderUp({ name: made, outputs, seconds: (expires.getTime() - Date.now()) / 1000 }),
  );
  return EXIT.fine;
}
