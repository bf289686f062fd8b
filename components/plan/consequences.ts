import { isDeepStrictEqual } from "node:util";
import { CREDENTIALS_VOLUME, keepsCredentials } from "./credentials";
import { movedMasters } from "./movedMasters";
import { mastersIn } from "./quorum";
import { Size } from "../spec/size";
import type { ClusterPlan, ProcessPlan, VolumePlan } from "./types";
import { compareVersions } from "./versions";

/** What a change of the spec does to a running cluster, the least first. */
export type Effect = "start" | "stop" | "restart" | "takeover" | "cache loss" | "metadata loss" | "data loss";

export interface Consequence {
  readonly effect: Effect;
  /** The one thing it happens to, in a form fit for `confirm`: `shrink ramdisk-small-1 512MB→256MB`. */
  readonly change: string;
  /** Why, as a sentence. */
  readonly reason: string;
  /** Refused until the spec confirms it. */
  readonly mustConfirm: boolean;
  /** Refused whatever the spec confirms: it would not work. */
  readonly impossible?: boolean;
  /** What was found where it runs: a confirmation counts only as long as that is the same. */
  readonly found?: unknown;
  /** Whether it counts whatever the stack knows, so that a run which failed before anything was touched asks for the same. @default false */
  readonly whateverTheState?: boolean;
}

const ROOT_UFS = "alluxio.master.mount.table.root.ufs";

/** Every consequence of going from one plan to the other; none where the two are the same. */
export function consequencesOf(before: ClusterPlan, after: ClusterPlan): Consequence[] {
  return [
    ...identityChanges(before, after),
    ...versionChange(before, after),
    ...quorumShrink(before, after),
    ...movedMasters(before, after),
    ...rootUnderStorageChange(before, after),
    ...volumeChanges(before, after),
    ...tierChanges(before, after),
    ...processChanges(before, after),
  ];
}

function identityChanges(before: ClusterPlan, after: ClusterPlan): Consequence[] {
  const changed = (["name", "target"] as const).filter((field) => before[field] !== after[field]);
  return changed.map((field) => renamedCluster(field, before[field], after[field]));
}

export const renamedCluster = (field: "name" | "target", before: string, after: string): Consequence => ({
  effect: "data loss",
  change: `${field} ${before}→${after}`,
  reason: `a cluster of another ${field} is another cluster: this one is destroyed with its volumes`,
  mustConfirm: true,
});

/** On hosts both clusters would be there at once, for the engine makes the new one before it removes the old one. */
export const renamedOnHosts = (before: string, after: string): Consequence => ({
  ...renamedCluster("name", before, after),
  reason:
    "a cluster of another name is another cluster, and on hosts both would need the same ports, ramdisks and folders. " +
    `Call it ${before} again; or end that one first, under its old name, by \`alluxioctl down\`, which says what that loses`,
  impossible: true,
});

function versionChange(before: ClusterPlan, after: ClusterPlan): Consequence[] {
  if (compareVersions(before.version, after.version) <= 0) return [];
  return [
    {
      effect: "metadata loss",
      change: `downgrade ${before.version}→${after.version}`,
      reason:
        `Alluxio ${after.version} may not read the journal that ${before.version} wrote. It is safe only where no master ` +
        `has run ${before.version} yet, such as after an upgrade that stopped before the first of them; else the way back ` +
        "is the backup that the upgrade has made of the journal",
      mustConfirm: true,
    },
  ];
}

/** The journal of those that stay names the others as members: without them it finds no majority. */
function quorumShrink(before: ClusterPlan, after: ClusterPlan): Consequence[] {
  const [had, has] = [mastersIn(before).length, mastersIn(after).length];
  if (has >= had) return [];
  return [
    {
      effect: "metadata loss",
      change: `masters ${had}→${has}`,
      reason: "a quorum cannot be made smaller by this version: the masters that stay would find no majority",
      mustConfirm: true,
      impossible: true,
    },
  ];
}

function rootUnderStorageChange(before: ClusterPlan, after: ClusterPlan): Consequence[] {
  const root = (plan: ClusterPlan): string => plan.processes[0]?.properties[ROOT_UFS] ?? "none";
  if (root(before) === root(after)) return [];
  return [
    {
      effect: "data loss",
      change: `root under storage ${root(before)}→${root(after)}`,
      reason: "the journal describes files that are not in the other under storage",
      mustConfirm: true,
    },
  ];
}

function volumeChanges(before: ClusterPlan, after: ClusterPlan): Consequence[] {
  const next = new Map(after.volumes.map((volume) => [volume.name, volume]));
  return before.volumes.flatMap((volume) => {
    const successor = next.get(volume.name);
    if (!successor) return volume.keep ? [] : removal(volume);
    if (successor.sizeMiB === volume.sizeMiB) return [];
    const verb = (successor.sizeMiB ?? 0) < (volume.sizeMiB ?? 0) ? "shrink" : "grow";
    // There a tmpfs grows in its place, and keeps what it holds.
    if (verb === "grow" && before.target === "hosts" && after.target === "hosts") return [];
    return [cacheLoss(`${verb} ${volume.name} ${volume.sizeMiB ?? 0}MB→${successor.sizeMiB ?? 0}MB`)];
  });
}

function removal(volume: VolumePlan): Consequence[] {
  const change = `remove ${volume.name}`;
  switch (volume.kind) {
    case "journal":
      return [
        { effect: "metadata loss", change, reason: "it holds a master's copy of all metadata", mustConfirm: true },
      ];
    case "under-storage":
      return [{ effect: "data loss", change, reason: "it holds every persisted file", mustConfirm: true }];
    case "ramdisk":
      return [cacheLoss(change)];
    case "credentials":
      return [];
    default:
      return unreachable(volume.kind);
  }
}

