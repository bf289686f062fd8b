import type { LeaderView } from "../probes/leader";
import type { Quorum } from "../quorum";
import type { Progress } from "../rpc/resource";
import type { RolloutAccess, RolloutCluster } from "./access";
import type { LostMembers } from "./lostMembers";
import { areAvailable, strangersIn, takeOut } from "./strangers";

interface Seen {
  readonly quorum: Quorum | undefined;
  readonly leader: LeaderView | undefined;
  /** Addresses of the masters that the plan has. */
  readonly intended: readonly string[];
}

/**
 * What makes a quorum complete again while all masters are healthy by themselves. Of a master that has moved, the member that it
 * was is taken out once its process has ended: nobody will serve as it again. Where the leader has lost a member for good,
 * another one leads.
 */
export async function mendQuorum<Cluster extends RolloutCluster>(
  access: RolloutAccess<never, Cluster>,
  cluster: Cluster,
  { quorum, leader, intended }: Seen,
  lost: LostMembers,
  progress: Progress,
): Promise<void> {
  if (!quorum || !leader) return;
  const masters = await Promise.all(cluster.masters.map((master) => access.inspect(cluster, master)));
  if (!masters.every((one) => one?.serving)) return;
  const left = strangersIn(quorum, intended).filter((address) => quorum[address] !== true);
  if (access.dismiss && left.length > 0 && areAvailable(quorum, intended)) {
    await takeOut(left, (address) => access.dismiss!(cluster, address), progress);
    return;
  }
  const done = await lost.seen(quorum, leader.rpcAddress, (address) => access.elect(cluster, leader.master, address));
  if (done !== undefined) progress.info(done);
}
