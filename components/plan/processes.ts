import type { ClusterSpec } from "../spec/spec";
import { credentialsJvmOptions, credentialsMounts } from "./credentials";
import { jvmOptionsOf, memoryOf } from "./memory";
import { fuseProcessName } from "./mounts";
import {
  fuseProperties,
  jobMasterProperties,
  jobWorkerProperties,
  masterProperties,
  proxyProperties,
  workerProperties,
} from "./properties";
import { jobMasterHostname, mastersOf, proxyHostname, workersOf } from "./topology";
import type { ProcessPlan, ProcessPort, Role, VolumeMount } from "./types";
import { JOURNAL_PATH, RAMDISK_PATH, journalVolume, ramdiskVolume, underStorageMounts } from "./volumes";

/** All processes in the order of start: masters, job master, workers, job workers, proxy, FUSE. */
export function planProcesses(spec: ClusterSpec): ProcessPlan[] {
  const masters = planMasters(spec);
  const jobMaster = planJobMaster(spec, masters);
  const workers = planWorkers(spec, masters);
  const jobWorkers = planJobWorkers(spec, jobMaster, workers);
  const proxy = spec.proxy.enabled ? [planProxy(spec, masters)] : [];
  return [...masters, jobMaster, ...workers, ...jobWorkers, ...proxy, ...planFuse(spec, workers)];
}

/**
 * One master after the other: an empty member of a quorum that is being made larger must never find another empty one
 * to elect it.
 */
function planMasters(spec: ClusterSpec): ProcessPlan[] {
  return mastersOf(spec).map((master, i, all) => ({
    ...base("master", spec),
    name: master.name,
    hostname: master.hostname,
    properties: masterProperties(spec, master),
    ports: [
      { name: "masterRpc", port: spec.ports.masterRpc },
      { name: "masterWeb", port: spec.ports.masterWeb, ...published(spec, i) },
      { name: "journal", port: spec.ports.journal },
    ],
    jvmOptions: [...jvmOptionsOf("master", spec), ...credentialsJvmOptions(spec, master.name)],
    volumes: [
      ...volumeOn(spec, journalVolume(master.name), JOURNAL_PATH),
      ...underStorageMounts(spec),
      ...credentialsMounts(spec),
    ],
    after: i === 0 ? [] : [all[i - 1]!.name],
    healthPort: spec.ports.masterWeb,
  }));
}

function planJobMaster(spec: ClusterSpec, masters: readonly ProcessPlan[]): ProcessPlan {
  return {
    ...base("job-master", spec),
    name: "job-master",
    hostname: jobMasterHostname(spec),
    properties: jobMasterProperties(spec),
    ports: [
      { name: "jobMasterRpc", port: spec.ports.jobMasterRpc },
      { name: "jobMasterWeb", port: spec.ports.jobMasterWeb },
      { name: "jobMasterJournal", port: spec.ports.jobMasterJournal },
    ],
    volumes: underStorageMounts(spec),
    after: names(masters),
    healthPort: spec.ports.jobMasterWeb,
  };
}

function planWorkers(spec: ClusterSpec, masters: readonly ProcessPlan[]): ProcessPlan[] {
  return workersOf(spec).map((worker) => ({
    ...base("worker", spec),
    name: `worker-${worker.name}`,
    hostname: worker.name,
    worker: worker.name,
    properties: workerProperties(spec, worker),
    ports: [
      { name: "workerRpc", port: spec.ports.workerRpc },
      { name: "workerWeb", port: spec.ports.workerWeb },
    ],
    volumes: [
      ...volumeOn(spec, ramdiskVolume(worker.name), RAMDISK_PATH),
      ...worker.tiers.map((tier) => ({ source: tier.path, path: tier.path })),
      ...underStorageMounts(spec),
    ],
    after: names(masters),
    healthPort: spec.ports.workerWeb,
  }));
}

function planJobWorkers(spec: ClusterSpec, jobMaster: ProcessPlan, workers: readonly ProcessPlan[]): ProcessPlan[] {
  return workersOf(spec).map((worker, i) => ({
    ...base("job-worker", spec),
    name: `job-worker-${worker.name}`,
    hostname: spec.target === "docker" ? `job-${worker.name}` : worker.name,
    worker: worker.name,
    properties: jobWorkerProperties(spec, worker),
    ports: [
      { name: "jobWorkerRpc", port: spec.ports.jobWorkerRpc },
      { name: "jobWorkerData", port: spec.ports.jobWorkerData },
      { name: "jobWorkerWeb", port: spec.ports.jobWorkerWeb },
    ],
    volumes: [...volumeOn(spec, ramdiskVolume(worker.name), RAMDISK_PATH), ...underStorageMounts(spec)],
    after: [jobMaster.name, workers[i]!.name],
    healthPort: spec.ports.jobWorkerWeb,
  }));
}

function planProxy(spec: ClusterSpec, masters: readonly ProcessPlan[]): ProcessPlan {
  return {
    ...base("proxy", spec),
    name: "proxy",
    hostname: proxyHostname(spec),
    properties: proxyProperties(spec),
    ports: [{ name: "proxyWeb", port: spec.ports.proxyWeb }],
    volumes: [],
    after: names(masters),
    healthPort: spec.ports.proxyWeb,
  };
}

function planFuse(spec: ClusterSpec, workers: readonly ProcessPlan[]): ProcessPlan[] {
  const workerProcesses = new Map(workers.map((process) => [process.worker, process.name]));
  return spec.mounts.flatMap((mount, i) => {
    // On one machine a mount is served once, beside the first of its workers.
    const machines = spec.target === "docker" ? mount.workers.slice(0, 1) : mount.workers;
    // In a container each has a network of its own; on a machine they share its ports.
    const webPort = spec.target === "docker" ? spec.ports.fuseWeb : spec.ports.fuseWeb + i;
    return machines.map((worker): ProcessPlan => {
      const name = fuseProcessName(mount);
      return {
        ...base("fuse", spec),
        name: spec.target === "docker" ? name : `${name}@${worker}`,
        hostname: spec.target === "docker" ? name : worker,
        worker,
        mount: mount.name,
        properties: fuseProperties(spec, mount, worker, webPort),
        ports: [{ name: "fuseWeb", port: webPort }],
        volumes: mount.shortCircuit ? volumeOn(spec, ramdiskVolume(worker), RAMDISK_PATH) : [],
        after: [workerProcesses.get(worker)!],
        healthPort: webPort,
      };
    });
  });
}

function base(role: Role, spec: ClusterSpec): Pick<ProcessPlan, "role" | "jvmOptions" | "memoryMiB"> {
  return { role, jvmOptions: jvmOptionsOf(role, spec), memoryMiB: memoryOf(role, spec).totalMiB };
}

/** On hosts a directory of the machine takes the place of a volume. */
const volumeOn = (spec: ClusterSpec, volume: string, path: string): VolumeMount[] =>
  spec.target === "hosts" ? [] : [{ source: volume, path }];

const published = (spec: ClusterSpec, index: number): Pick<ProcessPort, "published"> =>
  spec.target === "docker"
    ? { published: spec.ports.published === undefined ? "any" : spec.ports.published + index }
    : {};

const names = (processes: readonly ProcessPlan[]): string[] => processes.map((process) => process.name);
