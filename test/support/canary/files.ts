import { closeSync, lstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { needlesOf, type Canary } from "./needles";

/** A file that holds a canary. */
export interface FileSighting {
  readonly path: string;
  /** Such as `600`. */
  readonly mode: string;
}

interface Search {
  /** Only files changed since then. @default all */
  readonly since?: Date;
  /** Folders of these names are passed over. @default none */
  readonly skip?: readonly string[];
}

const PIECE = 1024 * 1024;

/** Every file below a folder that holds a canary, in any form, by path. Other file systems below it are searched too. */
export function filesWith(canary: Canary, folder: string, { since, skip = [] }: Search = {}): FileSighting[] {
  const needles = [...needlesOf(canary).values()];
  const found: FileSighting[] = [];
  const visit = (path: string): void => {
    let status;
    try {
      status = lstatSync(path);
    } catch {
      return; // gone meanwhile
    }
    if (status.isDirectory()) {
      for (const name of namesIn(path)) if (!skip.includes(name)) visit(join(path, name));
    } else if (status.isFile() && (since === undefined || status.ctime >= since)) {
      if (holds(path, needles)) found.push({ path, mode: (status.mode & 0o7777).toString(8) });
    }
  };
  visit(folder);
  return found.sort((a, b) => a.path.localeCompare(b.path));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Reads it piece by piece, with so much overlap that none can hide between two. */
function holds(path: string, needles: readonly Buffer[]): boolean {
  const overlap = Math.max(...needles.map((needle) => needle.length)) - 1;
  const buffer = Buffer.alloc(PIECE + overlap);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return false; // gone meanwhile
  }
  try {
    for (let kept = 0; ;) {
      const length = readSync(file, buffer, kept, PIECE, null);
      if (length === 0) return false;
      const piece = buffer.subarray(0, kept + length);
      if (needles.some((needle) => piece.includes(needle))) return true;
      kept = Math.min(overlap, piece.length);
      piece.copy(buffer, 0, piece.length - kept);
    }
  } catch {
    return false; // a file of the kernel's that cannot be read
  } finally {
    closeSync(file);
  }
}
