import type { ProcessPlan } from "../types";
import { seesBlocks, type Machine } from "./machine";

/** A JVM's own structures grow with its heap (cards, remembered sets, code), and page cache is charged too. */
const HEADROOM = 1.25;
/** Where blocks lie on disks: page cache through which they are read. What does not fit is dropped, not killed for. */
const DISK_CACHE_MIB = 1024;

/**
 * `MemoryMax=` of a process, in MiB: what it must never need. It ends a leak of native memory before the machine suffers.
 *
 * The kernel charges a page of a tmpfs to the control group of whoever touches it first, and nothing but swap takes it
 * away again. Seen on a machine: 30 MB written through a mount were charged to its FUSE process, which writes past the
 * worker (short circuit); 30 MB read from the under storage, to the worker. A job worker that loads or replicates is a
 * client too. Each may come to be charged with the whole ramdisk, so each may have it beside its own: a limit without it
 * would kill a process for doing its work. The machine has to have it only once (`HostPlan.memoryMiB`).
 */
export function memoryLimitOf(process: ProcessPlan, machine: Machine): number {
  const own = Math.ceil(process.memoryMiB * HEADROOM);
  if (!seesBlocks(process, machine) || machine.worker === undefined) return own;
  const { ramdisk, tiers } = machine.worker;
  return own + ramdisk.mebibytes + (tiers.length > 0 ? DISK_CACHE_MIB : 0);
}
