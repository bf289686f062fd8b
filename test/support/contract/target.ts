import type { ClusterConfig } from "../../../components/spec/config";
import type { TestStack } from "../testStack";

/** A place where a mount of the cluster is seen. */
export interface Client {
  /** The mount point there. */
  readonly mountPoint: string;
  /** Runs a bash script there. @returns its standard output */
  exec(script: string, ...args: string[]): Promise<string>;
}

/** A target as the contract tests see it: the same promises, wherever a cluster runs. */
export interface ContractTarget {
  readonly stack: TestStack;
  /** Makes what the cluster will stand on, and the stack: one master, workers `WORKERS`, a mount beside each of the two. */
  prepare(): Promise<void>;
  /** Two places that see the cluster's files, each through a mount of its own. */
  clients(): Promise<readonly [Client, Client]>;
  /** Capacity of every worker that is registered at the leader, in MiB, in the order of size. */
  capacities(): Promise<number[]>;
  /** Stops the process of the second worker by hand. */
  stopWorker(): Promise<void>;
  /** Resources of which a preview says that they are wrong, once the leader has given that worker up. */
  readonly stoppedWorkerShows: readonly string[];
  /** A third worker, of 32 MiB, in the spec. */
  withThirdWorker(config: ClusterConfig): void;
  withoutThirdWorker(config: ClusterConfig): void;
  /** What is left of the cluster. */
  remains(): Promise<string[]>;
  /** Takes back whatever there is, also after a failure. */
  remove(): Promise<void>;
}

/** MiB of the two workers of every contract cluster. */
export const WORKERS = [64, 96] as const;
