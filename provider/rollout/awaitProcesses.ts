import type { Role } from "../../components/plan/types";
import type { LeaderView } from "../probes/leader";
import type { Quorum } from "../quorum";
import type { Clock } from "../clock";
import type { ProviderFunction } from "../rpc/function";
import type { RolloutAccess, RolloutCluster } from "./access";
import { LostMembers } from "./lostMembers";
import type { RunningProcess } from "./process";
import { mendQuorum } from "./mendQuorum";

/** A process that was changed, or was not healthy before the change began. */
export interface AwaitedProcess {
  readonly name: string;
  /** Id of what it runs in. */
  readonly id: string;
  readonly role: Role;
  /** Worker: the host that it registers as. */
  readonly host?: string;
  /** Master: its address in the journal's quorum, which must be complete. @default it is enough that one leads */
  readonly address?: string;
}

export interface AwaitProcessesArgs extends RolloutCluster {
  /** Of all masters in the journal's quorum, in the order of `masters`. */
  readonly addresses: readonly string[];
  readonly processes: readonly AwaitedProcess[];
  readonly timeoutSeconds: number;
  /** Workers that must be known to the leader. */
  readonly workers: readonly string[];
}

export interface AwaitProcessesResult {
  /** Absent where all are well; else the process, and what is wrong with it. */
  readonly problem?: { readonly process: string; readonly waitedSeconds: number; readonly why: string };
}

const POLL_MILLISECONDS = 1000;
/** A process that has ended so often since it was made is not waited for any longer. */
const HOPELESS_RESTARTS = 3;
/** The leader tells the age of a contact in whole seconds. */
const CONTACT_GRAIN_MILLISECONDS = 1000;

/** What all processes are judged by in one look. */
interface Sight {
  readonly running: RunningProcess | undefined;
  readonly leader: LeaderView | undefined;
  readonly quorum: Quorum | undefined;
  readonly now: number;
}

interface Problem extends Partial<Pick<Sight, "leader" | "quorum">> {
  readonly process: string;
  /** Of what it runs in. */
  readonly id: string;
  readonly why: string;
  /** It is not going to get better. */
  readonly hopeless: boolean;
}

/**
 * The gate between two steps of a rolling change: every process that was touched is healthy, masters are available in a
 * quorum of which no member is missing, and workers have registered at the leader since they started.
 */
export function awaitProcesses<Cluster extends RolloutCluster>(
  access: RolloutAccess<never, Cluster>,
  clock: Clock,
): ProviderFunction<AwaitProcessesArgs & Cluster, AwaitProcessesResult> {
  return {
    token: "alluxio:index:awaitProcesses",
    call: async ({ args, progress }) => {
      const started = clock.now();
      const lost = new LostMembers(clock);
      for (;;) {
        const waitedSeconds = Math.round((clock.now() - started) / 1000);
        const problem = await firstProblem(args);
        if (!problem) return {};
        const { process, why, hopeless, id, leader, quorum } = problem;
        if (hopeless || waitedSeconds >= args.timeoutSeconds) {
          return { problem: { process, waitedSeconds, why: `${why}; ${await access.lastError(args, id)}` } };
        }
        progress.status(`waits for ${process}: ${why} (${waitedSeconds} s)`);
        await mendQuorum(access, args, { quorum, leader, intended: args.addresses }, lost, progress);
        await clock.sleep(POLL_MILLISECONDS);
      }
    },
  };

  async function firstProblem(args: AwaitProcessesArgs & Cluster): Promise<Problem | undefined> {
    const sights = await Promise.all(
      args.processes.map(async (process) => ({ process, running: await access.inspect(args, process.id) })),
    );
    for (const { process, running } of sights) {
      if (running?.serving) continue;
      const hopeless = running === undefined || running.restarts >= HOPELESS_RESTARTS;
      return { process: process.name, id: process.id, hopeless, why: stateOf(access.bearer, running) };
    }
    const has = (role: Role): boolean => args.processes.some((process) => process.role === role);
    const leader = has("master") || has("worker") ? await access.leader(args) : undefined;
    const inQuorum = args.processes.some(({ address }) => address !== undefined);
    const quorum = inQuorum && leader ? await access.quorum(args) : undefined;
    const now = has("worker") ? await access.now() : 0;
    for (const { process, running } of sights) {
      const why = complaint(args, process, { running, leader, quorum, now });
      if (why !== undefined) return { process: process.name, id: process.id, hopeless: false, why, leader, quorum };
    }
    return undefined;
  }
}

function stateOf(bearer: string, running: RunningProcess | undefined): string {
  if (!running) return `its ${bearer} is gone`;
  const again = running.restarts === 0 ? "" : `, started again ${running.restarts} times`;
  return `its ${bearer} is ${running.state}${again}`;
}

/** What a process that is healthy by itself still lacks in the cluster. */
function complaint(args: AwaitProcessesArgs, process: AwaitedProcess, sight: Sight): string | undefined {
  switch (process.role) {
    case "master":
      return masterComplaint(args, process, sight);
    case "worker":
      return workerComplaint(process, sight);
    default:
      return undefined;
  }
}

function masterComplaint(args: AwaitProcessesArgs, { address }: AwaitedProcess, sight: Sight): string | undefined {
  if (!sight.leader) return "no master leads";
  if (address === undefined) return undefined;
  if (!sight.quorum) return "the leader does not tell the members of the quorum";
  if (sight.quorum[address] !== true) return `it is not available in the quorum (${describe(sight.quorum)})`;
  const away = Object.entries(sight.quorum).filter(([, available]) => !available);
  if (away.length > 0) return `the quorum is not complete (${describe(sight.quorum)})`;
  const known = new Set(sight.leader.workers.filter((one) => one.state === "ACTIVE").map((one) => one.host));
  const missing = args.workers.filter((host) => !known.has(host));
  return missing.length === 0 ? undefined : `the leader does not know yet: ${missing.join(", ")}`;
}

function workerComplaint({ host }: AwaitedProcess, { leader, running, now }: Sight): string | undefined {
  if (!leader) return "no master leads";
  const registered = leader.workers.find((one) => one.host === host && one.state === "ACTIVE");
  if (!registered) return "it is not registered at the leader";
  // What the process before it has registered is listed for a while.
  const heardAt = now - registered.lastContactSeconds * 1000;
  const startedAt = running?.startedAt ?? 0;
  return heardAt > startedAt + CONTACT_GRAIN_MILLISECONDS
    ? undefined
    : "the leader has not heard of it since it started";
}

const describe = (quorum: Quorum): string =>
  Object.entries(quorum)
    .map(([address, available]) => `${address} ${available ? "available" : "unavailable"}`)
    .join(", ");
