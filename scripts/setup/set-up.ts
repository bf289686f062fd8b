import fs from "node:fs";
import path from "node:path";
import { layout } from "../environment.cjs";
import { AlluxioImage } from "./alluxio-image";
import { AlluxioTarball } from "./alluxio-tarball";
import { ChoicesFile, withoutChoicesOf } from "./choices";
import type { Chain, Context, Work } from "./context";
import { dockerWork } from "./docker";
import { dockerClient, dockerHost } from "./docker-endpoint";
import { withLock } from "./lock";
import { MachineImage } from "./machine-image";
import { pluginWork } from "./plugins";
import { SetupProblem } from "./problem";
import { Progress, roughly } from "./progress";
import { pulumiWork } from "./pulumi-cli";
import { checkStack, DEFAULT_VERSION, readCluster } from "./stack-config";

export interface SetUpOptions {
  readonly project: string;
  readonly stack: string;
  readonly version?: string | undefined;
  /** Forget what was chosen for this stack, and for all: CLI and plugins. @default false */
  readonly choose?: boolean;
  /** Also what tests of target `hosts` need: machines as containers, and a tarball to install on them. @default false */
  readonly machines?: boolean;
  /** Say nothing when there is nothing to do. @default false */
  readonly quiet?: boolean;
}

function contextOf(options: SetUpOptions, onlyReport = false): Context {
  const places = layout(options.project);
  return {
    places,
    env: process.env,
    choices: new ChoicesFile(places, onlyReport),
    progress: new Progress(),
    stack: options.stack,
    version: options.version,
  };
}

/** What is missing, as chains that can be worked on side by side: Pulumi keeps the processor busy, Docker the network. */
async function missing(context: Context, machines = false): Promise<Chain[]> {
  const target = readCluster(context.places.project, context.stack)?.target ?? "docker";
  const needsImage = target === "docker";
  const needsDocker = needsImage || machines;
  const [pulumi, plugins, docker] = await Promise.all([
    pulumiWork(context),
    pluginWork(context),
    needsDocker ? dockerWork(context) : Promise.resolve([]),
  ]);
  const dockerAnswers = docker.length === 0;
  const image = needsImage ? await new AlluxioImage(context).work(dockerAnswers) : [];
  const forMachines = machines ? await machineWork(context, dockerAnswers) : [];
  return [
    [...pulumi, ...plugins],
    [...docker, ...image, ...forMachines],
  ];
}

async function machineWork(context: Context, dockerAnswers: boolean): Promise<Work[]> {
  const image = new MachineImage(context, dockerClient(dockerHost(context.env)));
  return [
    ...(await image.work(dockerAnswers)),
    ...new AlluxioTarball(context, context.version ?? DEFAULT_VERSION).work(),
  ];
}

/** Sets up what is missing for a stack. Safe to run at any time, and to kill at any time. */
export async function setUp(options: SetUpOptions): Promise<void> {
  if (process.platform !== "linux") throw new SetupProblem("Set-up works on Linux only.");
  checkStack(options.project, options.stack);
  const context = contextOf(options);
  fs.mkdirSync(context.places.tools, { recursive: true });
  await withLock(
    path.join(context.places.tools, "setup.lock"),
    async () => {
      if (options.choose) context.choices.change((choices) => withoutChoicesOf(choices, options.stack));
      const chains = await missing(context, options.machines);
      if (chains.flat().length === 0) {
        if (!options.quiet) context.progress.heading("Set-up: everything is here.");
        return;
      }
      announce(context.progress, chains);
      await workOn(context.progress, chains);
      context.progress.heading("Set-up: done.");
    },
    (holder) =>
      context.progress.note(
        `Another set-up of this project (process ${holder?.pid ?? "unknown"}) is at work; waiting for it.`,
      ),
  );
}

function announce(progress: Progress, chains: readonly Chain[]): void {
  const total = Math.max(...chains.map((chain) => chain.reduce((sum, work) => sum + work.seconds, 0)));
  progress.heading(`Set-up: about ${roughly(total)} in all, with two free cores. What is missing:`);
  for (const work of chains.flat()) progress.note(`- ${work.name}: ${work.how}`);
}

async function workOn(progress: Progress, chains: readonly Chain[]): Promise<void> {
  const inTurn = async (chain: Chain) => {
    for (const work of chain) await progress.step(work.name, work.seconds, () => work.run());
  };
  const results = await Promise.allSettled(chains.map(inTurn));
  const failures = results.filter((result) => result.status === "rejected").map((result): unknown => result.reason);
  for (const failure of failures.slice(1)) console.error(failure instanceof Error ? failure.message : failure);
  if (failures.length > 0) throw failures[0];
}

/** Only reports. @returns whether everything is here */
export async function check(options: SetUpOptions): Promise<boolean> {
  checkStack(options.project, options.stack);
  const context = contextOf(options, true);
  let chains: Chain[];
  try {
    chains = await missing(context, options.machines);
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    context.progress.heading(error.message);
    return false;
  }
  const works: Work[] = chains.flat();
  if (works.length === 0) context.progress.heading("Everything is here.");
  else context.progress.heading("Missing:");
  for (const work of works) context.progress.note(`- ${work.name}: ${work.how}`);
  return works.length === 0;
}
