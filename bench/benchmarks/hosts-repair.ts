import { runningUnits } from "../../test/support/runningUnits";
import type { Benchmark } from "../benchmark";
import { stopStartAll } from "../peers/stop-start-all";
import { alternate } from "../rounds";
import { BareMachines } from "../support/hosts/bareMachines";
import { needPeers } from "../support/hosts/ansible";
import { BenchStack } from "../support/stack";
import { until } from "../support/until";

const LIMIT_SECONDS = 180;
const LOOK_MILLISECONDS = 100;
const READ_SECONDS = 2;
const CONTENT = "still here";

export const hostsRepair: Benchmark = {
  name: "hosts-repair",
  title: "One dead mount of five machines",
  about: `Seconds until a file can be read again on a machine whose FUSE process was killed, or whose mount was stopped, while the
cluster of the benchmark above serves the others. Ours heals itself where the process died, and is repaired by one
\`pulumi up --refresh\` where somebody stopped it. The peer is the remedy of a wiki, begun at once: everything stopped and started
again, over ssh, on the same machines ([bench/peers/stop-start-all.ts](../bench/peers/stop-start-all.ts)); it ends when all mounts are
there. After ours every process of the other machines, and every other one of this machine, is the one that it was.`,
  leavesOut: [
    "The wiki's remedy throws every worker's cache away, and breaks every open file on every machine; ours does so on one.",
    "It is quicker here than on the wiki: mounts and workers are stopped before the masters, and JVMs are small. Stopped in the wiki's order, each worker would take 90 s.",
    "Somebody has to notice first, but for the mount that heals itself.",
    "The unit waits longer before a start that follows several short runs; each death here is the first after a long run.",
  ],
  rounds: 5,
  run: async (bench) => {
    await needPeers();
    const fleet = await BareMachines.start(bench);
    const stack = new BenchStack(bench);
    await stack.init({ "alluxio:cluster": fleet.config });
    bench.tell("brings the cluster up");
    await stack.up();
    const patient = new Patient(fleet, fleet.workers[1]!);
    await patient.write();
    const steps = stopStartAll(fleet.plan);
    const seconds = await alternate(
      bench.rounds,
      {
        healed: () => patient.untouchedElsewhere(() => patient.heals("systemctl kill --signal=KILL", () => undefined)),
        repaired: () =>
          patient.untouchedElsewhere(() =>
            patient.heals("systemctl stop", () => stack.upRefresh("--suppress-progress")),
          ),
        peer: () =>
          patient.heals("systemctl kill --signal=KILL", async () => {
            for (const step of steps) await fleet.together(step);
          }),
      },
      bench.tell,
      (taken) => `${taken.toFixed(1)} s`,
    );
    await stack.upRefresh("--expect-no-changes");
    const peer = { of: "stop all, start all", unit: "s", values: seconds.peer } as const;
    return {
      comparisons: [
        {
          name: "process killed",
          ours: { of: "heals itself", unit: "s", values: seconds.healed },
          peer,
          goal: { of: "ratio", bound: "at most", value: 0.1 },
        },
        {
          name: "mount stopped",
          ours: { of: "pulumi up --refresh", unit: "s", values: seconds.repaired },
          peer,
          goal: { of: "ratio", bound: "at most", value: 0.1 },
        },
      ],
      beside: [],
      notes: [
        "After each repair of ours all units but the one of the mount had the process that they had before, on all machines.",
        "In the end `pulumi up --refresh --expect-no-changes` found nothing to do.",
      ],
    };
  },
};

/** The mount of one machine, and a file in it. */
class Patient {
  private readonly unit: string;
  private readonly file: string;

  constructor(
    private readonly fleet: BareMachines,
    private readonly host: string,
  ) {
    const { service, mountPoint } = fleet.planOf(host).mounts[0]!;
    this.unit = service.unit;
    this.file = `${mountPoint.path}/heartbeat`;
  }

  async write(): Promise<void> {
    await this.machine.exec('printf %s "$2" >"$1"', this.file, CONTENT);
  }

  /** @returns seconds from the death until the file can be read, and the remedy has ended */
  async heals(death: string, remedy: () => unknown): Promise<number> {
    await until(`${this.file} can be read on ${this.host}`, LIMIT_SECONDS, () => this.reads(), LOOK_MILLISECONDS);
    // As after a long run.
    await this.machine.exec('rm -f "/run/${1%.service}/starts"', this.unit);
    await this.machine.exec(`${death} "$1"`, this.unit);
    const from = performance.now();
    if (await this.reads()) throw new Error(`${this.file} is read although its mount should be dead: ${death}`);
    await remedy();
    await until(`${this.host} has its mount again`, LIMIT_SECONDS, () => this.reads(), LOOK_MILLISECONDS);
    return (performance.now() - from) / 1000;
  }

  /** @throws where a process has been started anew that is not that of the mount */
  async untouchedElsewhere(work: () => Promise<number>): Promise<number> {
    const before = await runningUnits(this.fleet.machines.all);
    const result = await work();
    const after = await runningUnits(this.fleet.machines.all);
    const others = Object.keys(before).filter((unit) => unit !== `${this.host}/${this.unit}`);
    const touched = others.filter((unit) => after[unit] !== before[unit]);
    if (touched.length > 0) throw new Error(`not only the mount was repaired, but also ${touched.join(", ")}`);
    return result;
  }

  private get machine() {
    return this.fleet.machines.get(this.host);
  }

  private async reads(): Promise<boolean> {
    const { code, stdout } = await this.machine.tryExec(`timeout -s KILL ${READ_SECONDS} cat -- "$1"`, this.file);
    return code === 0 && stdout === CONTENT;
  }
}
