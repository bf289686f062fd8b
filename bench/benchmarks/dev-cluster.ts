import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { ClusterConfig } from "../../components/spec/config";
import type { Bench, Benchmark } from "../benchmark";
import { dockerRunScript } from "../peers/docker-run";
import type { Series } from "../result";
import { alternate } from "../rounds";
import { detachBelow, removeLabelled } from "../support/docker";
import { must } from "../support/process";
import { exampleConfig, imageOf, planOf } from "../support/spec";
import { BenchStack } from "../support/stack";
import { Timeline } from "../support/timeline";

export const devCluster: Benchmark = {
  name: "dev-cluster",
  title: "The dev cluster, from nothing to healthy",
  about: `\`pulumi up\` of the stack \`dev\` (a master, two workers, their job processes, two FUSE mounts) on an empty Docker, against a
script of \`docker run\` lines for the same processes with the same heaps, properties, volumes, mounts and the same wait: every
process healthy by its own health check, both workers registered, both mounts answering. The script starts all servers at once and
looks twice a second ([bench/peers/docker-run.ts](../bench/peers/docker-run.ts)). Beside it the quick start of two containers that wikis
show ([bench/peers/quick-start.sh](../bench/peers/quick-start.sh)), and how the time of \`pulumi up\` divides.`,
  leavesOut: [
    "The script knows nothing afterwards: no state, no drift, no repair, no refusal to lose data. It takes names and ports as free, and looks at neither memory nor mounts before it begins.",
    "The image is on the machine on both sides; set-up is not part of it.",
    "The quick start serves less: one worker, no mount, no health check, no journal that survives a restart.",
  ],
  rounds: 3,
  run: async (bench) => {
    const prefix = `bench-${randomBytes(3).toString("hex")}`;
    const label = `alluxio.bench=${prefix}`;
    const mountRoot = `/mnt/${prefix}`;
    const config = exampleConfig(bench.project, "dev");
    const plan = planOf(config);
    const image = imageOf(bench.project, plan);
    const timelines: Timeline[] = [];
    bench.cleanup(() => removePeer(label, mountRoot));
    const seconds = await alternate(
      bench.rounds,
      {
        ours: () => oursOnce(bench, config, timelines),
        peer: async () => {
          const script = dockerRunScript(plan, { image, prefix, label, mountRoot });
          const finished = await must("bash", ["-c", script]);
          await removePeer(label, mountRoot);
          return finished.seconds;
        },
        quickStart: async () => {
          const env = { ...process.env, IMAGE: image, PREFIX: prefix, LABEL: label, RAMDISK: "256M", HEAPS };
          const { seconds: taken } = await must("sh", [join(bench.project, "bench/peers/quick-start.sh")], { env });
          await removePeer(label, mountRoot);
          return taken;
        },
      },
      bench.tell,
      (taken) => `${taken.toFixed(1)} s`,
    );
    return {
      comparisons: [
        {
          name: "to healthy",
          ours: { of: "pulumi up", unit: "s", values: seconds.ours },
          peer: { of: "docker run lines", unit: "s", values: seconds.peer },
          goal: { of: "ratio", bound: "at most", value: 1.2 },
        },
      ],
      beside: [
        { of: "quick start, two containers", unit: "s", values: seconds.quickStart },
        ...phases(timelines, seconds.ours),
      ],
      notes: [],
    };
  },
};

const CONTAINER = "docker:index:Container";
const MEMBERSHIP = "alluxio:index:Membership";
const MOUNT = "alluxio:index:FuseMount";

/** Heaps of the dev cluster's largest server, and its JVM options, for each process of the quick start. */
const HEAPS = "-Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

async function oursOnce(bench: Bench, config: ClusterConfig, timelines: Timeline[]): Promise<number> {
  const stack = new BenchStack(bench);
  await stack.init({ "alluxio:cluster": config });
  const timeline = new Timeline();
  try {
    const { seconds } = await stack.up(timeline.hear);
    timelines.push(timeline);
    return seconds;
  } finally {
    await stack.destroy();
  }
}

function phases(timelines: readonly Timeline[], totals: readonly number[]): Series[] {
  const phase = (of: string, seconds: (timeline: Timeline, total: number) => number): Series => ({
    of: `pulumi up: ${of}`,
    unit: "s",
    values: timelines.map((timeline, i) => seconds(timeline, totals[i]!)),
  });
  return [
    phase("CLI, program and plugins start", (one) => one.begin("alluxio:index:ChangeGuard")),
    phase("guard, preflight, network, volumes", (one) => one.begin(CONTAINER) - one.begin("alluxio:index:ChangeGuard")),
    phase("first container until all serve", (one) => one.end(MEMBERSHIP) - one.begin(CONTAINER)),
    phase("from then until all mounts answer (less than 0: before)", (one) => one.end(MOUNT) - one.end(MEMBERSHIP)),
    phase("after the mounts", (one, total) => total - one.end(MOUNT)),
  ];
}

async function removePeer(label: string, mountRoot: string): Promise<void> {
  await removeLabelled(label);
  await detachBelow(mountRoot);
  await must("sh", ["-c", 'rmdir "$1"/* "$1" 2>/dev/null || true', "sh", mountRoot]);
}
