import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClusterConfig } from "../../components/spec/config";
import { DEFAULT_VERSION } from "../../scripts/setup/stack-config";
import type { Benchmark } from "../benchmark";
import { bareAnswer } from "../support/hosts/bareAnswers";
import { SimulatedHosts } from "../support/hosts/simulatedHosts";
import { measurePreviews } from "../support/previewSizes";
import { heapOption } from "../support/stack";

const SIZES = [10, 100, 1000, 3000] as const;
const LARGE = 1000;
const LARGE_HEAP_MIB = 16_384;
/** Eight resources are registered for each. */
const MEBIBYTES_EACH = 4;
const SHA256 = "0123456789abcdef".repeat(4);

export const hostsPreviewSize: Benchmark = {
  name: "hosts-preview-size",
  title: "A preview of 10 to 3,000 bare machines",
  about: `\`pulumi preview\` of a new cluster on hosts (for each machine its service user, release, configuration, ramdisk, worker and job
worker), against a program that registers the same resources from a plain loop, with the very inputs as literals
([bench/peers/literal](../bench/peers/literal)). Both look at every machine before anything is touched, over SSH: machines that are simulated
by a server of SSH in the benchmark, which lets in, encrypts, and answers preflight's one question as a bare machine would
([bench/support/hosts/simulatedHosts.ts](../bench/support/hosts/simulatedHosts.ts)). Memory is the sum of the largest resident sizes of the
CLI, the language host, the program and every plugin.`,
  leavesOut: [
    "The engine, the plugins and the look at the machines do the same work on both sides, and it is in both figures: the ratio says what planning, components, dependencies and outputs add to it.",
    "The literals are written down before the clock starts; the loop only reads them.",
    `1,000 machines and more are previewed once, with \`NODE_OPTIONS=${heapOption(LARGE_HEAP_MIB)}\` on both sides: the program may need more than Node's own 4 GiB.`,
  ],
  rounds: 3,
  run: async (bench) => {
    const names = Array.from({ length: Math.max(...SIZES) }, (_, n) => `sim-${n + 1}`);
    const hosts = new SimulatedHosts(names, bareAnswer);
    await hosts.start();
    bench.cleanup(() => hosts.stop());
    const key = join(bench.folder, "key");
    writeFileSync(key, hosts.key.private, { mode: 0o600 });
    const measured = await measurePreviews(bench, {
      things: "hosts",
      sizes: SIZES,
      specOf: (count) => specOf(hosts, names.slice(0, count), key),
      large: { size: LARGE, heapMiB: LARGE_HEAP_MIB },
      mebibytesEach: MEBIBYTES_EACH,
      // Which `npx pulumi` sets for a stack on hosts, and not for the plain loop.
      env: { PULUMI_PARALLEL: "64", PULUMI_CONTINUE_ON_ERROR: "true" },
    });
    if (hosts.connections === 0) throw new Error("nobody asked the simulated hosts: previews went elsewhere");
    return measured;
  },
};

function specOf(hosts: SimulatedHosts, names: readonly string[], key: string): ClusterConfig {
  const addresses = hosts.addresses();
  return {
    name: "bench",
    target: "hosts",
    version: DEFAULT_VERSION,
    masters: { hosts: [names[0]!] },
    workers: [{ name: "worker", ramdisk: "1GB", hosts: names.slice(1) }],
    mounts: [],
    underStorage: { path: "/srv/shared" },
    hosts: {
      user: "root",
      key,
      sshConfig: "none",
      // All machines are one process here, which lets thousands of clients in, one after the other.
      timeouts: { connect: 120 },
      release: { file: "/srv/alluxio.tar.gz", sha256: SHA256 },
      addresses: Object.fromEntries(names.map((name) => [name, addresses[name]!])),
    },
  };
}
