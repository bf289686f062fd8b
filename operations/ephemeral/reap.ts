import { ephemeralOf, type Ephemeral } from "../../components/plan/ephemeral";
import { CLUSTER_ID_LABEL } from "../../provider/transports/docker";
import { formatDuration } from "./duration";
import type { MakerState } from "./maker";
import type { Observed } from "./observed";

/** A throw-away cluster, and all that there is of it. */
export interface ThrowAway extends Observed {
  readonly ephemeral: Ephemeral;
  readonly clusterIds: readonly string[];
}

export interface Circumstances {
  /** Seconds since 1970. */
  readonly now: number;
  readonly makerState: (maker: string) => MakerState;
  /** Clusters to be removed though their time has not come, by name. */
  readonly asked?: ReadonlySet<string>;
}

export interface Verdict {
  readonly cluster: ThrowAway;
  readonly reap: boolean;
  /** Why it goes or stays, as the rest of a sentence: `expired 3 min ago`. */
  readonly reason: string;
}

/** What is reaped and what stays. Only what bears the labels of a throw-away cluster, or its id, is in the answer. */
export const verdictsOn = (observed: Observed, circumstances: Circumstances): Verdict[] =>
  throwAways(observed).map((cluster) => ({ cluster, ...judge(cluster.ephemeral, circumstances) }));

function judge(
  { name, expires, maker }: Ephemeral,
  { now, makerState, asked }: Circumstances,
): Pick<Verdict, "reap" | "reason"> {
  if (asked?.has(name)) return { reap: true, reason: "asked for" };
  if (expires <= now) return { reap: true, reason: `expired ${formatDuration(now - expires)} ago` };
  const left = `expires in ${formatDuration(expires - now)}`;
  if (maker === undefined) return { reap: false, reason: left };
  const state = makerState(maker);
  switch (state) {
    case "gone":
      return { reap: true, reason: "the process that made it is gone" };
    case "alive":
      return { reap: false, reason: `${left}, or with the process that made it` };
    case "elsewhere":
      return { reap: false, reason: `${left}; made by a process that cannot be seen from here` };
    default:
      return state satisfies never;
  }
}

/**
 * The throw-away clusters among what was seen, told apart by all that their labels say. What bears the id of such a cluster and no labels of a
 * throw-away one belongs to it as well: ids are random, and decide what is ours.
 */
export function throwAways(observed: Observed): ThrowAway[] {
  const found = new Map<string, { ephemeral: Ephemeral; ids: Set<string> }>();
  const keyOfId = new Map<string, string>();
  const note = (ephemeral: Ephemeral | undefined, clusterId: string | undefined): void => {
    if (!ephemeral) return;
    const key = keyOf(ephemeral);
    const entry = found.get(key) ?? { ephemeral, ids: new Set() };
    found.set(key, entry);
    if (clusterId === undefined) return;
    entry.ids.add(clusterId);
    keyOfId.set(clusterId, key);
  };
  for (const { labels } of [...observed.containers, ...observed.networks, ...observed.volumes]) {
    note(ephemeralOf(labels), labels[CLUSTER_ID_LABEL]);
  }
  for (const { labels, clusterId } of observed.ledgers) note(ephemeralOf(labels), clusterId);
  for (const { ephemeral } of observed.folders) note(ephemeral, undefined);

  const ownerOf = (labels: Readonly<Record<string, string>>, clusterId = labels[CLUSTER_ID_LABEL]) => {
    const ephemeral = ephemeralOf(labels);
    return ephemeral ? keyOf(ephemeral) : clusterId === undefined ? undefined : keyOfId.get(clusterId);
  };
  return [...found].map(([key, { ephemeral, ids }]) => ({
    ephemeral,
    clusterIds: [...ids],
    containers: observed.containers.filter(({ labels }) => ownerOf(labels) === key),
    networks: observed.networks.filter(({ labels }) => ownerOf(labels) === key),
    volumes: observed.volumes.filter(({ labels }) => ownerOf(labels) === key),
    ledgers: observed.ledgers.filter(({ labels, clusterId }) => ownerOf(labels, clusterId) === key),
    folders: observed.folders.filter((folder) => keyOf(folder.ephemeral) === key),
  }));
}

const keyOf = ({ name, expires, maker = "" }: Ephemeral): string => `${name}@${expires}@${maker}`;
