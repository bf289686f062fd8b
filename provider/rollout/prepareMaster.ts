import { leaderWhileAway } from "../../components/plan/rollout";
import type { Clock } from "../clock";
import type { ProviderFunction } from "../rpc/function";
import { orInstead, UserError, type Progress } from "../rpc/resource";
import type { RolloutAccess, RolloutCluster } from "./access";
import { hostOf, LostMembers } from "./lostMembers";
import { mendQuorum } from "./mendQuorum";

export interface PrepareMasterArgs extends RolloutCluster {
  /** The master that is about to be changed, by the name that the access knows it by. */
  readonly master: string;
  /** Addresses in the journal's quorum, in the order of `masters`. */
  readonly addresses: readonly string[];
  /** Before the first one: where to back the journal up. */
  readonly backupDirectory?: string;
  /** A backup that fails is told, and the change goes on. @default false */
  readonly backupMayFail?: boolean;
  /** Workers that must be known to a new leader before the old one may go. */
  readonly workers: readonly string[];
  /** Masters that this change adds: they do not take over, for workers and clients know them only when they are changed. @default none */
  readonly newMasters?: readonly string[];
}

const LEADER_SECONDS = 120;
const POLL_MILLISECONDS = 1000;

export interface PrepareMasterResult {
  /** Why the master must not be touched; absent where it may be. */
  readonly problem?: string;
}

/**
 * What comes before a master that serves is changed: a backup of the journal before the first of them, and another leader
 * where this one leads.
 */
export function prepareMaster<Cluster extends RolloutCluster>(
  access: RolloutAccess<never, Cluster>,
  clock: Clock,
): ProviderFunction<PrepareMasterArgs & Cluster, PrepareMasterResult> {
  type Args = PrepareMasterArgs & Cluster;
  return {
    token: "alluxio:index:prepareMaster",
    call: ({ args, progress }) =>
      orInstead(
        async () => {
          await prepare(args, progress);
          return {};
        },
        ({ message }) => ({ problem: message }),
      ),
  };

  async function prepare(args: Args, progress: Progress): Promise<void> {
    const members = await completeQuorum(args, progress);
    const leader = await leadingOf(args);
    if (!leader) throw new UserError(`no master has led for ${LEADER_SECONDS} s`);
    if (args.backupDirectory !== undefined) await backUp(args, leader.master, args.backupDirectory, progress);
    // A cluster that grows has masters in its plan that are no members yet.
    const candidates = args.masters.filter(
      (master) => members.has(addressOf(args, master)) && !args.newMasters?.includes(master),
    );
    const successor = leaderWhileAway(candidates, args.master, leader.master);
    if (successor !== undefined) await handOver(args, leader.master, successor, progress);
  }

  /** The addresses of all members; a master must not go while another one is away. */
  async function completeQuorum(args: Args, progress: Progress): Promise<ReadonlySet<string>> {
    if (args.masters.length === 1) return new Set(args.addresses);
    const deadline = clock.now() + LEADER_SECONDS * 1000;
    const lost = new LostMembers(clock);
    for (;;) {
      const quorum = (await access.quorum(args)) ?? {};
      const members = Object.entries(quorum);
      const away = members.filter(([, available]) => !available).map(([address]) => hostOf(address));
      if (members.length > 0 && away.length === 0) return new Set(members.map(([address]) => address));
      if (clock.now() >= deadline) {
        throw new UserError(
          `the quorum is not complete (${away.length > 0 ? `${away.join(", ")} unavailable` : "no leader tells its members"}), ` +
            "and with one more master away it might be lost. Undo the change, repair it with `pulumi up --refresh`, and change it then",
        );
      }
      await mendQuorum(
        access,
        args,
        { quorum, leader: await access.leader(args), intended: args.addresses },
        lost,
        progress,
      );
      await clock.sleep(POLL_MILLISECONDS);
    }
  }

  async function leadingOf(args: Args, who?: string, workers: readonly string[] = []) {
    const deadline = clock.now() + LEADER_SECONDS * 1000;
    for (;;) {
      const leader = await access.leader(args);
      const active = new Set(leader?.workers.filter((one) => one.state === "ACTIVE").map((one) => one.host));
      const right = leader !== undefined && (who === undefined || leader.master === who);
      if (right && workers.every((host) => active.has(host))) return leader;
      if (clock.now() >= deadline) return undefined;
      await clock.sleep(POLL_MILLISECONDS);
    }
  }

  async function backUp(args: Args, leader: string, directory: string, progress: Progress): Promise<void> {
    progress.status("backs the journal up");
    try {
      progress.info(`the journal is backed up: ${await access.backup(args, leader, directory)}`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (args.backupMayFail === true) {
        progress.warn(
          `the journal could not be backed up (${error.message}), which the credentials may explain that are being replaced: the change goes on without`,
        );
        return;
      }
      throw new UserError(
        `the journal cannot be backed up to ${directory} in the root under storage: ${error.message}. ` +
          "Make that directory writable for the masters, or name another one by properties: " +
          `{"alluxio.master.backup.directory": …}`,
      );
    }
  }

  async function handOver(args: Args, from: string, to: string, progress: Progress): Promise<void> {
    const address = addressOf(args, to);
    const [old, next] = [hostOf(addressOf(args, from)), hostOf(address)];
    progress.status(`${old} hands the lead over to ${next}`);
    await access.elect(args, from, address);
    const leader = await leadingOf(args, to, args.workers);
    if (!leader) {
      throw new UserError(
        `${next} does not lead all workers ${LEADER_SECONDS} s after it was elected in place of ${old}`,
      );
    }
    progress.info(`${next} leads in place of ${old}`);
  }
}

const addressOf = (args: PrepareMasterArgs, master: string): string => args.addresses[args.masters.indexOf(master)]!;
