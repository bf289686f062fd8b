import { join } from "node:path";
import type { ClusterConfig } from "../../components/spec/config";
import type { Bench, Benchmark } from "../benchmark";
import type { Comparison, Series } from "../result";
import { alternate } from "../rounds";
import { EmptyDocker } from "../support/emptyDocker";
import { must } from "../support/process";
import { exampleConfig, imageOf, planOf } from "../support/spec";
import { BenchStack, heapOption } from "../support/stack";

const SIZES = [10, 100, 1000, 3000] as const;
/** Minutes each, and more memory than Node gives a program by itself. */
const LARGE = 3000;
const LARGE_ROUNDS = 1;
const LARGE_HEAP_MIB = 10_240;

interface Cost {
  readonly seconds: number;
  readonly peakMiB: number;
}

type Costs = Readonly<Record<"ours" | "peer", readonly Cost[]>>;

export const previewSize: Benchmark = {
  name: "preview-size",
  title: "A preview of 10 to 3,000 workers",
  about: `\`pulumi preview\` of a new cluster (for each worker its process, its job worker and its ramdisk), against a program that
registers the same resources from a plain loop, with the very inputs as literals
([bench/peers/literal](../bench/peers/literal)). No machine carries 3,000 workers, so both sides talk to a stand-in for the Docker
daemon that has the image alone on it and memory without end ([bench/support/emptyDocker.ts](../bench/support/emptyDocker.ts)): specs are
planned, checked and registered for real, and nothing is started. Memory is the sum of the largest resident sizes of the CLI, the
language host, the program and every plugin.`,
  leavesOut: [
    "The engine and the plugins do the same work on both sides, and it is in both figures: the ratio says what planning, components, dependencies and outputs add to it.",
    "The literals are written down before the clock starts; the loop only reads them.",
    "`pulumi up` of as many: it waits for containers.",
    `3,000 workers are previewed once, with \`NODE_OPTIONS=${heapOption(LARGE_HEAP_MIB)}\` on both sides: the program needs more than Node's own 4 GiB.`,
  ],
  rounds: 3,
  run: async (bench) => {
    const daemon = new EmptyDocker(imageOf(bench.project, planOf(exampleConfig(bench.project, "dev"))));
    const host = await daemon.start();
    bench.cleanup(() => daemon.stop());
    const costs = new Map<number, Costs>();
    const notes: string[] = [];
    for (const size of SIZES) {
      try {
        costs.set(size, await measure(bench, specOf(bench, size, host), size));
      } catch (error) {
        // Two are compared with each other.
        if (costs.size < 2) throw error;
        notes.push(`${counted(size)} workers could not be measured: ${reasonOf(error)}.`);
      }
    }
    if (daemon.requests === 0) throw new Error("nobody asked the stand-in of the daemon: previews went elsewhere");
    const sizes = [...costs.keys()];
    const [from = 0, to = 0] = sizes.slice(-2);
    const [small, large] = [costs.get(from)!, costs.get(to)!];
    return {
      comparisons: [
        ...sizes.flatMap((size) => compare(size, costs.get(size)!)),
        perWorker(from, small.ours, to, large.ours),
      ],
      beside: [growth("plain loop", large.peer, to), growth("plain loop", small.peer, from)],
      notes: [
        `Linear is: a worker of ${counted(to)} costs no more time than one of ${counted(from)}, within the noise of a fifth.`,
        ...notes,
      ],
    };
  },
};

const specOf = (bench: Bench, count: number, host: string): ClusterConfig =>
  exampleConfig(bench.project, "dev", {
    workers: [{ name: "worker", count, ramdisk: "1GB" }],
    mounts: [],
    docker: { host },
  });

async function measure(bench: Bench, spec: ClusterConfig, size: number): Promise<Costs> {
  const file = join(bench.folder, `resources-${size}.json`);
  const capture = join(bench.project, "bench/peers/literal/capture.ts");
  const heap = size >= LARGE ? LARGE_HEAP_MIB : undefined;
  const options = heap === undefined ? [] : [heapOption(heap)];
  await must(process.execPath, [...options, "--import", "tsx", capture, JSON.stringify(spec), bench.project, file], {
    cwd: bench.project,
  });
  const ours = new BenchStack(bench, bench.project, heap);
  await ours.init({ "alluxio:cluster": spec });
  const peer = new BenchStack(bench, join(bench.project, "bench/peers/literal"), heap);
  await peer.init({ "literal:resources": file });
  const created = new Set<string>();
  const once = async (stack: BenchStack): Promise<Cost> => {
    const { seconds, peakMiB, stdout } = await stack.previewWithMemory("--suppress-progress");
    created.add(/(\d+) to create/.exec(stdout)?.[1] ?? "none");
    return { seconds, peakMiB };
  };
  const costs = await alternate(
    size >= LARGE ? Math.min(LARGE_ROUNDS, bench.rounds) : bench.rounds,
    { ours: () => once(ours), peer: () => once(peer) },
    (line) => bench.tell(`${size} workers, ${line}`),
    ({ seconds, peakMiB }) => `${seconds.toFixed(1)} s, ${peakMiB.toFixed(0)} MiB`,
  );
  if (created.size !== 1) throw new Error(`the sides differ in what they would create: ${[...created].join(", ")}`);
  return costs;
}

function compare(size: number, { ours, peer }: Costs): Comparison[] {
  const workers = `${counted(size)} workers`;
  const side = (of: string, unit: "s" | "MiB", costs: readonly Cost[]): Series => ({
    of,
    unit,
    values: costs.map((cost) => (unit === "s" ? cost.seconds : cost.peakMiB)),
  });
  return (["s", "MiB"] as const).map((unit) => ({
    name: `${unit === "s" ? "time" : "memory"}, ${workers}`,
    ours: side("stack", unit, ours),
    peer: side("plain loop", unit, peer),
    goal: { of: "ratio", bound: "at most", value: 1.3 },
  }));
}

const perWorker = (from: number, small: readonly Cost[], to: number, large: readonly Cost[]): Comparison => ({
  name: "time for each worker",
  ours: growth(`of ${counted(to)}`, large, to),
  peer: growth(`of ${counted(from)}`, small, from),
  goal: { of: "ratio", bound: "at most", value: 1.2 },
});

const counted = (size: number): string => size.toLocaleString("en");

/** A program that runs out of memory says so in the middle of much else. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const fatal = /FATAL ERROR: (.*)/.exec(message)?.[1];
  return fatal ?? message.split("\n")[0]!.slice(0, 200);
}

const growth = (of: string, costs: readonly Cost[], workers: number): Series => ({
  of: of.startsWith("of") ? of : `${of}, time for each worker of ${counted(workers)}`,
  unit: "ms",
  values: costs.map(({ seconds }) => (seconds * 1000) / workers),
});
