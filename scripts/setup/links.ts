import fs from "node:fs";
import path from "node:path";
import type { Places } from "../environment.cjs";

/** Puts a symbolic link in place, whatever was there, without a moment in which there is none. */
export function link(target: string, at: string): void {
  fs.mkdirSync(path.dirname(at), { recursive: true });
  const temporary = `${at}.${process.pid}`;
  fs.rmSync(temporary, { force: true });
  fs.symlinkSync(target, temporary);
  fs.renameSync(temporary, at);
}

/** The folders in which Pulumi's executables are looked for: PATH's, and the one of the Automation API and npm's `pulumi`. */
function folders(places: Places): string[] {
  return [places.bin, path.join(places.pulumiRoot, "bin")];
}

export function linkExecutables(places: Places, files: readonly string[]): void {
  for (const folder of folders(places)) {
    for (const file of files) link(file, path.join(folder, path.basename(file)));
  }
}

/** Do all links lead to exactly these files, and are the files there? */
export function linksAreWhole(places: Places, files: readonly string[]): boolean {
  return folders(places).every((folder) =>
    files.every((file) => {
      try {
        return fs.readlinkSync(path.join(folder, path.basename(file))) === file && fs.existsSync(file);
      } catch {
        return false;
      }
    }),
  );
}
