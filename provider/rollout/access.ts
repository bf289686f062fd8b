import type { LeaderView } from "../probes/leader";
import type { Quorum } from "../quorum";
import type { ComparedProcess, RunningProcess } from "./process";

/** The cluster that is being changed. */
export interface RolloutCluster {
  readonly clusterId: string;
  /** The masters by the names that the access knows them by (containers, hosts), in the order of the plan. */
  readonly masters: readonly string[];
}

/** What a rolling change asks of the machine, and does to the masters. Each call may throw a UserError. */
export interface RolloutAccess<Declared, Cluster extends RolloutCluster = RolloutCluster> {
  /** What a process runs in. @example "container" */
  readonly bearer: string;
  /** Whether a master of which there is nothing is a new one; else it may be one that was lost. */
  readonly absentMastersAreNew: boolean;
  /** @returns how what is declared runs now; undefined where there is nothing of it */
  compare(cluster: Cluster, declared: Declared): Promise<ComparedProcess | undefined>;
  /** @param process its id, or the name of a master. @returns undefined where there is none of this cluster */
  inspect(cluster: Cluster, process: string): Promise<RunningProcess | undefined>;
  /** What the leader says. @returns undefined while none leads */
  leader(cluster: Cluster): Promise<LeaderView | undefined>;
  /** Members of the journal's quorum. @returns undefined while no leader answers */
  quorum(cluster: Cluster): Promise<Quorum | undefined>;
  /** The clock of {@link RunningProcess.startedAt}, in milliseconds since 1970. */
  now(): Promise<number>;
  /** What the log of a process says last of an error. @param id of what it runs in */
  lastError(cluster: Cluster, id: string): Promise<string>;
  /**
   * Backs the journal up. @returns where to, as an address in the root under storage
   * @throws UserError with what Alluxio said
   */
  backup(cluster: Cluster, leader: string, directory: string): Promise<string>;
  /** Asks the leader to hand over. @throws UserError with what Alluxio said */
  elect(cluster: Cluster, leader: string, address: string): Promise<void>;
  /** Takes a member out of the quorum. Absent: masters never move. @throws UserError with what Alluxio said */
  dismiss?(cluster: Cluster, address: string): Promise<void>;
}
