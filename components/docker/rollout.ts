import * as pulumi from "@pulumi/pulumi";
import type * as alluxio from "../../provider/classes";
import { awaitProcesses, beginRollout, prepareMaster } from "../../provider/classes";
import type { BeginRolloutResult } from "../../provider/rollout/beginRollout";
import type { DeclaredProcess } from "../../provider/rollout/process";
import { backupDirectory } from "../plan/backup";
import { physicalName } from "../plan/names";
import { journalAddresses, mastersIn } from "../plan/quorum";
import { rolloutSteps } from "../plan/rollout";
import type { ClusterPlan, ProcessPlan } from "../plan/types";
import { declarationOf, type DeclaredContainer } from "./declaration";
import { known } from "./known";

/** How long a process may take to be healthy again after its change; a JVM of a loaded small machine takes one minute. */
const GATE_SECONDS = 300;

interface RolloutArgs {
  readonly plan: ClusterPlan;
  readonly clusterId: pulumi.Output<string>;
  readonly provider: alluxio.Provider;
}

/**
 * Keeps a running cluster serving while it is changed. The docker plugin replaces a container as soon as the program
 * declares it, and waits for nothing; so a process that serves and is going to be replaced is declared only when all
 * steps before its own are healthy. What is new, gone or ailing is declared at once: a fresh cluster, and a repair, wait
 * for nothing. A preview asks nothing.
 */
export class Rollout {
  private readonly steps: readonly { readonly names: readonly string[]; settled?: Promise<void> }[];
  private readonly declared = new Map<string, pulumi.Output<DeclaredProcess>>();
  private readonly made = new Map<string, Pick<pulumi.CustomResource, "id">[]>();
  private readonly prepared = new Map<string, Promise<void>>();
  private begun: Promise<Begun> | undefined;
  private backedUp = false;

  constructor(private readonly args: RolloutArgs) {
    this.steps = rolloutSteps(args.plan).map((names) => ({ names }));
  }

  /** What a process is going to be; every process declares itself while the program runs. */
  declare(process: ProcessPlan, container: DeclaredContainer): void {
    if (!pulumi.runtime.isDryRun()) this.declared.set(process.name, declarationOf(process, container, this.args));
  }

  /** A resource without which a process does not serve: its container, the mount that it serves. */
  track(process: string, resource: Pick<pulumi.CustomResource, "id">): void {
    this.made.set(process, [...(this.made.get(process) ?? []), resource]);
  }

  /** Options of whatever replaces a process, or a volume that only it uses: it waits until the process may be touched. */
  gated(process: string, options: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    if (pulumi.runtime.isDryRun()) return options;
    const dependsOn = this.mayTouch(process).then(() => options.dependsOn ?? []);
    return { ...options, dependsOn: dependsOn as Promise<pulumi.Resource[]> };
  }

  /** Whether this run has made the container of a process. */
  async isNew(process: string): Promise<boolean> {
    const { before } = await this.begin();
    return before[process]?.id !== (await this.idOf(process));
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
    const begun = await this.begin();
    const master = begun.cluster.masters[mastersIn(plan).indexOf(process)]!;
    const first = !this.backedUp;
    this.backedUp = true;
    const { problem } = await this.asked(name, () =>
      prepareMaster(
        {
          ...begun.cluster,
          master,
          addresses: journalAddresses(plan),
          workers: begun.workers,
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
      return serving && id === ids[i] ? [] : [{ process: this.processOf(name), id: ids[i]! }];
    });
    if (touched.length === 0) return;
    const { plan, provider } = this.args;
    const addresses = new Map(mastersIn(plan).map((master, i) => [master.name, journalAddresses(plan)[i]!]));
    const { problem } = await this.asked(names[0]!, () =>
      awaitProcesses(
        {
          ...begun.cluster,
          processes: touched.map(({ process: { name, role, hostname }, id }) => ({
            name,
            id,
            role,
            ...(role === "worker" ? { host: hostname } : {}),
            ...(role === "master" ? { address: addresses.get(name)! } : {}),
          })),
          workers: begun.workers,
          timeoutSeconds: GATE_SECONDS,
        },
        provider,
      ),
    );
    if (!problem) return;
    throw new StoppedChange(
      `${problem.process} did not become healthy within ${problem.waitedSeconds} s after its change: ${problem.why}. ` +
        this.notAttempted(index, begun),
    );
  }

  private notAttempted(after: number, { atStake }: Begun): string {
    const left = this.steps.slice(after + 1).flatMap(({ names }) => names.filter((name) => atStake.has(name)));
    return `Not attempted: ${left.join(", ")}. Correct the spec, or undo the change, and run \`pulumi up\` again`;
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
    const { plan, provider } = this.args;
    const clusterId = await known(this.args.clusterId);
    const processes = await known(pulumi.all(Object.fromEntries(this.declared)));
    const masters = mastersIn(plan);
    const cluster = {
      clusterId,
      masters: masters.map(({ name }) => physicalName(plan.name, name, clusterId)),
    };
    try {
      const { atStake, ...begun } = await beginRollout({ ...cluster, processes }, provider);
      return { cluster, atStake: new Set(atStake), ...begun };
    } catch (error) {
      throw new StoppedChange(`what runs cannot be looked at, and nothing that runs was touched: ${messageOf(error)}`);
    }
  }

  private processOf(name: string): ProcessPlan {
    return this.args.plan.processes.find((process) => process.name === name)!;
  }

  /** Id of the container, once everything that belongs to it is made. */
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

interface Begun extends Omit<BeginRolloutResult, "atStake"> {
  readonly cluster: { readonly clusterId: string; readonly masters: readonly string[] };
  readonly atStake: ReadonlySet<string>;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
