import type { ClusterSpec } from "../../spec/spec";
import { planCluster } from "../planCluster";
import type { ClusterPlan, ProcessPlan } from "../types";
import { commandFiles, configurationDirectory, processFiles } from "./configuration";
import { keepsHostCredentials } from "./credentials";
import { digestOf } from "./digest";
import { planDirectories } from "./directories";
import { fuseUnit, planHostMount } from "./fuse";
import { machinesOf, type Machine } from "./machine";
import { memoryLimitOf } from "./memoryLimit";
import { unitOf } from "./names";
import { rollingSteps, startSteps, unitReferences, type UnitReferences } from "./order";
import { planRamdisk } from "./ramdisk";
import { planJava, planRelease } from "./release";
import { scriptFiles } from "./libexecFiles";
import { serviceUnit } from "./service";
import { planServiceUser } from "./serviceUser";
import { UNIT_DIRECTORY } from "./systemd/unit";
import type { FilePlan, HostPlan, HostsPlan, ReleasePlan, ServicePlan } from "./types";

/**
 * Decides everything about the machines of a cluster of target hosts. Pure: the same spec always gives the same plan.
 *
 * @example planHosts(spec).hosts.map(({ host }) => host) // ["v2r2-dfx-8", "blue4", ...]
 */
export function planHosts(spec: ClusterSpec, plan: ClusterPlan = planCluster(spec)): HostsPlan {
  const references = unitReferences(spec, plan);
  const release = planRelease(spec);
  return {
    hosts: machinesOf(spec, plan).map((machine) => planHost(machine, release, references)),
    startSteps: startSteps(plan, references),
    rollingSteps: rollingSteps(plan, references),
  };
}

function planHost(machine: Machine, release: ReleasePlan, references: UnitReferences): HostPlan {
  const { host, layout, processes, spec, worker } = machine;
  const java = planJava(spec);
  const fuse = processes.filter(({ role }) => role === "fuse");
  const master = processes.some(({ role }) => role === "master");
  const files = new Map(processes.map((process) => [process.name, processFiles(process, spec, layout)]));
  const service = (process: ProcessPlan): ServicePlan =>
    planService(process, machine, release, files.get(process.name)!, references);
  return {
    host,
    release,
    ...(java === undefined ? {} : { java }),
    user: planServiceUser(spec),
    directories: planDirectories(machine),
    files: [
      ...commandFiles(spec, layout, { master }),
      ...[...files.values()].flat(),
      ...scriptFiles(layout, { master, mounts: fuse.length > 0 }),
    ].sort((a, b) => (a.path < b.path ? -1 : 1)),
    // Without it an ordinary user, as whom FUSE runs, must not let others see the mount.
    lines: fuse.length > 0 ? [{ path: "/etc/fuse.conf", line: "user_allow_other" }] : [],
    ...(worker === undefined ? {} : { ramdisk: planRamdisk(worker, spec) }),
    services: processes.filter(({ role }) => role !== "fuse").map(service),
    mounts: fuse.map((process) => ({ ...planHostMount(process, machine), service: service(process) })),
    memoryMiB: processes.reduce((sum, { memoryMiB }) => sum + memoryMiB, worker?.ramdisk.mebibytes ?? 0),
    ports: processes.flatMap(({ name, ports }) => ports.map(({ port }) => ({ port, process: name }))),
  };
}

function planService(
  process: ProcessPlan,
  machine: Machine,
  release: ReleasePlan,
  files: readonly FilePlan[],
  references: UnitReferences,
): ServicePlan {
  const { host, spec, layout } = machine;
  const unit = unitOf(spec, process);
  const after = process.after.map((name) => references.get(name)!);
  const here = after.filter((reference) => reference.host === host).map((reference) => reference.unit);
  return {
    process: process.name,
    role: process.role,
    unit,
    path: `${UNIT_DIRECTORY}/${unit}`,
    content: process.role === "fuse" ? fuseUnit(process, machine, here) : serviceUnit(process, machine, here),
    configuration: configurationDirectory(process, layout),
    reads: files.map(({ path }) => path),
    digest: digestOf(files, release),
    keepsCredentials: keepsHostCredentials(process, spec),
    after,
    memoryLimitMiB: memoryLimitOf(process, machine),
    healthPort: process.healthPort,
  };
}
