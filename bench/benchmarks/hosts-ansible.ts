import type { Bench, Benchmark } from "../benchmark";
import { floorScripts } from "../peers/parallel-ssh";
import type { Comparison, Series } from "../result";
import { alternate } from "../rounds";
import { summarize } from "../statistics";
import { Ansible, needPeers } from "../support/hosts/ansible";
import { BareMachines } from "../support/hosts/bareMachines";
import type { Sessions } from "../support/hosts/sessions";
import { pythonMachineImage } from "../support/hosts/pythonImage";
import { BenchStack } from "../support/stack";

/** Runs without change after each bring-up. */
const AGAIN = 3;

/** One bring-up, and what followed on the same machines. */
interface Round {
  readonly seconds: number;
  readonly sessions: Sessions;
  /** The machines afterwards. */
  readonly endState: string;
  /** Runs without change. */
  readonly again: readonly { readonly seconds: number; readonly sessions: Sessions }[];
}

export const hostsAnsible: Benchmark = {
  name: "hosts-ansible",
  title: "Five bare machines, against Ansible",
  about: `A cluster on five bare machines (a master and its job master; four workers, each with ramdisk, job worker and a FUSE mount),
from nothing to all workers registered and all mounts there: \`pulumi up\`, against Debian's Ansible with pipelining, a fork a host and
one connection a host ([bench/peers/ansible/site.yml](../bench/peers/ansible/site.yml)). Below both is a floor: the same work as
one shell script a host and a step, over parallel \`ssh\` ([bench/peers/parallel-ssh.ts](../bench/peers/parallel-ssh.ts)), most of which is
Alluxio that starts. The first ratio is of what each adds to that floor. The second is of a run that finds nothing to do:
\`pulumi up --refresh\`, which looks at everything, against the playbook once more. Users, files, units, processes with their command
lines, limits, ramdisks, mounts and registered workers are the same in the end, by one probe
([bench/support/hosts/endState.ts](../bench/support/hosts/endState.ts)), and the machines as bare as before in between.`,
  leavesOut: [
    "The machines are containers of this one machine, and share its cores with whoever works on them: what is waiting on a fleet is computing here.",
    "The playbook has no preflight, no ledger to take things back by, no look at what else has changed, such as a swapped file of the release or another size of the ramdisk; the floor knows nothing at all.",
    "Ansible has no connection left from an earlier run at the first run, and one that it has kept open at the second.",
  ],
  rounds: 3,
  run: async (bench) => {
    await needPeers();
    const fleet = await BareMachines.start(bench, await pythonMachineImage(bench.project));
    const ansible = new Ansible(bench, fleet);
    const stack = new BenchStack(bench);
    await stack.init({ "alluxio:cluster": fleet.config });
    const rounds = await alternate(
      bench.rounds,
      {
        ours: () => oursOnce(stack, fleet),
        ansible: () => ansibleOnce(ansible, fleet),
        floor: () => floorOnce(fleet),
      },
      bench.tell,
      ({ seconds, again }) =>
        [seconds, ...again.map((one) => one.seconds)].map((one) => `${one.toFixed(1)} s`).join(", then "),
    );
    sameEndState(bench, rounds);
    return {
      comparisons: compare(rounds),
      beside: beside(rounds),
      notes: [
        `Ansible ${await ansible.version()} of Debian; its second run changed 0 of its tasks each time, and \`up --refresh\` ran with --expect-no-changes.`,
        "All three leave the same on the machines: the probe's text is the same, byte for byte, after every bring-up.",
      ],
    };
  },
};

type Rounds = Readonly<Record<"ours" | "ansible" | "floor", readonly Round[]>>;

async function oursOnce(stack: BenchStack, fleet: BareMachines): Promise<Round> {
  await fleet.sessions();
  const { seconds } = await stack.up();
  const sessions = await fleet.sessions();
  const endState = await fleet.endState();
  const again = await repeated(fleet, async () => (await stack.upRefresh("--expect-no-changes")).seconds);
  await stack.destroy();
  await fleet.mustBeBare();
  return { seconds, sessions, endState, again };
}

async function ansibleOnce(ansible: Ansible, fleet: BareMachines): Promise<Round> {
  await fleet.sessions();
  const { seconds, changed } = await ansible.play();
  if (changed === 0) throw new Error("the playbook found nothing to do on bare machines");
  const sessions = await fleet.sessions();
  const endState = await fleet.endState();
  const again = await repeated(fleet, async () => {
    const second = await ansible.play();
    if (second.changed !== 0) throw new Error(`the playbook changed ${second.changed} things at its second run`);
    return second.seconds;
  });
  await fleet.wipe();
  return { seconds, sessions, endState, again };
}

