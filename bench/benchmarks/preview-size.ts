import type { ClusterConfig } from "../../components/spec/config";
import type { Bench, Benchmark } from "../benchmark";
import { EmptyDocker } from "../support/emptyDocker";
import { measurePreviews } from "../support/previewSizes";
import { exampleConfig, imageOf, planOf } from "../support/spec";
import { heapOption } from "../support/stack";

const SIZES = [10, 100, 1000, 3000] as const;
/** Minutes each, and more memory than Node gives a program by itself. */
const LARGE = 3000;
const LARGE_HEAP_MIB = 10_240;

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
    const measured = await measurePreviews(bench, {
      things: "workers",
      sizes: SIZES,
      specOf: (count) => specOf(bench, count, host),
      large: { size: LARGE, heapMiB: LARGE_HEAP_MIB },
      mebibytesEach: 4,
    });
    if (daemon.requests === 0) throw new Error("nobody asked the stand-in of the daemon: previews went elsewhere");
    return measured;
  },
};

const specOf = (bench: Bench, count: number, host: string): ClusterConfig =>
  exampleConfig(bench.project, "dev", {
    workers: [{ name: "worker", count, ramdisk: "1GB" }],
    mounts: [],
    docker: { host },
  });
