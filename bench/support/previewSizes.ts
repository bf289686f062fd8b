import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClusterConfig } from "../../components/spec/config";
import { CLUSTER_FILE_KEY } from "../../stacks/clusterSource";
import type { Bench } from "../benchmark";
import type { Comparison, Measured, Series } from "../result";
import { alternate } from "../rounds";
import { must } from "./process";
import { BenchStack, heapOption } from "./stack";

/** How a preview of more and more of something is measured against a plain loop that registers the same. */
export interface PreviewSizes {
  /** What there are more and more of. @example "workers" */
  readonly things: "workers" | "hosts";
  /** Ascending; at least two. */
  readonly sizes: readonly number[];
  readonly specOf: (size: number) => ClusterConfig;
  /** From this size on a preview takes minutes, and is measured once, with more memory than Node gives a program by itself. */
  readonly large: { readonly size: number; readonly heapMiB: number };
  /** What a preview takes of this machine's memory for each thing, about. Sizes for which it does not suffice are left out. */
  readonly mebibytesEach: number;
  /** Variables of the environment of both sides. @default none */
  readonly env?: NodeJS.ProcessEnv;
}

interface Cost {
  readonly seconds: number;
  readonly peakMiB: number;
}

type Costs = Readonly<Record<"ours" | "peer", readonly Cost[]>>;

const LARGE_ROUNDS = 1;

/** Time and memory at each size. What cannot be measured is told in the notes, as long as two sizes are left to compare. */
export async function measurePreviews(bench: Bench, previews: PreviewSizes): Promise<Measured> {
  const { things, sizes: wanted } = previews;
  const costs = new Map<number, Costs>();
  const notes: string[] = [];
  for (const size of wanted) {
    try {
      mustSuffice(size * previews.mebibytesEach);
      costs.set(size, await measure(bench, previews, size));
    } catch (error) {
      // Two are compared with each other.
      if (costs.size < 2) throw error;
      notes.push(`${counted(size)} ${things} could not be measured: ${reasonOf(error)}.`);
    }
  }
  const sizes = [...costs.keys()];
  const [from = 0, to = 0] = sizes.slice(-2);
  const [small, large] = [costs.get(from)!, costs.get(to)!];
  const thing = things.replace(/s$/, "");
  const article = { workers: "A worker", hosts: "A host" }[things];
  return {
    comparisons: [
      ...sizes.flatMap((size) => compare(size, things, costs.get(size)!)),
      perThing(thing, from, small.ours, to, large.ours),
    ],
    beside: [
      growth(`plain loop, time for each ${thing}`, large.peer, to),
      growth(`plain loop, time for each ${thing}`, small.peer, from),
    ],
    notes: [
      `Linear is: ${article.toLowerCase()} of ${counted(to)} costs no more time than one of ${counted(from)}, within the noise of a fifth.`,
      ...notes,
    ],
  };
}

function mustSuffice(neededMiB: number): void {
  const available = Number(/^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]) / 1024;
  if (available < neededMiB)
    throw new Error(
      `a preview needs about ${counted(neededMiB)} MiB, and ${counted(Math.floor(available))} are available`,
    );
}

async function measure(bench: Bench, { things, specOf, large, env }: PreviewSizes, size: number): Promise<Costs> {
  const spec = specOf(size);
  const file = join(bench.folder, `resources-${size}.json`);
  const capture = join(bench.project, "bench/peers/literal/capture.ts");
  // An argument holds 128 KiB at most, and so does the config of a stack.
  const specFile = join(bench.folder, `spec-${size}.json`);
  writeFileSync(specFile, JSON.stringify(spec));
  const heap = size >= large.size ? large.heapMiB : undefined;
  const options = heap === undefined ? [] : [heapOption(heap)];
  await must(process.execPath, [...options, "--import", "tsx", capture, specFile, bench.project, file], {
    cwd: bench.project,
  });
  const ours = new BenchStack(bench, bench.project, heap, env);
  await ours.init({ [CLUSTER_FILE_KEY]: specFile });
  const peer = new BenchStack(bench, join(bench.project, "bench/peers/literal"), heap, env);
  await peer.init({ "literal:resources": file });
  const created = new Set<string>();
  const once = async (stack: BenchStack): Promise<Cost> => {
    const { seconds, peakMiB, stdout } = await stack.previewWithMemory("--suppress-progress");
    created.add(/(\d+) to create/.exec(stdout)?.[1] ?? "none");
    return { seconds, peakMiB };
  };
  const costs = await alternate(
    size >= large.size ? Math.min(LARGE_ROUNDS, bench.rounds) : bench.rounds,
    { ours: () => once(ours), peer: () => once(peer) },
    (line) => bench.tell(`${size} ${things}, ${line}`),
    ({ seconds, peakMiB }) => `${seconds.toFixed(1)} s, ${peakMiB.toFixed(0)} MiB`,
  );
  if (created.size !== 1) throw new Error(`the sides differ in what they would create: ${[...created].join(", ")}`);
  return costs;
}

function compare(size: number, things: string, { ours, peer }: Costs): Comparison[] {
  const many = `${counted(size)} ${things}`;
  const side = (of: string, unit: "s" | "MiB", costs: readonly Cost[]): Series => ({
    of,
    unit,
    values: costs.map((cost) => (unit === "s" ? cost.seconds : cost.peakMiB)),
  });
  return (["s", "MiB"] as const).map((unit) => ({
    name: `${unit === "s" ? "time" : "memory"}, ${many}`,
    ours: side("stack", unit, ours),
    peer: side("plain loop", unit, peer),
    goal: { of: "ratio", bound: "at most", value: 1.3 },
  }));
}

const perThing = (
  thing: string,
  from: number,
  small: readonly Cost[],
  to: number,
  large: readonly Cost[],
): Comparison => ({
  name: `time for each ${thing}`,
  ours: growth("", large, to),
  peer: growth("", small, from),
  goal: { of: "ratio", bound: "at most", value: 1.2 },
});

const counted = (size: number): string => size.toLocaleString("en");

/** A program that runs out of memory says so in the middle of much else; Pulumi its errors, after its first line. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const said = /FATAL ERROR: (.*)/.exec(message)?.[1] ?? /\berror: (.*)/.exec(message)?.[1];
  return (said ?? message.split("\n")[0]!).slice(0, 200);
}

const growth = (of: string, costs: readonly Cost[], things: number): Series => ({
  of: `${of} of ${counted(things)}`.trim(),
  unit: "ms",
  values: costs.map(({ seconds }) => (seconds * 1000) / things),
});
