import type { LeaderView } from "../probes/leader";
import type { Quorum } from "../resources/journalMember";
import type { RunningProcess } from "./process";

/** The cluster that is being changed. */
export interface RolloutCluster {
  readonly clusterId: string;
  /** Names of the masters' containers, in the order of the plan. */
  readonly masters: readonly string[];
}

/** What a rolling change asks of the machine, and does to the masters. Each call may throw a UserError. */
export interface RolloutAccess {
  /** @param container its id, or its name. @returns undefined where there is none of this cluster */
  inspect(cluster: RolloutCluster, container: string): Promise<RunningProcess | undefined>;
  /** What the leader says. @returns undefined while none leads */
  leader(cluster: RolloutCluster): Promise<LeaderView | undefined>;
  /** Members of the journal's quorum. @returns undefined while no leader answers */
  quorum(cluster: RolloutCluster): Promise<Quorum | undefined>;
  /** The daemon's clock, in milliseconds since 1970. */
  now(): Promise<number>;
  /** What the log of a container says last of an error. */
  lastError(container: string): Promise<string>;
  /**
   * Backs the journal up. @returns where to, as an address in the root under storage
   * @throws UserError with what Alluxio said
   */
  backup(cluster: RolloutCluster, leader: string, directory: string): Promise<string>;
  /** Asks the leader to hand over. @throws UserError with what Alluxio said */
  elect(cluster: RolloutCluster, leader: string, address: string): Promise<void>;
}
