import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { planCluster } from "../../components/plan/planCluster";
import { planHosts } from "../../components/plan/hosts/planHosts";
import type { ClusterConfig } from "../../components/spec/config";
import { parseSpec } from "../../components/spec/parse";
import type { Bench, Benchmark } from "../benchmark";
import type { Comparison, Series } from "../result";
import { alternate } from "../rounds";
import { needPeers } from "../support/hosts/ansible";
import { bareAnswer } from "../support/hosts/bareAnswers";
import { BareMachines } from "../support/hosts/bareMachines";
import { MirroredAnswers } from "../support/hosts/mirroredAnswers";
import { SimulatedHosts } from "../support/hosts/simulatedHosts";
import { inParallel } from "../support/inParallel";
import { must } from "../support/process";
import { STACK } from "../support/spec";
import { BenchStack, type DriftLook } from "../support/stack";

const SIMULATED = 200;
/** A state that is written at each step takes longer than all else of an `up` that is not measured. */
const STATE_AT_THE_END = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };
const GOAL = { of: "ratio", bound: "at most", value: 1.5 } as const;

export const hostsDrift: Benchmark = {
  name: "hosts-drift",
  title: `Drift of 5 real and ${SIMULATED} simulated machines`,
  about: `\`alluxioctl drift\` of clusters that are as declared, with and without \`--no-plan\`, against one \`ssh <host> true\` a machine,
on as many machines at once as the look without a plan. Five machines are those of the benchmarks above. ${SIMULATED} are simulated by a server of SSH in the benchmark, and stand for a
cluster of a master and ${SIMULATED - 1} workers with ramdisks, job workers and FUSE mounts: they answer each question as a real machine of the
five did, and as late ([bench/support/hosts/mirroredAnswers.ts](../bench/support/hosts/mirroredAnswers.ts)). One row is the whole
of \`alluxioctl drift --no-plan\`, from its start to its end; one is the part that it spends with the machines, from the first connection to
the last answer; and one is \`alluxioctl drift\`, which has Pulumi look, plan the whole program anew and compare each resource.`,
  leavesOut: [
    "`ssh <host> true` learns nothing: a look reads the whole of a machine's users, files, units, mounts and processes.",
    "Of `alluxioctl drift` with its plan, alluxioctl's own start.",
    "Client, server and simulated machines share the cores of this one machine.",
  ],
  rounds: 3,
  run: async (bench) => {
    await needPeers();
    const fleet = await BareMachines.start(bench);
    const real = new BenchStack(bench);
    await real.init({ "alluxio:cluster": fleet.config });
    bench.tell("brings the five machines up");
    await real.up();
    const { clusterId } = await real.outputs();
    const few = await measure(bench, {
      side: new RealSide(fleet),
      stack: real,
      name: "5 real machines",
    });
    const simulated = await simulate(bench, fleet, clusterId);
    const many = await measure(bench, simulated);
    return {
      comparisons: [...few.comparisons, ...many.comparisons],
      beside: [...few.beside, ...many.beside],
      notes: [
        "Every look was complete and found no drift.",
        `Connected to, or asked, at once were ${few.atOnce} of the real machines and ${many.atOnce} of the simulated ones: by the look, and then by ssh.`,
      ],
    };
  },
};

/** The machines of one comparison. */
interface Machinery {
  readonly names: readonly string[];
  /** `ssh <host> true` */
  ssh(host: string): Promise<unknown>;
  /** Forgets what was seen so far. */
  reset(): Promise<void> | void;
  /** What was seen since: seconds from the first connection to the last answer among it. */
  seen(): Promise<Seen> | Seen;
}

interface Seen {
  readonly seconds: number;
  readonly connections: number;
  readonly commands: number;
  readonly atOnce: number;
}

class RealSide implements Machinery {
  constructor(private readonly fleet: BareMachines) {}

  get names(): readonly string[] {
    return this.fleet.names;
  }

  ssh(host: string): Promise<unknown> {
    return this.fleet.sshAs(host, "true");
  }

  async reset(): Promise<void> {
    await this.fleet.sessions();
  }

  async seen(): Promise<Seen> {
    const { connections, commands, seconds, atOnce } = await this.fleet.sessions();
    return { connections, commands, seconds, atOnce };
  }
}

interface Measurement {
  readonly side: Machinery;
  readonly stack: BenchStack;
  readonly name: string;
}

