import { readsCredentials } from "./credentials";
import type { ClusterPlan, ProcessPlan } from "./types";

const ADDRESSES = "alluxio.master.embedded.journal.addresses";

/** Property of a master: where its journal is. */
export const JOURNAL_FOLDER = "alluxio.master.journal.folder";

/** The masters of a plan, in the order in which they join. */
export const mastersIn = (plan: Pick<ClusterPlan, "processes">): ProcessPlan[] =>
  plan.processes.filter((process) => process.role === "master");

/** Where a master of a plan keeps its journal. Absolute. */
export const journalFolderOf = ({ properties }: Pick<ProcessPlan, "properties">): string => properties[JOURNAL_FOLDER]!;

/** A journal on target hosts: a folder of one machine. */
export interface JournalPlace {
  readonly host: string;
  /** Absolute. */
  readonly path: string;
}

export const journalPlaceOf = (master: Pick<ProcessPlan, "hostname" | "properties">): JournalPlace => ({
  host: master.hostname,
  path: journalFolderOf(master),
});

export const isSamePlace = (one: JournalPlace, other: JournalPlace): boolean =>
  one.host === other.host && one.path === other.path;

/** Where clients reach the masters, in the same order. @example ["master-1:19998"] */
export const masterAddresses = (plan: Pick<ClusterPlan, "processes">): string[] =>
  mastersIn(plan).map(({ hostname, ports }) => `${hostname}:${ports.find((port) => port.name === "masterRpc")!.port}`);

/** The address of each master in the quorum of the journal, in the same order. */
export const journalAddresses = (plan: Pick<ClusterPlan, "processes">): string[] =>
  mastersIn(plan)[0]?.properties[ADDRESSES]?.split(",") ?? [];

/**
 * How a master is configured while it joins a quorum that exists: it knows the masters up to itself, and no later one.
 * The list is the Raft configuration of a member as long as its journal is empty, and two empty members that both know
 * three addresses elect an empty leader (seen with Alluxio 2.9.4 while the first master was down).
 */
export function joiningMaster(plan: Pick<ClusterPlan, "processes">, index: number): ProcessPlan {
  const master = mastersIn(plan)[index]!;
  const known = journalAddresses(plan)
    .slice(0, index + 1)
    .join(",");
  return {
    ...master,
    properties: { ...master.properties, [ADDRESSES]: known },
    // What stands beside the credentials is for the master that stays, and would win.
    ...(readsCredentials(master) ? { jvmOptions: [...master.jvmOptions, `-D${ADDRESSES}=${known}`] } : {}),
  };
}
