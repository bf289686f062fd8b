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
 * Reads each file once, one after the other, until it is stopped or has read all: what it reads is in no page cache, so
 * that every read has to reach Alluxio.
 */
export class Reader {
  private readonly reads: Read[] = [];
  private stopped = false;
  private readonly startedAt = Date.now();
  private readonly ended: Promise<void>;

  /**
   * @param files digest by name
   * @param read how a file is read: a program that prints its digest as `sha256sum` does
   */
  constructor(
    private readonly files: ReadonlyMap<string, string>,
    private readonly read: (file: string) => readonly [string, ...string[]],
    private readonly pauseMilliseconds = 300,
  ) {
    this.ended = this.loop();
  }

  private async loop(): Promise<void> {
    for (const [file, digest] of this.files) {
      if (this.stopped) return;
      const { code, stdout, output } = await run("timeout", ["-s", "KILL", String(READ_SECONDS), ...this.read(file)]);
      this.reads.push({
        file,
        right: code === 0 && stdout.startsWith(digest),
        said: output.trim(),
        endedAt: Date.now(),
      });
      await new Promise((done) => setTimeout(done, this.pauseMilliseconds));
    }
    if (!this.stopped) throw new Error("the reader has read all its files before it was stopped: give it more");
  }

  /** Ends it, and says the longest gap. */
  async stop(): Promise<Readings> {
    this.stopped = true;
    await this.ended;
    const moments = [this.startedAt, ...this.reads.filter((one) => one.right).map((one) => one.endedAt), Date.now()];
    const gaps = moments.slice(1).map((moment, i) => moment - moments[i]!);
    const longestGapSeconds = Math.max(...gaps) / 1000;
    process.stdout.write(`  read ${this.reads.length} unread files, longest gap ${longestGapSeconds.toFixed(1)} s\n`);
    return {
      reads: this.reads,
      wrong: this.reads.filter((one) => !one.right).map((one) => `${one.file}: ${one.said}`),
      longestGapSeconds,
    };
  }
}

/** Reads through a FUSE mount. */
export const throughMount =
  (folder: string) =>
  (file: string): readonly [string, ...string[]] => ["sha256sum", `${folder}/${file}`];