async function measure(bench: Bench, { side, stack, name }: Measurement) {
  bench.tell(`${name}: a first look, which is not counted`);
  await side.reset();
  await look(stack);
  const { atOnce } = await side.seen();
  const looks: Seen[] = [];
  const seconds = await alternate(
    bench.rounds,
    {
      look: async () => {
        await side.reset();
        const taken = await look(stack);
        looks.push(await side.seen());
        return taken;
      },
      planned: async () => clean(await stack.drift()),
      ssh: async () => {
        const from = performance.now();
        await inParallel(side.names, atOnce, (host) => side.ssh(host));
        return (performance.now() - from) / 1000;
      },
    },
    (line) => bench.tell(`${name}, ${line}`),
    (taken) => `${taken.toFixed(2)} s`,
  );
  const peer: Series = { of: "ssh <host> true", unit: "s", values: seconds.ssh };
  const comparisons: Comparison[] = [
    {
      name: `${name}, the whole command`,
      ours: { of: "alluxioctl drift --no-plan", unit: "s", values: seconds.look },
      peer,
      goal: GOAL,
    },
    {
      name: `${name}, with the machines`,
      ours: { of: "its look", unit: "s", values: looks.map((one) => one.seconds) },
      peer,
      goal: GOAL,
    },
    {
      name: `${name}, with a plan`,
      ours: { of: "alluxioctl drift", unit: "s", values: seconds.planned },
      peer,
      goal: GOAL,
    },
  ];
  const beside: Series[] = (["connections", "commands"] as const).map((unit) => ({
    of: `${name}: SSH ${unit} of a look`,
    unit,
    values: looks.map((one) => one[unit]),
  }));
  return { comparisons, beside, atOnce };
}

const look = async (stack: BenchStack): Promise<number> => clean(await stack.look());

/** @throws where it could not look everywhere, or found something */
function clean({ seconds, report }: DriftLook): number {
  const { findings, pending, blocked, coverage } = report;
  if (!coverage.complete || findings.length > 0 || pending.length > 0 || blocked.length > 0)
    throw new Error(
      `the look found what is not there: ${JSON.stringify({ findings, pending, blocked, coverage }).slice(0, 2000)}`,
    );
  return seconds;
}

async function simulate(bench: Bench, fleet: BareMachines, realId: string): Promise<Measurement> {
  const names = Array.from({ length: SIMULATED }, (_, n) => `sim-${n + 1}`);
  const hosts = new SimulatedHosts(names, bareAnswer);
  await hosts.start();
  bench.cleanup(() => hosts.stop());
  const key = join(bench.folder, "simulated-key");
  writeFileSync(key, hosts.key.private, { mode: 0o600 });
  const knownHosts = join(bench.folder, "simulated-known-hosts");
  const addresses = hosts.addresses();
  writeFileSync(
    knownHosts,
    Object.values(addresses)
      .map(({ address, port, hostKey }) => `[${address}]:${port} ${hostKey}\n`)
      .join(""),
  );
  const config: ClusterConfig = {
    ...fleet.config,
    masters: { hosts: [names[0]!] },
    workers: fleet.config.workers.map((group) => ({ ...group, hosts: names.slice(1) })),
    hosts: { ...fleet.config.hosts!, user: "root", key, addresses },
  };
  const parsed = parseSpec(config, { stack: STACK });
  if (parsed.problems) throw new Error(JSON.stringify(parsed.problems));
  const mirrored = new MirroredAnswers(fleet, realId, planHosts(parsed.spec, planCluster(parsed.spec)));
  hosts.answers = mirrored.answer;
  const stack = new BenchStack(bench);
  await stack.init({ "alluxio:cluster": config });
  bench.tell(`registers ${SIMULATED} simulated machines`);
  await stack.up(undefined, STATE_AT_THE_END);
  mirrored.standing = true;
  const side: Machinery = {
    names,
    ssh: (host) => {
      const { address, port } = addresses[host]!;
      const settings = [
        "BatchMode=yes",
        `UserKnownHostsFile=${knownHosts}`,
        "GlobalKnownHostsFile=/dev/null",
        "StrictHostKeyChecking=yes",
      ];
      const options = settings.flatMap((setting) => ["-o", setting]);
      return must("ssh", ["-F", "none", "-i", key, ...options, "-p", String(port), `root@${address}`, "true"]);
    },
    reset: () => hosts.resetCounts(),
    seen: () => ({
      seconds: hosts.seconds,
      connections: hosts.connections,
      commands: hosts.commands,
      atOnce: hosts.mostAtOnce,
    }),
  };
  return { side, stack, name: `${SIMULATED} simulated machines` };
}
