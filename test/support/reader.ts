import { must, run } from "./process";

interface Read {
  readonly file: string;
  /** Its digest was right. */
  readonly right: boolean;
  readonly said: string;
  readonly endedAt: number;
}

/** What a reader has seen. */
export interface Readings {
  readonly reads: readonly Read[];
  /** Files whose read failed, or gave something else. */
  readonly wrong: readonly string[];
  /** Those among them after which one could be read again: a mount that has its turn ends the reads, and not before. */
  readonly wrongMeanwhile: readonly string[];
  /** The longest time between two right reads, in seconds. */
  readonly longestGapSeconds: number;
}

const MIB = 1024 ** 2;
/** A read that takes longer counts as failed; no client may hang for good. */
const READ_SECONDS = 120;

/**
 * Writes files of random bytes that no FUSE process has seen, in one go.
 * @returns digest by name
 */
export async function writeUnread(
  master: string,
  folder: string,
  count: number,
  bytes = MIB,
): Promise<ReadonlyMap<string, string>> {
  const script = `set -e
d=$(mktemp -d) && cd "$d"
for i in $(seq "$1"); do head -c "$2" /dev/urandom > "f$i"; done
sha256sum f*
alluxio fs -Dalluxio.user.block.size.bytes.default=1MB copyFromLocal --thread 2 "$d" "$3" > /dev/null
rm -r "$d"`;
  const text = await must("docker", "exec", master, "bash", "-c", script, "bash", String(count), String(bytes), folder);
  return new Map(
    text.split("\n").map((line) => {
      const [digest = "", name = ""] = line.split(/\s+/);
      return [name, digest] as const;
    }),
  );
}

/**
 * Reads each file once, one after the other, while something happens: what it reads is in no page cache, so that every
 * read has to reach Alluxio.
 * @param files digest by name
 * @param read how a file is read: a program that prints its digest as `sha256sum` does
 * @throws where it has read all files before that is over
 */
export async function readingWhile(
  files: ReadonlyMap<string, string>,
  read: (file: string) => readonly [string, ...string[]],
  act: () => Promise<void>,
  pauseMilliseconds = 300,
): Promise<Readings> {
  const startedAt = Date.now();
  const reads: Read[] = [];
  let over = false;
  const loop = async (): Promise<void> => {
    for (const [file, digest] of files) {
      if (over) return;
      const { code, stdout, output } = await run("timeout", ["-s", "KILL", String(READ_SECONDS), ...read(file)]);
      const right = code === 0 && stdout.startsWith(digest);
      reads.push({ file, right, said: output.trim(), endedAt: Date.now() });
      await new Promise((done) => setTimeout(done, pauseMilliseconds));
    }
  };
  await Promise.all([loop(), act().finally(() => (over = true))]);
  if (reads.length === files.size) throw new Error("all files were read before it was over: give the reader more");
  return readings(reads, startedAt);
}

function readings(reads: readonly Read[], startedAt: number): Readings {
  const moments = [startedAt, ...reads.filter((one) => one.right).map((one) => one.endedAt), Date.now()];
  const gaps = moments.slice(1).map((moment, i) => moment - moments[i]!);
  const longestGapSeconds = Math.max(...gaps) / 1000;
  process.stderr.write(`  read ${reads.length} unread files, longest gap ${longestGapSeconds.toFixed(1)} s\n`);
  const wrongIn = (some: readonly Read[]) =>
    some.filter((one) => !one.right).map(({ file, said }) => `${file}: ${said}`);
  return {
    reads,
    wrong: wrongIn(reads),
    wrongMeanwhile: wrongIn(reads.slice(0, reads.map((one) => one.right).lastIndexOf(true) + 1)),
    longestGapSeconds,
  };
}

/** Reads through a FUSE mount. */
export const throughMount =
  (folder: string) =>
  (file: string): readonly [string, ...string[]] => ["sha256sum", `${folder}/${file}`];
