import type { LeaderView } from "../probes/leader";
import type { Quorum } from "../resources/journalMember";
import type { Progress } from "../rpc/resource";
import type { RolloutAccess, RolloutCluster } from "./access";
import type { LostMembers } from "./lostMembers";

/** Lets another master lead where this one has lost members for good; while one is down itself nobody else would find it. */
export async function reelect<Cluster extends RolloutCluster>(
  access: RolloutAccess<never, Cluster>,
  cluster: Cluster,
  { quorum, leader }: { readonly quorum: Quorum | undefined; readonly leader: LeaderView | undefined },
  lost: LostMembers,
  progress: Progress,
): Promise<void> {
  if (!quorum || !leader) return;
  const masters = await Promise.all(cluster.masters.map((master) => access.inspect(cluster, master)));
  if (!masters.every((one) => one?.serving)) return;
  const done = await lost.seen(quorum, leader.rpcAddress, (address) => access.elect(cluster, leader.master, address));
  if (done !== undefined) progress.info(done);
}
