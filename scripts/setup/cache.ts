import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { withLock } from "./lock";
import type { Progress } from "./progress";

/** Where built and downloaded things are kept for all clones of this user: `$XDG_CACHE_HOME/alluxio-pulumi`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const base = env["XDG_CACHE_HOME"];
  // The XDG specification: a relative path is to be ignored.
  return path.join(base && path.isAbsolute(base) ? base : path.join(os.homedir(), ".cache"), "alluxio-pulumi");
}

/**
 * Twelve hex digits that change with any of the inputs: with a file's name, its content or whether it may be executed,
 * and with each further value.
 */
export function hashOf(files: readonly string[], values: Readonly<Record<string, string>> = {}): string {
  const hash = crypto.createHash("sha256");
  const add = (text: string | Buffer) => hash.update(`${text.length}:`).update(text);
  for (const file of [...files].sort((a, b) => (path.basename(a) < path.basename(b) ? -1 : 1))) {
    const executable = (fs.statSync(file).mode & 0o100) !== 0;
    add(path.basename(file));
    add(executable ? "x" : "-");
    add(fs.readFileSync(file));
  }
  for (const [name, value] of Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))) {
    add(name);
    add(value);
  }
  return hash.digest("hex").slice(0, 12);
}

/** One thing in the cache: a folder that is either complete or not there. */
export class CacheEntry {
  readonly folder: string;

  /** @param name what it is and the hash of all that it is made of, as in `pulumi-cli-0123456789ab` */
  constructor(
    readonly name: string,
    cache: string = cacheFolder(),
  ) {
    this.folder = path.join(cache, name);
  }

  get exists(): boolean {
    return fs.existsSync(this.folder);
  }

  file(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  /** Makes the entry unless it exists: `make` fills a temporary folder, which gets its name only when it is complete. */
  async ensure(make: (folder: string) => Promise<void>, progress: Pick<Progress, "note">): Promise<void> {
    if (this.exists) return;
    const waiting = (pid: number | undefined) =>
      progress.note(`${this.name}: another set-up (process ${pid ?? "unknown"}) is making it; waiting.`);
    await withLock(
      `${this.folder}.lock`,
      async () => {
        if (this.exists) return;
        this.removeRemains();
        const partial = `${this.folder}.partial-${process.pid}`;
        fs.mkdirSync(partial, { recursive: true });
        try {
          await make(partial);
          fs.renameSync(partial, this.folder);
        } finally {
          fs.rmSync(partial, { recursive: true, force: true });
        }
      },
      (holder) => waiting(holder?.pid),
    );
  }

  /** What killed runs left; nobody else works on this entry while we hold its lock. */
  private removeRemains(): void {
    const parent = path.dirname(this.folder);
    for (const name of fs.readdirSync(parent)) {
      if (name.startsWith(`${this.name}.partial-`))
        fs.rmSync(path.join(parent, name), { recursive: true, force: true });
    }
  }
}
