import { accessSync, constants, writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { must, run } from "./process";

const DROP = "/proc/sys/vm/drop_caches";
const PAGES_AND_INODES = "3";

/** Reads its arguments, one after the other. */
const READER = 'for file do dd if="$file" of=/dev/null bs=1M status=none || exit 1; done';

/** All readers at once, each reading its files one after the other. @returns MiB/s of all together */
export async function read(readers: readonly (readonly string[])[], mebibytes: number): Promise<number> {
  const from = performance.now();
  await Promise.all(readers.map((files) => must("sh", ["-c", READER, "sh", ...files])));
  return mebibytes / ((performance.now() - from) / 1000);
}

/** Empties the page cache of some files. @returns how it was done */
export async function dropCaches(files: readonly string[]): Promise<string> {
  await run("sync", []);
  if (mayWrite(DROP)) {
    writeFileSync(DROP, PAGES_AND_INODES);
    return "the machine's page cache was emptied (drop_caches)";
  }
  for (const file of files) await must("dd", [`if=${file}`, "of=/dev/null", "iflag=nocache", "count=0", "status=none"]);
  return "the kernel was asked to forget the files' pages (posix_fadvise), for this user may not empty the page cache";
}

function mayWrite(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

export async function digestsOf(files: readonly string[]): Promise<string> {
  const { stdout } = await must("sha256sum", files);
  return stdout.replace(/ .*$/gm, "").trim();
}

/** The kind of file system at a path; a mount that does not answer in time has none. */
export async function fileSystemOf(path: string): Promise<string> {
  const { stdout } = await run("timeout", ["-s", "KILL", "5", "stat", "-f", "-c", "%T", path]);
  return stdout.trim();
}
