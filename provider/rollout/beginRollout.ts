import type { Quorum } from "../quorum";
import type { Clock } from "../clock";
import type { ProviderFunction } from "../rpc/function";
import { orInstead, type Progress } from "../rpc/resource";
import type { RolloutAccess, RolloutCluster } from "./access";
import { hostOf } from "./lostMembers";
import type { NotAttempted } from "./notAttempted";
import type { ComparedProcess } from "./process";

export interface BeginRolloutArgs<Declared = object> extends RolloutCluster {
  /** Every process of the plan by its name, as the access compares it with what runs. */
  readonly processes: Readonly<Record<string, Declared>>;
  /** Names of processes in the order in which they are changed. @default nobody asks for what was left */
  readonly steps?: readonly (readonly string[])[];
  /** Addresses of all masters of the plan in the journal's quorum. @default no master takes the place of another */
  readonly addresses?: readonly string[];
}

export interface BeginRolloutResult {
  /** Processes that serve now and are going to be changed: what comes before them must be healthy first. */
  readonly atStake: readonly string[];
  /** Every process that runs in something: the id of that, and whether it serves. */
  readonly before: Readonly<Record<string, { readonly id: string; readonly serving: boolean }>>;
  /** Workers that the leader knows as active. */
  readonly workers: readonly string[];
  /** Masters get other credentials on the image that they have: the old ones may be refused already. */
  readonly credentialsAlone: boolean;
  /** No master of the quorum can be spared: new ones have to be in it before any that serves is changed. */
  readonly newMastersFirst: boolean;
}

const LEADER_SECONDS = 60;
const POLL_MILLISECONDS = 1000;

/**
 * The look before a running cluster is changed. Where nothing that serves is going to be changed (a new cluster, no
 * change, a repair) nothing is at stake, and no change waits for another. The same where no master leads: a cluster that
 * does not serve cannot be kept serving, and its repair must not wait for it.
 */
export function beginRollout<Declared, Cluster extends RolloutCluster>(
  access: RolloutAccess<Declared, Cluster>,
  clock: Clock,
  notAttempted?: NotAttempted,
): ProviderFunction<BeginRolloutArgs<Declared> & Cluster, BeginRolloutResult> {
  type Args = BeginRolloutArgs<Declared> & Cluster;
  const lead = async (args: Args, progress: Progress) => {
    // A run that was killed may have left the masters in the middle of an election.
    const deadline = clock.now() + LEADER_SECONDS * 1000;
    for (let first = true; ; first = false) {
      const leader = await access.leader(args);
      if (leader || clock.now() >= deadline) return leader;
      if (first) await takeOver(args, progress);
      await clock.sleep(POLL_MILLISECONDS);
    }
  };
  /** A master that leaves the spec may lead, and workers that are changed would not find it. */
  const takeOver = async (args: Args, progress: Progress): Promise<void> => {
    const { addresses, masters } = args;
    const quorum = addresses && (await access.quorum(args));
    if (!quorum || !Object.entries(quorum).some(([one, available]) => available && !addresses.includes(one))) return;
    const successor = addresses.filter((address) => quorum[address] === true).at(-1);
    if (successor === undefined) return;
    await orInstead(
      async () => {
        await access.elect(args, masters[addresses.indexOf(successor)]!, successor);
        progress.info(`${hostOf(successor)} leads in place of a master that the spec no longer has`);
      },
      ({ message }) => progress.warn(message),
    );
  };
  const isWeak = async (args: Args): Promise<boolean> => {
    const quorum = args.addresses && (await access.quorum(args));
    return quorum !== undefined && cannotSpare(quorum, args.addresses!);
  };
  return {
    token: "alluxio:index:beginRollout",
    call: async ({ args, progress }) => {
      const found = await Promise.all(
        Object.entries(args.processes).map(
          async ([name, declared]) => [name, await access.compare(args, declared)] as const,
        ),
      );
      const running = found.filter((one): one is readonly [string, ComparedProcess] => one[1] !== undefined);
      const before = Object.fromEntries(running.map(([name, { id, serving }]) => [name, { id, serving }]));
      const atStake = running.filter(([, one]) => one.serving && one.differs).map(([name]) => name);
      if (atStake.length === 0)
        return { atStake, before, workers: [], credentialsAlone: false, newMastersFirst: false };

      const masters = running.flatMap(([, one]) => (one.master ? [one] : []));
      const dividing = masters.flatMap((one) => one.dividing);
      if (dividing.length > 0) {
        progress.warn(
          `${[...new Set(dividing)].join(", ")} differ, so that old and new cannot talk: all change at once`,
        );
        return { atStake: [], before, workers: [], credentialsAlone: false, newMastersFirst: false };
      }
      const members = access.absentMastersAreNew ? masters.length : args.masters.length;
      const majority = masters.filter((one) => one.serving).length * 2 > members;
      const leader = majority ? await lead(args, progress) : undefined;
      if (!leader) {
        progress.warn(
          "no master leads: nothing serves that could go on, so nothing waits for what is changed before it",
        );
        return { atStake: [], before, workers: [], credentialsAlone: false, newMastersFirst: false };
      }
      notAttempted?.begin(args.steps ?? [], atStake, new Map(running.map(([name, { id }]) => [name, id])));
      return {
        atStake,
        before,
        workers: leader.workers.filter((one) => one.state === "ACTIVE").map((one) => one.host),
        credentialsAlone: masters.some((one) => one.credentialsAlone),
        newMastersFirst: masters.length < args.masters.length && (await isWeak(args)),
      };
    },
  };
}

/**
 * Whether a quorum of several would be lost with one master more, or has a dead one that the spec no longer has. The one
 * master of a cluster that grows is alone, and goes first: its workers know no other.
 */
export function cannotSpare(quorum: Quorum, intended: readonly string[]): boolean {
  const members = Object.keys(quorum);
  const available = members.filter((address) => quorum[address] === true);
  const gone = members.some((address) => quorum[address] !== true && !intended.includes(address));
  return members.length > 1 && (gone || (available.length - 1) * 2 <= members.length);
}