/** What is cached can be read again, unless a file is nowhere else: that only the running cluster can tell. */
const cacheLoss = (change: string): Consequence => ({
  effect: "cache loss",
  change,
  reason: "what it caches is read from the under storage again",
  mustConfirm: false,
});

/** Tiers below the ramdisk, of workers that stay: a removed worker loses its ramdisk, which tells of it already. */
function tierChanges(before: ClusterPlan, after: ClusterPlan): Consequence[] {
  const next = new Map(after.processes.map((process) => [process.name, tiersOf(process)]));
  return before.processes.flatMap((process) => {
    const left = next.get(process.name);
    if (!left) return [];
    return [...tiersOf(process)].flatMap(([path, quota]) => {
      const now = left.get(path);
      if (now === undefined) return [cacheLoss(`remove tier ${path}`)];
      return now.mebibytes < quota.mebibytes
        ? [cacheLoss(`shrink tier ${path} ${quota.mebibytes}MB→${now.mebibytes}MB`)]
        : [];
    });
  });
}

/** Folder → quota. */
function tiersOf({ properties }: ProcessPlan): Map<string, Size> {
  return new Map(
    Object.entries(properties).flatMap(([key, path]) => {
      const level = /^(alluxio\.worker\.tieredstore\.level[1-9])\.dirs\.path$/.exec(key)?.[1];
      const quota = level && Size.parse(properties[`${level}.dirs.quota`] ?? "");
      return quota ? [[path, quota]] : [];
    }),
  );
}

function processChanges(before: ClusterPlan, after: ClusterPlan): Consequence[] {
  const previous = new Map(before.processes.map((process) => [process.name, process]));
  const next = new Map(after.processes.map((process) => [process.name, process]));
  const changed = clusterChanges(before, after);
  const removed = before.processes
    .filter((process) => !next.has(process.name))
    .map((process): Consequence => ({
      effect: "stop",
      change: `stop ${process.name}`,
      reason: "the spec no longer has it",
      mustConfirm: false,
    }));
  const others = after.processes.flatMap((process): Consequence[] => {
    const old = previous.get(process.name);
    if (!old)
      return [{ effect: "start", change: `start ${process.name}`, reason: "the spec has it now", mustConfirm: false }];
    const why = restartReasons(old, process, before, after, changed);
    return why.length === 0
      ? []
      : [
          {
            effect: "restart",
            change: `restart ${process.name}`,
            reason: `${why.join(", ")} changed`,
            mustConfirm: false,
          },
        ];
  });
  return [...removed, ...others];
}

/** What of the whole cluster makes processes start again. Looked up once: a cluster has thousands of processes and volumes. */
const clusterChanges = (before: ClusterPlan, after: ClusterPlan) => ({
  image: before.image !== after.image || before.version !== after.version,
  credentials: hasCredentials(before) !== hasCredentials(after),
  labels: !isDeepStrictEqual(before.labels, after.labels),
  remade: remadeVolumes(before, after),
});

function restartReasons(
  old: ProcessPlan,
  process: ProcessPlan,
  before: ClusterPlan,
  after: ClusterPlan,
  changed: ReturnType<typeof clusterChanges>,
): string[] {
  const keys = [...new Set([...Object.keys(old.properties), ...Object.keys(process.properties)])].sort();
  return [
    ...(changed.image ? ["the image"] : []),
    ...keys.filter((key) => old.properties[key] !== process.properties[key]),
    ...(isDeepStrictEqual(old.jvmOptions, process.jvmOptions) ? [] : ["JVM options"]),
    ...(changed.credentials && keepsCredentials(process) ? ["credentials"] : []),
    ...(isDeepStrictEqual(old.ports, process.ports) ? [] : ["ports"]),
    ...(isDeepStrictEqual(old.volumes, process.volumes) ? resized(process, changed.remade) : ["volumes"]),
    ...(changed.labels ? ["labels"] : []),
    ...(isDeepStrictEqual(mountOf(before, old), mountOf(after, process)) ? [] : ["the mount"]),
  ];
}

const hasCredentials = (plan: ClusterPlan): boolean => plan.volumes.some(({ name }) => name === CREDENTIALS_VOLUME);

/** Volumes that it uses and that are made anew: whoever uses one must let go of it. */
const resized = (process: ProcessPlan, remade: ReadonlySet<string>): string[] =>
  process.volumes.some((volume) => remade.has(volume.source)) ? ["the size of the ramdisk"] : [];

function remadeVolumes(before: ClusterPlan, after: ClusterPlan): ReadonlySet<string> {
  const sizes = new Map(before.volumes.map((volume) => [volume.name, volume.sizeMiB]));
  const remade = after.volumes.filter(({ name, sizeMiB }) => sizes.has(name) && sizes.get(name) !== sizeMiB);
  return new Set(remade.map((volume) => volume.name));
}

/** What of a mount its process is told; the rest concerns the machine, or other processes. */
function mountOf(plan: ClusterPlan, process: ProcessPlan) {
  const mount = process.mount === undefined ? undefined : plan.mounts.find((one) => one.name === process.mount);
  return mount && { mountPoint: mount.mountPoint, alluxioPath: mount.alluxioPath, options: mount.options };
}

function unreachable(value: never): never {
  throw new Error(`not a kind of volume: ${String(value)}`);
}
