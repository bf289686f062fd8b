import { UserError } from "../rpc/resource";
import type { DockerTransport } from "../transports/docker";

/** A worker as the leader lists it. */
export interface RegisteredWorker {
  readonly host: string;
  readonly rpcPort: number;
  readonly webPort: number;
  readonly capacityBytes: number;
  readonly usedBytes: number;
  /** Alluxio 2.9.4 and later. */
  readonly version?: string;
  /** `ACTIVE` or `LOST`; 2.9.4 also has `Decommissioned` and `Disabled`. */
  readonly state: string;
}

export interface LeaderView {
  /** The master that leads: its container. */
  readonly master: string;
  readonly rpcAddress: string;
  readonly version: string;
  readonly workers: readonly RegisteredWorker[];
}

/** Answers of `/api/v1/master/info`; only what is used here. */
interface MasterInfo {
  rpcAddress: string;
  version: string;
  workers: WorkerInfo[];
  lostWorkers: WorkerInfo[];
}
interface WorkerInfo {
  address: { host: string; rpcPort: number; webPort: number };
  capacityBytes: number;
  usedBytes: number;
  state: string;
  version?: string;
}

export function parseMasterInfo(master: string, text: string): LeaderView | undefined {
  let info: Partial<MasterInfo>;
  try {
    info = JSON.parse(text) as Partial<MasterInfo>;
  } catch {
    return undefined;
  }
  // A standby answers with an error instead.
  if (!Array.isArray(info.workers) || typeof info.rpcAddress !== "string") return undefined;
  return {
    master,
    rpcAddress: info.rpcAddress,
    version: info.version ?? "",
    workers: info.workers.map((worker) => ({
      host: worker.address.host,
      rpcPort: worker.address.rpcPort,
      webPort: worker.address.webPort,
      capacityBytes: worker.capacityBytes,
      usedBytes: worker.usedBytes,
      ...(worker.version ? { version: worker.version } : {}),
      state: worker.state,
    })),
  };
}

/**
 * Asks the masters, one after the other, which of them leads and which workers it knows.
 * @returns undefined while none leads
 * @throws UserError where no master's container can be asked at all
 */
export async function askLeader(
  transport: DockerTransport,
  masters: readonly string[],
  webPort: number,
): Promise<LeaderView | undefined> {
  const refusals: string[] = [];
  for (const master of masters) {
    try {
      const answer = await transport.run(
        master,
        'curl -s -m 5 "http://127.0.0.1:$1/api/v1/master/info"',
        [String(webPort)],
        10,
      );
      const view = parseMasterInfo(master, answer.stdout);
      if (view) return view;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refusals.push(`${master}: ${error.message}`);
    }
  }
  if (refusals.length === masters.length) throw new UserError(`no master can be asked: ${refusals.join("; ")}`);
  return undefined;
}
