import type { TierConfig, WorkerGroupConfig } from "../../../components/spec/config";
import { isName, sanitize } from "../../../components/spec/rules/names";
import { Size } from "../../../components/spec/size";
import { RAMDISK_PATH } from "../../../components/spec/spec";
import type { RegisteredWorker } from "../../../provider/probes/leader";
import type { Cluster, Machine } from "../cluster";
import { effective, isOpen, textOf, type Settings } from "../effective";
import { listed, type Note } from "../note";
import type { Origin, Part } from "../part";

interface Storage {
  readonly machine: Machine;
  /** As it is written there, or as Alluxio counts it. */
  readonly ramdisk: string;
  readonly size: Size;
  readonly from: string;
  readonly tiers: readonly TierConfig[];
  /** Directory of the first tier. */
  readonly path: string;
}

/** Workers of the same size and tiers are one group. */
export function workersPart(cluster: Cluster): Part {
  const notes: Note[] = [];
  const storages = cluster.workers.flatMap((machine) => storageOf(machine, cluster, notes) ?? []);
  const groups = new Map<string, Storage[]>();
  for (const storage of storages) {
    const key = JSON.stringify([storage.size.mebibytes, storage.tiers]);
    groups.set(key, [...(groups.get(key) ?? []), storage]);
  }
  const taken = new Set(cluster.machines.map(({ name }) => name));
  const workers = [...groups.values()].map((members): WorkerGroupConfig => {
    const [{ ramdisk, tiers }] = members as [Storage];
    const name = groupName(groups.size === 1 ? "workers" : `ramdisk-${ramdisk}`, taken);
    taken.add(name);
    return {
      name,
      ramdisk,
      ...(tiers.length > 0 ? { tiers: [...tiers] } : {}),
      hosts: members.map(({ machine }) => machine.name),
    };
  });
  const origins = [...groups.values()].flatMap((members, i): Origin[] => [
    { path: ["workers", i, "ramdisk"], text: [...new Set(members.map(({ from }) => from))].join("; ") },
  ]);
  notes.push(...ramdisksOf(storages), ...registeredOf(cluster, storages));
  return {
    config: { workers },
    origins: [{ path: ["workers"], text: "conf/workers; those of the same size are one group" }, ...origins],
    notes,
  };
}

const LONGEST_NAME = 30;

function groupName(wanted: string, taken: ReadonlySet<string>): string {
  const base = sanitize(wanted)
    .slice(0, LONGEST_NAME - 3)
    .replace(/-+$/, "");
  const plain = isName(base) ? base : "workers";
  for (let n = 1; ; n++) {
    const name = n === 1 ? plain : `${plain}-${n}`;
    if (!taken.has(name)) return name;
  }
}

const level = (n: number, name: string): string => `alluxio.worker.tieredstore.level${n}.${name}`;
const SIZE_PROPERTIES = [level(0, "dirs.quota"), "alluxio.worker.ramdisk.size", "alluxio.worker.memory.size"];
const ALIASES: Readonly<Record<string, TierConfig["alias"]>> = { SSD: "SSD", HDD: "HDD" };

function storageOf(machine: Machine, cluster: Cluster, notes: Note[]): Storage | undefined {
  const settings = effective(machine.facts, "worker");
  const about = `worker ${machine.name}`;
  const alias = textOf(settings, level(0, "alias")) ?? "MEM";
  const path = textOf(settings, level(0, "dirs.path")) ?? RAMDISK_PATH;
  if (alias !== "MEM" || path.includes(",")) {
    notes.push({
      kind: "decision",
      about,
      found: `first tier ${alias} at ${path}`,
      message:
        "Here the first tier of a worker is a ramdisk in one directory: choose its size, and add the host to a group.",
    });
    return undefined;
  }
  const tiers = tiersOf(machine, settings, notes);
  const found = sizeOf(machine, settings, cluster);
  if (found === undefined || tiers === undefined) {
    if (found === undefined) {
      notes.push({
        kind: "decision",
        about,
        message: "The size of its ramdisk stands nowhere, and no master tells it: add the host to a group.",
      });
    }
    return undefined;
  }
  return { machine, ...found, tiers, path };
}

function sizeOf(
  machine: Machine,
  settings: Settings,
  cluster: Cluster,
): Pick<Storage, "ramdisk" | "size" | "from"> | undefined {
  for (const property of SIZE_PROPERTIES) {
    const text = textOf(settings, property);
    if (text === undefined || isOpen(text)) continue;
    // Alluxio takes a number without a unit for bytes.
    const size = Size.parse(/^\d+$/.test(text) ? `${text}B` : text);
    if (size === undefined) return undefined;
    const ramdisk = /^\d+$/.test(text) ? size.toString() : text;
    return { ramdisk, size, from: `${property} in ${settings.get(property)?.from ?? "its configuration"}` };
  }
  const registered = registrationOf(machine, cluster);
  const oneTier = textOf(settings, "alluxio.worker.tieredstore.levels") ?? "1";
  if (registered === undefined || oneTier !== "1") return undefined;
  const size = Size.parse(`${registered.capacityBytes}B`);
  return (
    size && {
      ramdisk: size.toString(),
      size,
      from: "not set: what the worker has registered with (two thirds of its memory)",
    }
  );
}

