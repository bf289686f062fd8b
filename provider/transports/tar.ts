/** A folder or a file of a tar archive: as much as Docker needs to put a file where it belongs, and gives back. */
export interface TarEntry {
  /** Relative. A folder's ends in `/`. */
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Empty for a folder. */
  readonly content: Buffer;
}

const BLOCK = 512;
const LONGEST_PATH = 100;

/** A tar archive in memory, in the ustar format (POSIX.1-1988). */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([
    ...entries.flatMap((entry) => [headerOf(entry), entry.content, Buffer.alloc(padding(entry.content.length))]),
    Buffer.alloc(2 * BLOCK),
  ]);
}

/** The folders and files of an archive; links and extended headers are passed over. */
export function entriesOf(tar: Buffer): TarEntry[] {
  const entries: TarEntry[] = [];
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const header = tar.subarray(at, at + BLOCK);
    const size = octal(header, 124, 12);
    const [type, prefix] = [text(header, 156, 1), text(header, 345, 155)];
    if (["", "0", "5"].includes(type)) {
      entries.push({
        path: prefix === "" ? text(header, 0, LONGEST_PATH) : `${prefix}/${text(header, 0, LONGEST_PATH)}`,
        mode: octal(header, 100, 8) & 0o7777,
        uid: octal(header, 108, 8),
        gid: octal(header, 116, 8),
        content: Buffer.from(tar.subarray(at + BLOCK, at + BLOCK + size)),
      });
    }
    at += BLOCK + size + padding(size);
  }
  return entries;
}

function headerOf({ path, mode, uid, gid, content }: TarEntry): Buffer {
  if (Buffer.byteLength(path) > LONGEST_PATH) throw new Error(`too long a path for a tar header: ${path}`);
  const header = Buffer.alloc(BLOCK);
  const put = (value: string, at: number): void => void header.write(value, at, "utf8");
  const number = (value: number, at: number, length: number): void =>
    put(value.toString(8).padStart(length - 1, "0"), at);
  put(path, 0);
  number(mode, 100, 8);
  number(uid, 108, 8);
  number(gid, 116, 8);
  number(content.length, 124, 12);
  number(0, 136, 12);
  put(path.endsWith("/") ? "5" : "0", 156);
  put("ustar\0" + "00", 257);
  // The sum counts its own field as spaces.
  put(" ".repeat(8), 148);
  number(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    8,
  );
  return header;
}

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;
const text = (header: Buffer, at: number, length: number): string =>
  header.toString("utf8", at, at + length).replace(/\0.*$/s, "");
const octal = (header: Buffer, at: number, length: number): number =>
  parseInt(text(header, at, length).trim() || "0", 8);
