import * as pulumi from "@pulumi/pulumi";
import type * as alluxio from "../../provider/classes";
import { awaitProcesses, beginRollout, prepareMaster } from "../../provider/classes";
import type { BeginRolloutResult } from "../../provider/rollout/beginRollout";
import type { RolloutCluster } from "../../provider/rollout/access";
import { notAttempted } from "../../provider/rollout/notAttempted";
import { backupDirectory } from "../plan/backup";
import { journalAddresses, mastersIn } from "../plan/quorum";
import type { RolloutStep } from "../plan/rollout";
import type { ClusterPlan, ProcessPlan } from "../plan/types";
import { known } from "./known";

/** How long a process may take to be healthy again after its change; a JVM of a loaded small machine takes one minute. */
const GATE_SECONDS = 300;

export interface RollingChangeArgs {
  readonly plan: ClusterPlan;
  readonly clusterId: pulumi.Output<string>;
  readonly provider: alluxio.Provider;
  /** Names of processes, in the order in which they are changed. */
  readonly steps: readonly RolloutStep[];
  /**
   * The cluster as the provider's functions are told of it.
   * @param processes those that they are asked about, beside the masters
   */
  cluster(clusterId: string, processes: readonly string[]): RolloutCluster;
  /** Whether what a process runs in is still the same after a change, so that its id tells of none. */
  readonly inPlace: boolean;
  /** Until commands of Alluxio can be run. @default they always can */
  readonly commandsReady?: () => Promise<unknown>;
}

/**
 * Keeps a running cluster serving while it is changed. The engine changes a resource as soon as the program declares it,
 * and waits for nothing but what that depends on; so a process that serves and is going to be changed is declared only when
 * all steps before its own are healthy. What is new, gone or ailing is declared at once: a fresh cluster, and a repair, wait
 * for nothing. A preview asks nothing.
 */
export class RollingChange<Declared extends object> {
  private readonly steps: readonly { readonly names: readonly string[]; settled?: Promise<void> }[];
  private readonly declared = new Map<string, pulumi.Output<Declared>>();
  private readonly made = new Map<string, Pick<pulumi.CustomResource, "id">[]>();
  private readonly prepared = new Map<string, Promise<void>>();
  private begun: Promise<Begun> | undefined;
  private backedUp = false;
  private joined: Promise<void> | undefined;

  constructor(protected readonly args: RollingChangeArgs) {
    this.steps = args.steps.map((names) => ({ names }));
  }

  /** What a process is going to be; every process is declared while the program runs. */
  protected toBe(process: string, declared: () => pulumi.Output<Declared>): void {
    if (!pulumi.runtime.isDryRun()) this.declared.set(process, declared());
  }

  /** A resource without which a process does not serve: the first has the id of what it runs in. */
  track(process: string, resource: Pick<pulumi.CustomResource, "id">): void {
    this.made.set(process, [...(this.made.get(process) ?? []), resource]);
  }

  /** Options of whatever changes a process, or storage that only it uses: it waits until the process may be touched. */
  gated(process: string, options: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    if (pulumi.runtime.isDryRun()) return options;
    const dependsOn = this.mayTouch(process).then(() => options.dependsOn ?? []);
    return { ...options, dependsOn: dependsOn as Promise<pulumi.Resource[]> };
  }

  /** Options of what a look at the running processes must not find changed yet. */
  afterLook(options: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    if (pulumi.runtime.isDryRun()) return options;
    const dependsOn = this.begin().then(() => options.dependsOn ?? []);
    return { ...options, dependsOn: dependsOn as Promise<pulumi.Resource[]> };
  }

  /** Whether this run has made what a process runs in. */
  async isNew(process: string): Promise<boolean> {
    const { before } = await this.begin();
    return before[process]?.id !== (await this.idOf(process));
  }

  /** The masters that have to be members before any that serves is changed. */
  protected async mastersThatGoFirst(): Promise<readonly string[]> {
    const begun = await this.begin();
    return begun.newMastersFirst ? this.newMasters(begun) : [];
  }

  private async mayTouch(process: string): Promise<void> {
    const { atStake } = await this.begin();
    if (!atStake.has(process)) return;
    const known = this.prepared.get(process) ?? this.prepare(process);
    this.prepared.set(process, known);
    await known;
  }

  private async prepare(name: string): Promise<void> {
    const step = this.steps.findIndex(({ names }) => names.includes(name));
    if (step > 0) await this.settle(step - 1);
    const process = this.processOf(name);
    if (process.role !== "master") return;
    const { plan } = this.args;
    await (this.joined ??= this.join());
    await this.args.commandsReady?.();
    const begun = await this.begin();
    const master = this.inCluster(name, begun);
    const first = !this.backedUp;
    this.backedUp = true;
    const { problem } = await this.asked(name, () =>
      prepareMaster(
        {
          ...begun.cluster,
          master,
          addresses: journalAddresses(plan),
          workers: begun.workers,
          newMasters: this.newMasters(begun).map((one) => this.inCluster(one, begun)),
          ...(first ? { backupDirectory: backupDirectory(plan), backupMayFail: begun.credentialsAlone } : {}),
        },
        this.args.provider,
      ),
    );
    if (problem !== undefined) throw this.stop(name, problem, begun);
  }

