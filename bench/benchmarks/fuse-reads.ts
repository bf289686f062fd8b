import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Bench, Benchmark } from "../benchmark";
import type { Comparison, Goal, Series } from "../result";
import { alternate } from "../rounds";
import { summarize } from "../statistics";
import { localByBoth } from "../support/defaultMount";
import { docker } from "../support/docker";
import { bytesReadLocally } from "../support/metrics";
import { must } from "../support/process";
import { digestsOf, dropCaches, read } from "../support/reads";
import { figure } from "../words";

const MIB = 1024 ** 2;
const LARGE_MIB = 512;
const READERS = 4;
const SMALL_MIB = 128;
/** Alluxio's block size. */
const BLOCK_MIB = 64;
const LARGE = "large";
const SMALL = Array.from({ length: READERS }, (_, i) => `small-${i + 1}`);
/** Room for 1 GiB of files. */
const RAMDISK = "1280MB";
/** A pass of its own, before the others: the JVMs are cold. */
const COLD_PASSES = 1;

interface Pass {
  readonly first: number;
  readonly second: number;
  readonly together: number;
  /** Bytes that Alluxio served for the second read; absent where it does not serve. */
  readonly servedAgain?: number;
}

type Throughput = "first" | "second" | "together";

export const fuseReads: Benchmark = {
  name: "fuse-reads",
  title: "Reads through FUSE",
  about: `The mount of the stack \`local\` as deployed (\`contents: immutable\`), against a mount of the same data with Alluxio's default options
(libfuse 2 and its time-outs; same image, heap, JVM options and short circuit), and against the ramdisk below both, where the blocks
are files. ${LARGE_MIB} MiB in one file, and ${READERS} files of ${SMALL_MIB} MiB for as many readers; all of it is in the worker's ramdisk. A first read
and that of ${READERS} readers begin with an empty page cache, a second read follows a first one. Readers are \`dd bs=1M\`, one file each.`,
  leavesOut: [
    "The second read as deployed is one of the page cache: the kernel keeps the pages of files that are declared immutable (`kernel_cache`), and Alluxio is not asked. With the defaults the kernel drops them at each open. For files that change, `contents: changing` drops them as well.",
    "Blocks on another machine, or in the under storage: everything read here is in the memory of this one.",
    "Small files and random reads.",
    "The first pass of each side, with a cold JVM, stands apart.",
  ],
  rounds: 5,
  run: async (bench) => {
    const { ours, peer, floor, howDropped } = await deploy(bench);
    const passes = await alternate(
      bench.rounds + COLD_PASSES,
      { ours: () => pass(ours), peer: () => pass(peer), floor: () => pass(floor) },
      bench.tell,
      (one) => `${one.first.toFixed(0)}, ${one.second.toFixed(0)}, ${one.together.toFixed(0)} MiB/s`,
    );
    const cold = (side: readonly Pass[], of: string): Series => ({
      of: `${of}: first read, cold JVM`,
      unit: "MiB/s",
      values: side.slice(0, COLD_PASSES).map((one) => one.first),
    });
    const compare = (name: string, what: Throughput, goal: Goal): Comparison => ({
      name,
      ours: series("as deployed", passes.ours, what),
      peer: series("Alluxio's defaults", passes.peer, what),
      goal,
    });
    const again = (side: readonly Pass[]): string =>
      figure(summarize(side.map((one) => (one.servedAgain ?? 0) / MIB)).median, "MiB");
    return {
      comparisons: [
        compare("first read", "first", { of: "ratio", bound: "at least", value: 1.2 }),
        compare("second read", "second", { of: "ratio", bound: "at least", value: 5 }),
        compare(`${READERS} readers`, "together", { of: "ratio", bound: "at least", value: 1.2 }),
      ],
      beside: [
        cold(passes.ours, "as deployed"),
        cold(passes.peer, "Alluxio's defaults"),
        ...(["first", "second", "together"] as const).map((what) =>
          series(`ramdisk itself, ${WORDS[what]}`, passes.floor, what),
        ),
      ],
      notes: [
        `Before each first read ${howDropped}.`,
        "Every file was read through both mounts and had the SHA-256 digest of what was written.",
        `Of the ${LARGE_MIB} MiB of a second read Alluxio itself served, by its own counter, ${again(passes.ours)} MiB as deployed and ${again(passes.peer)} MiB with its defaults; the rest is the page cache.`,
      ],
    };
  },
};