/** Slower tiers. @returns undefined where the spec cannot say them */
function tiersOf({ name }: Machine, settings: Settings, notes: Note[]): TierConfig[] | undefined {
  const levels = Number(textOf(settings, "alluxio.worker.tieredstore.levels") ?? "1");
  const tiers: TierConfig[] = [];
  for (let n = 1; n < levels; n++) {
    const text = (field: string): string => textOf(settings, level(n, field)) ?? "";
    const [alias, path, quota] = [ALIASES[text("alias")], text("dirs.path"), text("dirs.quota")];
    if (alias === undefined || path === "" || path.includes(",") || Size.parse(quota) === undefined) {
      notes.push({
        kind: "decision",
        about: `worker ${name}`,
        found: `tier ${n}: ${text("alias")} at ${path} of ${quota}`,
        message: "Here a tier is SSD or HDD, in one directory, with one quota: decide, and add the host to a group.",
      });
      return undefined;
    }
    const own = `/${name}`;
    const directory = path.replace(/\/+$/, "");
    if (!directory.endsWith(own)) {
      notes.push({
        kind: "difference",
        about: `tier ${alias} of ${name}`,
        found: directory,
        ours: `${directory}${own}`,
        message:
          "Its blocks move to a directory of the worker's own: what is cached in the old one is read anew from the under storage.",
      });
    }
    tiers.push({ alias, path: directory.endsWith(own) ? directory.slice(0, -own.length) : directory, quota });
  }
  return tiers;
}

/** As the leader knows it. */
export function registrationOf({ name, asked, facts }: Machine, cluster: Cluster): RegisteredWorker | undefined {
  const names = [name, asked, ...facts.names].map((one) => one.toLowerCase());
  return cluster.facts.leader?.view.workers.find(({ host }) => names.includes(host.toLowerCase()));
}

/** What is mounted where the blocks are, against what will be. */
function ramdisksOf(storages: readonly Storage[]): Note[] {
  const notes = new Map<string, { note: Note; hosts: string[] }>();
  for (const { machine, path, size } of storages) {
    const mounted = machine.facts.mounts.filter(({ mountPoint }) => mountPoint === path).at(-1);
    const kind = mounted?.type ?? "nothing mounted";
    const limit = kind === "tmpfs" && mounted?.sizeMiB !== undefined ? ` of ${mounted.sizeMiB}MB` : "";
    const why =
      kind === "ramfs"
        ? "A ramfs has no limit and can take all memory; a tmpfs has the size of the spec, and is mounted at a boot."
        : "A tmpfs of the size of the spec is mounted there, also at a boot.";
    const note: Note = {
      kind: "difference",
      about: "ramdisk",
      found: `${kind}${limit} at ${path}`,
      ours: `tmpfs of ${size.mebibytes}MB at ${RAMDISK_PATH}`,
      message: `${why} What is cached is read anew from the under storage; unmount the old one first.`,
    };
    const key = JSON.stringify(note);
    notes.set(key, { note, hosts: [...(notes.get(key)?.hosts ?? []), machine.name] });
  }
  return [...notes.values()].map(({ note, hosts }) => ({ ...note, about: `ramdisk of ${listed(hosts)}` }));
}

/** Where conf/workers, what runs and what is registered differ. */
function registeredOf(cluster: Cluster, storages: readonly Storage[]): Note[] {
  const { leader } = cluster.facts;
  if (leader === undefined) return [];
  const known = new Set<RegisteredWorker>();
  const notes: Note[] = [];
  for (const machine of cluster.workers) {
    const registered = registrationOf(machine, cluster);
    const about = `worker ${machine.name}`;
    if (registered === undefined) {
      notes.push({
        kind: "difference",
        about,
        message: "conf/workers names it, and it is not registered: it will be.",
      });
      continue;
    }
    known.add(registered);
    if (registered.host !== machine.name) {
      notes.push({
        kind: "difference",
        about,
        found: `registered as ${registered.host}`,
        ours: `as ${machine.name}`,
        message: "Clients that look for blocks on their own host have to be known by this name too.",
      });
    }
    const storage = storages.find((one) => one.machine === machine);
    const first = storage && storage.tiers.length === 0 ? storage.size.bytes : undefined;
    if (first !== undefined && Math.abs(first - registered.capacityBytes) >= Size.ofMebibytes(1).bytes) {
      notes.push({
        kind: "difference",
        about,
        found: `registered with ${registered.capacityBytes} bytes`,
        ours: `${first} bytes`,
        message: "Its configuration was changed after it was started: the new size holds.",
      });
    }
  }
  for (const { host } of [...leader.view.workers, ...leader.view.lostWorkers]) {
    if ([...known].some((one) => one.host === host)) continue;
    const silent = cluster.facts.workers.some(
      (one) => one.entry === host && Object.hasOwn(cluster.facts.silent, one.host),
    );
    if (silent) continue;
    notes.push({
      kind: "decision",
      about: `worker ${host}`,
      message: "It is registered, and conf/workers does not name it: add its host to a group, or stop it.",
    });
  }
  return notes;
}
