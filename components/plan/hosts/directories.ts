import { posix } from "node:path";
import { configurationDirectory } from "./configuration";
import type { Machine } from "./machine";
import { ownedBy, ownedByRoot } from "./serviceUser";
import { tierDirectories } from "./storage";
import type { DirectoryPlan } from "./types";

/**
 * The directories of a machine that the cluster needs, below the folder of the releases and elsewhere; not mount points, nor
 * the under storage, which others keep. Only
 * what a process writes belongs to the service user: what it runs and reads it cannot change.
 */
export function planDirectories(machine: Machine): DirectoryPlan[] {
  const { layout, processes, spec, worker } = machine;
  const { service } = spec.hosts;
  const journal = processes.some(({ role }) => role === "master" || role === "job-master");
  const ours = (path: string): DirectoryPlan => ({ path, ...ownedByRoot("0755"), disposable: false });
  const theirs = (path: string, mode: string, disposable = true): DirectoryPlan => ({
    path,
    ...ownedBy(service, mode),
    disposable,
  });
  const directories: DirectoryPlan[] = [
    ours(layout.configuration),
    ...processes.map((process) => ours(configurationDirectory(process, layout))),
    ours(layout.scripts),
    theirs(layout.work, "0750"),
    theirs(layout.logs, "0755"),
    theirs(layout.userLogs, "1777"),
    ...(journal ? [theirs(spec.masters.journal.path, "0700", !spec.masters.journal.keep)] : []),
    // As in the ramdisk, clients on this machine open the block files themselves.
    ...(worker === undefined ? [] : tierDirectories(worker)).map((path) => theirs(path, "0755")),
  ];
  return directories.sort((a, b) => depth(a.path) - depth(b.path) || (a.path < b.path ? -1 : 1));
}

const depth = (path: string): number => posix.normalize(path).split("/").length;