const WORDS: Readonly<Record<Throughput, string>> = {
  first: "one reader",
  second: "once more",
  together: `${READERS} readers`,
};

const series = (of: string, side: readonly Pass[], what: Throughput): Series => ({
  of,
  unit: "MiB/s",
  values: side.slice(COLD_PASSES).map((one) => one[what]),
});

/** Where one side reads: what each reader reads, file after file. */
interface Place {
  readonly large: readonly string[];
  readonly small: readonly (readonly string[])[];
  /** Bytes that Alluxio has served so far. */
  readonly served?: () => Promise<number>;
}

async function pass({ large, small, served }: Place): Promise<Pass> {
  const all = [...large, ...small.flat()];
  await dropCaches(all);
  const first = await read([large], LARGE_MIB);
  const before = await served?.();
  const second = await read([large], LARGE_MIB);
  const after = await served?.();
  await dropCaches(all);
  const together = await read(small, READERS * SMALL_MIB);
  return {
    first,
    second,
    together,
    ...(before === undefined || after === undefined ? {} : { servedAgain: after - before }),
  };
}

const filesIn = (folder: string): string[] => [LARGE, ...SMALL].map((file) => join(folder, file));

const through = (folder: string): Place => ({
  large: [join(folder, LARGE)],
  small: SMALL.map((file) => [join(folder, file)]),
});

async function deploy(bench: Bench) {
  const mounts = await localByBoth(bench, { workers: [{ name: "local", ramdisk: RAMDISK }] });
  const { ramdisk, webPort } = mounts;
  const [deployed, byDefault] = [mounts.ours.mountPoint, mounts.peer.mountPoint];
  await writeFiles(bench, deployed, [deployed, byDefault]);
  const blocks = await blocksIn(ramdisk);
  const perReader = blocks.length / 2 / READERS;
  return {
    ours: { ...through(deployed), served: () => bytesReadLocally(mounts.ours.container, webPort) },
    peer: { ...through(byDefault), served: () => bytesReadLocally(mounts.peer.container, webPort) },
    floor: {
      large: blocks.slice(blocks.length / 2),
      small: SMALL.map((_, i) => blocks.slice(i * perReader, (i + 1) * perReader)),
    },
    howDropped: await dropCaches(filesIn(deployed)),
  };
}

/** Writes the files through one mount, and reads them back through all. */
async function writeFiles(bench: Bench, to: string, readBackIn: readonly string[]): Promise<void> {
  bench.tell(`writes ${LARGE_MIB + READERS * SMALL_MIB} MiB, and verifies them through both mounts`);
  const sources = filesIn(bench.folder);
  for (const file of sources) {
    const count = file.endsWith(LARGE) ? LARGE_MIB : SMALL_MIB;
    await must("dd", ["if=/dev/urandom", `of=${file}`, "bs=1M", `count=${count}`, "status=none"]);
    await must("cp", [file, to]);
  }
  const wanted = await digestsOf(sources);
  for (const folder of readBackIn) {
    if ((await digestsOf(filesIn(folder))) !== wanted) throw new Error(`${folder} does not hold what was written`);
  }
  sources.forEach((file) => rmSync(file));
}

/** The blocks in a ramdisk, as files of this machine. */
async function blocksIn(volume: string): Promise<string[]> {
  const folder = await docker("volume", "inspect", "-f", "{{.Mountpoint}}", volume);
  const { stdout } = await must("find", [folder, "-type", "f", "-size", "+1M"]);
  const blocks = stdout.trim().split("\n").sort();
  const expected = (LARGE_MIB + READERS * SMALL_MIB) / BLOCK_MIB;
  if (blocks.length !== expected) throw new Error(`${folder} holds ${blocks.length} blocks, not ${expected}`);
  return blocks;
}
