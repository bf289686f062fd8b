import { posix } from "node:path";
import { configurationDirectory } from "./configuration";
import type { Machine } from "./machine";
import { ownedBy, ownedByRoot } from "./serviceUser";
import { tierDirectories } from "./storage";
import type { DirectoryPlan } from "./types";

/**
 * The directories of a machine that the cluster needs, but for mount points and the under storage, which others keep. Only
 * what a process writes belongs to the service user: what it runs and reads it cannot change.
 */
export function planDirectories(machine: Machine): DirectoryPlan[] {
  const { layout, processes, spec, worker } = machine;
  const { service } = spec.hosts;
  const journal = processes.some(({ role }) => role === "master" || role === "job-master");
  const directories: DirectoryPlan[] = [
    { path: layout.prefix, ...ownedByRoot("0755") },
    { path: layout.configuration, ...ownedByRoot("0755") },
    ...processes.map((process) => ({ path: configurationDirectory(process, layout), ...ownedByRoot("0755") })),
    { path: layout.scripts, ...ownedByRoot("0755") },
    { path: layout.work, ...ownedBy(service, "0750") },
    { path: layout.logs, ...ownedBy(service, "0755") },
    { path: layout.userLogs, ...ownedBy(service, "1777") },
    ...(journal ? [{ path: spec.masters.journal.path, ...ownedBy(service, "0700") }] : []),
    // As in the ramdisk, clients on this machine open the block files themselves.
    ...(worker === undefined ? [] : tierDirectories(worker)).map((path) => ({ path, ...ownedBy(service, "0755") })),
  ];
  return directories.sort((a, b) => depth(a.path) - depth(b.path) || (a.path < b.path ? -1 : 1));
}

const depth = (path: string): number => posix.normalize(path).split("/").length;
