import type { ClusterConfig, FuseMountConfig, Target, UnderStorageConfig, WorkerGroupConfig } from "./config";
import { fillHosts } from "./defaults-hosts";
import { sanitize } from "./rules/names";
import { Size } from "./size";
import {
  DEFAULT_HEAPS,
  DEFAULT_PORTS,
  DEFAULT_WORKERS_PERCENT,
  HEAP_NAMES,
  type ClusterSpec,
  type FuseMountSpec,
  type HeapName,
  type UnderStorage,
  type WorkerGroup,
} from "./spec";
import { DEFAULT_VERSION } from "./versions";

/** The spec of a config that holds every rule. The defaults are those that config.ts documents; a unit test compares. */
export function fillDefaults(config: ClusterConfig, stack: string): ClusterSpec {
  const target = config.target ?? "docker";
  const name = config.name ?? sanitize(stack);
  const version = config.version ?? DEFAULT_VERSION;
  const workers = config.workers.map(fillWorkers);
  return {
    name,
    target,
    version,
    image: config.image ?? `alluxio/alluxio:${version}`,
    masters: {
      count: masterCount(config.masters?.count ?? 1),
      hosts: config.masters?.hosts ?? [],
      journal: {
        keep: config.masters?.journal?.keep ?? false,
        path: config.masters?.journal?.path ?? "/opt/alluxio/journal",
      },
    },
    workers,
    underStorage: fillUnderStorage(config.underStorage),
    mounts: (config.mounts ?? []).map((mount) => fillMount(mount, workers, target)),
    dataSets: (config.dataSets ?? []).map((dataSet) => ({
      ...dataSet,
      path: dataSet.path ?? `/datasets/${dataSet.name}`,
    })),
    proxy: { enabled: config.proxy?.enabled ?? false },
    properties: { ...config.properties },
    heaps: fillHeaps(config),
    jvmOptions: config.jvmOptions ?? [],
    ports: { ...DEFAULT_PORTS, ...config.ports },
    labels: { ...config.labels },
    rollout: { workersPercent: DEFAULT_WORKERS_PERCENT, ...config.rollout },
    docker: { ...config.docker },
    hosts: fillHosts(config.hosts, version),
    kubernetes: { ...config.kubernetes, namespace: config.kubernetes?.namespace ?? name },
    confirm: config.confirm ?? [],
  };
}

/** Names of a group's workers: the hosts' on target hosts, else `<group>-<n>`. */
export function workerNames(group: WorkerGroup, target: Target): readonly string[] {
  if (target === "hosts") return group.hosts;
  return Array.from({ length: group.count }, (_, index) => `${group.name}-${index + 1}`);
}

function fillWorkers(group: WorkerGroupConfig): WorkerGroup {
  return {
    name: group.name,
    count: group.hosts?.length ?? group.count ?? 1,
    ramdisk: sizeOf(group.ramdisk),
    tiers: (group.tiers ?? []).map(({ alias, path, quota }) => ({ alias, path, quota: sizeOf(quota) })),
    hosts: group.hosts ?? [],
    ssh: { ...group.ssh },
  };
}

function fillUnderStorage({ volume, path, uri, credentials, options }: UnderStorageConfig): UnderStorage {
  const more = { credentials: { ...credentials }, options: { ...options } };
  if (uri !== undefined) return { kind: "uri", uri, ...more };
  if (path !== undefined) return { kind: "path", path, ...more };
  return { kind: "volume", keep: volume?.keep ?? false, ...more };
}

function fillMount(mount: FuseMountConfig, groups: readonly WorkerGroup[], target: Target): FuseMountSpec {
  const mountPoint = mount.mountPoint ?? (target === "docker" ? undefined : `/mnt/alluxio/${mount.name}`);
  const named = mount.workers ?? groups.map((group) => group.name);
  const workers = named.flatMap((text) => {
    const group = groups.find((one) => one.name === text);
    return group === undefined ? [text] : workerNames(group, target);
  });
  return {
    name: mount.name,
    ...(mountPoint === undefined ? {} : { mountPoint }),
    alluxioPath: mount.alluxioPath ?? "/",
    workers: [...new Set(workers)],
    contents: mount.contents ?? "changing",
    ...(mount.options === undefined ? {} : { options: mount.options }),
    shortCircuit: mount.shortCircuit ?? true,
  };
}

function fillHeaps(config: ClusterConfig): Record<HeapName, Size> {
  const sizes = HEAP_NAMES.map((name): [HeapName, Size] => [name, sizeOf(config.heaps?.[name] ?? DEFAULT_HEAPS[name])]);
  return Object.fromEntries(sizes) as Record<HeapName, Size>;
}

function sizeOf(text: string): Size {
  const size = Size.parse(text);
  if (size === undefined) throw new RangeError(`not a size, though the rules let it pass: ${JSON.stringify(text)}`);
  return size;
}

function masterCount(count: number): 1 | 3 | 5 {
  if (count === 1 || count === 3 || count === 5) return count;
  throw new RangeError(`not a number of masters, though the rules let it pass: ${count}`);
}