async function floorOnce(fleet: BareMachines): Promise<Round> {
  const { install, serve, registered, mount } = floorScripts(fleet.plan);
  await fleet.sessions();
  const from = performance.now();
  await fleet.together(install, fleet.archive);
  await fleet.together(serve);
  await fleet.together(registered);
  await fleet.together(mount);
  const seconds = (performance.now() - from) / 1000;
  const sessions = await fleet.sessions();
  const endState = await fleet.endState();
  await fleet.wipe();
  return { seconds, sessions, endState, again: [] };
}

async function repeated(fleet: BareMachines, once: () => Promise<number>): Promise<Round["again"]> {
  const again = [];
  await fleet.sessions();
  for (let i = 0; i < AGAIN; i++) again.push({ seconds: await once(), sessions: await fleet.sessions() });
  return again;
}

/** @throws where the sides do not leave the same, with the lines that differ */
function sameEndState(bench: Bench, rounds: Rounds): void {
  const all = Object.entries(rounds).flatMap(([side, some]) => some.map(({ endState }) => ({ side, endState })));
  const [first, ...others] = all;
  for (const other of others) {
    if (other.endState === first!.endState) continue;
    const [ours, theirs] = [first!.endState.split("\n"), other.endState.split("\n")];
    const differing = [
      ...ours.filter((line) => !theirs.includes(line)).map((line) => `${first!.side}: ${line}`),
      ...theirs.filter((line) => !ours.includes(line)).map((line) => `${other.side}: ${line}`),
    ];
    throw new Error(`the sides leave different things on the machines:\n${differing.slice(0, 40).join("\n")}`);
  }
  bench.tell(`${all.length} bring-ups have left the same: ${first!.endState.split("\n").length} lines of the probe`);
}

const seconds = (rounds: readonly Round[]): number[] => rounds.map((round) => round.seconds);
const againSeconds = (rounds: readonly Round[]): number[] =>
  rounds.flatMap(({ again }) => again.map((one) => one.seconds));

function compare({ ours, ansible, floor }: Rounds): Comparison[] {
  const least = summarize(seconds(floor)).median;
  const above = (rounds: readonly Round[]): number[] => seconds(rounds).map((one) => one - least);
  return [
    {
      name: "bring-up, above the floor",
      ours: { of: "pulumi up − floor", unit: "s", values: above(ours) },
      peer: { of: "Ansible − floor", unit: "s", values: above(ansible) },
      goal: { of: "ratio", bound: "at most", value: 0.5 },
    },
    {
      name: "nothing to do",
      ours: { of: "pulumi up --refresh", unit: "s", values: againSeconds(ours) },
      peer: { of: "Ansible's second run", unit: "s", values: againSeconds(ansible) },
      goal: { of: "ratio", bound: "at most", value: 0.2 },
    },
  ];
}

function beside({ ours, ansible, floor }: Rounds): Series[] {
  const count = (of: string, unit: "connections" | "commands", sessions: readonly Sessions[]): Series => ({
    of,
    unit,
    values: sessions.map((one) => one[unit]),
  });
  const both = (of: string, sessions: readonly Sessions[]): Series[] => [
    count(`${of}, SSH`, "connections", sessions),
    count(`${of}, over SSH`, "commands", sessions),
  ];
  const first = (rounds: readonly Round[]): Sessions[] => rounds.map(({ sessions }) => sessions);
  const later = (rounds: readonly Round[]): Sessions[] =>
    rounds.flatMap(({ again }) => again.map(({ sessions }) => sessions));
  return [
    { of: "bring-up: pulumi up", unit: "s", values: seconds(ours) },
    { of: "bring-up: Ansible's first run", unit: "s", values: seconds(ansible) },
    { of: "bring-up: the floor", unit: "s", values: seconds(floor) },
    ...both("bring-up: pulumi up", first(ours)),
    ...both("bring-up: Ansible", first(ansible)),
    ...both("bring-up: the floor", first(floor)),
    ...both("nothing to do: pulumi up --refresh", later(ours)),
    ...both("nothing to do: Ansible", later(ansible)),
  ];
}