  /** Resolves when all of a step, and of those before it, are healthy. */
  private settle(index: number): Promise<void> {
    const step = this.steps[index]!;
    return (step.settled ??= this.settleAfterOthers(index, step.names));
  }

  private async settleAfterOthers(index: number, names: readonly string[]): Promise<void> {
    if (index > 0) await this.settle(index - 1);
    const begun = await this.begin();
    const ids = await Promise.all(names.map((name) => this.idOf(name)));
    const touched = names.flatMap((name, i) => {
      const { id, serving } = begun.before[name] ?? {};
      const changed = this.args.inPlace ? begun.atStake.has(name) : id !== ids[i];
      return serving && !changed ? [] : [{ process: this.processOf(name), id: ids[i]! }];
    });
    if (touched.length > 0) await this.awaitHealth(touched, index, begun);
  }

  /** Until masters that have to be members first are. */
  private async join(): Promise<void> {
    const names = await this.mastersThatGoFirst();
    if (names.length === 0) return;
    const masters = names.map(async (name) => ({ process: this.processOf(name), id: await this.idOf(name) }));
    await this.awaitHealth(await Promise.all(masters), -1, await this.begin());
  }

  /** @param step what stands in this one and before is no longer to be attempted */
  private async awaitHealth(touched: readonly Touched[], step: number, begun: Begun): Promise<void> {
    const { plan, provider } = this.args;
    const addresses = journalAddresses(plan);
    const addressOf = new Map(mastersIn(plan).map((master, i) => [master.name, addresses[i]!]));
    const { problem } = await this.asked(touched[0]!.process.name, () =>
      awaitProcesses(
        {
          ...this.args.cluster(
            begun.cluster.clusterId,
            touched.map(({ process: { name } }) => name),
          ),
          processes: touched.map(({ process: { name, role, hostname }, id }) => ({
            name,
            id,
            role,
            ...(role === "worker" ? { host: hostname } : {}),
            ...(role === "master" ? { address: addressOf.get(name)! } : {}),
          })),
          addresses,
          workers: begun.workers,
          timeoutSeconds: GATE_SECONDS,
        },
        provider,
      ),
    );
    if (!problem) return;
    throw new StoppedChange(
      `${problem.process} did not become healthy within ${problem.waitedSeconds} s after its change: ${problem.why}. ` +
        this.notAttempted(step, begun),
    );
  }

  private notAttempted(after: number, { atStake }: Begun): string {
    const left = this.steps.slice(after + 1).flatMap(({ names }) => names.filter((name) => atStake.has(name)));
    return notAttempted(left);
  }

  /** A call whose failure ends the change, told by what is left as it was. */
  private async asked<T>(process: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw this.stop(process, messageOf(error), await this.begin());
    }
  }

  private stop(process: string, reason: string, begun: Begun): StoppedChange {
    const step = this.steps.findIndex(({ names }) => names.includes(process));
    return new StoppedChange(`the change stops before ${process}: ${reason}. ${this.notAttempted(step - 1, begun)}`);
  }

  private begin(): Promise<Begun> {
    return (this.begun ??= this.look());
  }

  private async look(): Promise<Begun> {
    // Every process has declared itself when the program's first turn is over.
    await Promise.resolve();
    const clusterId = await known(this.args.clusterId);
    const processes = (await known(pulumi.all(Object.fromEntries(this.declared)))) as Record<string, Declared>;
    const cluster = this.args.cluster(clusterId, []);
    const { steps, inPlace, provider } = this.args;
    try {
      const { atStake, ...begun } = await beginRollout(
        { ...cluster, processes, ...(inPlace ? { steps, addresses: journalAddresses(this.args.plan) } : {}) },
        provider,
      );
      return { cluster, atStake: new Set(atStake), ...begun };
    } catch (error) {
      throw new StoppedChange(`what runs cannot be looked at, and nothing that runs was touched: ${messageOf(error)}`);
    }
  }

  private newMasters({ before }: Begun): string[] {
    return mastersIn(this.args.plan).flatMap(({ name }) => (name in before ? [] : [name]));
  }

  /** A master by the name that the access knows it by. */
  private inCluster(master: string, { cluster }: Begun): string {
    return cluster.masters[mastersIn(this.args.plan).findIndex(({ name }) => name === master)]!;
  }

  private processOf(name: string): ProcessPlan {
    return this.args.plan.processes.find((process) => process.name === name)!;
  }

  /** Id of what a process runs in, once everything that belongs to it is made. */
  private async idOf(process: string): Promise<string> {
    const ids = await Promise.all(this.made.get(process)!.map((resource) => known(resource.id)));
    return ids[0]!;
  }
}

/**
 * What ends a change. Every resource behind the gate fails with it, and the SDK writes the name of each property on whose
 * way it meets an error before its message: this one keeps its own, and is told once.
 */
class StoppedChange extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    Object.defineProperty(this, "message", { get: () => message, set: () => undefined });
  }
}

interface Touched {
  readonly process: ProcessPlan;
  /** Of what it runs in. */
  readonly id: string;
}

interface Begun extends Omit<BeginRolloutResult, "atStake"> {
  readonly cluster: RolloutCluster;
  readonly atStake: ReadonlySet<string>;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
