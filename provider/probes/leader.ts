import { UserError } from "../rpc/resource";
import type { CommandRunner } from "./commandRunner";

/** A worker as the leader lists it. */
export interface RegisteredWorker {
  readonly host: string;
  readonly rpcPort: number;
  readonly webPort: number;
  readonly capacityBytes: number;
  readonly usedBytes: number;
  /** How long ago the leader heard of it. */
  readonly lastContactSeconds: number;
  /** Alluxio 2.9.4 and later. */
  readonly version?: string;
  /** `ACTIVE` or `LOST`; 2.9.4 also has `Decommissioned` and `Disabled`. */
  readonly state: string;
}

export type MasterRole = "leader" | "standby";

/** What one master says of itself and of the workers that it knows; only the leader knows them all. */
export interface MasterView {
  /** The master that was asked: its container, or its host. */
  readonly master: string;
  readonly role: MasterRole;
  readonly rpcAddress: string;
  readonly version: string;
  readonly workers: readonly RegisteredWorker[];
  /** Workers that were registered and have not been heard of for `alluxio.master.worker.timeout`. */
  readonly lostWorkers: readonly RegisteredWorker[];
}

export type LeaderView = MasterView & { readonly role: "leader" };

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
  lastContactSec: number;
  state: string;
  version?: string;
}

/** Answer of `/api/v1/master/webui_overview`; `masterRole` is the Raft role: `LEADER`, `FOLLOWER`, ... */
interface Overview {
  masterRole: string | null;
}

/**
 * `$1` web port. One line an answer; the second is not waited for where the first did not come, as from a frozen JVM.
 * A standby answers `info` like a leader, with workers that it has not heard of for long: only its role tells.
 */
const ASK = `base=http://127.0.0.1:$1/api/v1/master
curl -s -m 5 "$base/webui_overview" || exit 0
echo
curl -s -m 5 "$base/info"
`;

/** @returns undefined where the answers are not those of a master, for example while it starts */
export function parseMaster(master: string, text: string): MasterView | undefined {
  const [overviewText = "", infoText = ""] = text.split("\n", 2);
  const overview = parseObject<Overview>(overviewText);
  const info = parseObject<MasterInfo>(infoText);
  if (!overview || !info || !Array.isArray(info.workers) || typeof info.rpcAddress !== "string") return undefined;
  return {
    master,
    // Where a version tells no role, the one that answers is taken for the leader.
    role: (overview.masterRole ?? "LEADER") === "LEADER" ? "leader" : "standby",
    rpcAddress: info.rpcAddress,
    version: info.version ?? "",
    workers: info.workers.map(registeredWorker),
    lostWorkers: (info.lostWorkers ?? []).map(registeredWorker),
  };
}

const registeredWorker = (worker: WorkerInfo): RegisteredWorker => ({
  host: worker.address.host,
  rpcPort: worker.address.rpcPort,
  webPort: worker.address.webPort,
  capacityBytes: worker.capacityBytes,
  usedBytes: worker.usedBytes,
  lastContactSeconds: worker.lastContactSec,
  ...(worker.version ? { version: worker.version } : {}),
  state: worker.state,
});

function parseObject<T extends object>(text: string): Partial<T> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Asks one master for its role and the workers that it knows.
 * @returns undefined where its JVM does not answer
 * @throws UserError where its container or host cannot be asked
 */
export async function askMaster(
  commands: CommandRunner,
  master: string,
  webPort: number,
): Promise<MasterView | undefined> {
  const answer = await commands.run(master, ASK, [String(webPort)], 12);
  return parseMaster(master, answer.stdout);
}

/**
 * Asks the masters, one after the other, which of them leads and which workers it knows.
 * @returns undefined while none leads
 * @throws UserError where no master's container or host can be asked at all
 */
export async function askLeader(
  commands: CommandRunner,
  masters: readonly string[],
  webPort: number,
): Promise<LeaderView | undefined> {
  const refusals: string[] = [];
  for (const master of masters) {
    try {
      const view = await askMaster(commands, master, webPort);
      if (view && isLeader(view)) return view;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refusals.push(`${master}: ${error.message}`);
    }
  }
  if (refusals.length === masters.length) throw new UserError(`no master can be asked: ${refusals.join("; ")}`);
  return undefined;
}

export const isLeader = (view: MasterView): view is LeaderView => view.role === "leader";
