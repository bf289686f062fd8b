import { join } from "node:path";
import { LocalWorkspace, PulumiCommand, Stack, type PreviewResult, type UpResult } from "@pulumi/pulumi/automation";
import type { Ephemeral } from "../../components/plan/ephemeral";
import type { ClusterConfig } from "../../components/spec/config";
import { reap, type Grounds } from "../../operations/ephemeral/reaper";
import { UserError } from "../../provider/rpc/resource";
import type { CommandResult } from "../../provider/transports/commandResult";
import { DockerTransport } from "../../provider/transports/docker";
import { layout } from "../../scripts/environment.cjs";
import { execIn } from "./processes";
import { runProgram, type Ended } from "./program";
import { readCluster, writeCluster } from "./workspace";

/** What a cluster that is up tells. */
export interface ClusterOutputs {
  readonly clusterId: string;
  readonly webAddress: string;
  /** Of the masters, inside the cluster's network. */
  readonly masters: readonly string[];
  /** Folders of this machine, by the name of the mount. */
  readonly mountPoints: Readonly<Record<string, string>>;
  /** Name of the Docker network, for containers that use the cluster. */
  readonly network: string;
  readonly [further: string]: unknown;
}

/** What a cluster was made of. */
export interface ClusterParts {
  readonly ephemeral: Ephemeral;
  readonly project: string;
  readonly folder: string;
  readonly stack: string;
  readonly env: NodeJS.ProcessEnv;
  readonly grounds: Grounds;
  readonly onOutput?: (text: string) => void;
}

const EXEC_SECONDS = 60;

/** A throw-away cluster: a stack of this project in a backend of its own. */
export class EphemeralCluster {
  readonly name: string;
  readonly expires: Date;
  /** Holds the Pulumi project, the stack's file and its state. */
  readonly folder: string;
  readonly stack: string;
  /** The environment in which Pulumi runs for it. */
  readonly env: NodeJS.ProcessEnv;
  private opened: Promise<Stack> | undefined;
  private known: ClusterOutputs | undefined;

  /** For `createCluster`. */
  constructor(private readonly parts: ClusterParts) {
    this.name = parts.ephemeral.name;
    this.expires = new Date(parts.ephemeral.expires * 1000);
    this.folder = parts.folder;
    this.stack = parts.stack;
    this.env = parts.env;
  }

  get clusterId(): string {
    return this.outputs.clusterId;
  }
  get webAddress(): string {
    return this.outputs.webAddress;
  }
  get mountPoints(): Readonly<Record<string, string>> {
    return this.outputs.mountPoints;
  }
  /** Of the last `up`. @throws UserError before the first */
  get outputs(): ClusterOutputs {
    if (this.known) return this.known;
    throw new UserError(`ephemeral cluster ${this.name} is not up yet: await cluster.up()`);
  }

  /** Brings the cluster to what the spec says. @throws UserError where that fails, with what Pulumi said */
  async up(): Promise<UpResult> {
    const result = await this.pulumiDoes("up", (stack, options) => stack.up(options));
    this.known = Object.fromEntries(
      Object.entries(result.outputs).map(([key, { value }]) => [key, value as unknown]),
    ) as unknown as ClusterOutputs;
    return result;
  }

  /** @param options.refresh also look at what reality has changed. @default false */
  preview(options: { readonly refresh?: boolean } = {}): Promise<PreviewResult> {
    return this.pulumiDoes("preview", (stack, more) => stack.preview({ ...options, ...more }));
  }

  /** Pulumi's own destroy, which ends processes in order. The cluster may be brought up again; `remove` ends it for good. */
  async destroy(): Promise<void> {
    await this.pulumiDoes("destroy", (stack, options) => stack.destroy(options));
    this.known = undefined;
  }

  /** Changes the spec; `up` carries it out. */
  edit(change: (config: ClusterConfig) => void): void {
    const config = readCluster(this.folder, this.stack);
    change(config);
    this.setSpec(config);
  }

  /** Replaces the spec as it is, also by something that is none. */
  setSpec(config: unknown): void {
    writeCluster(this.folder, this.stack, config);
  }

  /**
   * Runs a command in the container of a process.
   * @example await cluster.exec("master-1", ["alluxio", "fs", "ls", "/"])
   */
  exec(
    process: string,
    command: readonly string[],
    { timeoutSeconds = EXEC_SECONDS }: { readonly timeoutSeconds?: number } = {},
  ): Promise<CommandResult> {
    const { dockerHost, defaultHost } = this.parts.grounds;
    return execIn(new DockerTransport(dockerHost ?? defaultHost), this.clusterId, process, command, timeoutSeconds);
  }

  /**
   * The Pulumi CLI in this cluster's folder, for what the other methods do not offer; never throws for its exit code.
   * @example await cluster.pulumi("preview", "--stack", cluster.stack, "--diff", "--non-interactive")
   */
  pulumi(...args: string[]): Promise<Ended> {
    return runProgram(layout(this.parts.project).pulumi, args, { cwd: this.folder, env: this.env });
  }

  /** Makes the stack, as `up` does by itself. */
  async init(): Promise<void> {
    await this.open();
  }

  /**
   * Removes everything of the cluster at once, its state included, whatever state it is in. What no under storage of the
   * user's holds is lost.
   * @throws UserError that names what could not be removed
   */
  async remove(): Promise<void> {
    const { reaped } = await reap(this.parts.grounds, new Set([this.name]), { only: true });
    const left = reaped.filter(({ name }) => name === this.name).flatMap((one) => one.left);
    if (left.length === 0) return;
    const list = left.map(({ what, reason }) => `\n  ${what}: ${reason}`).join("");
    throw new UserError(`of ephemeral cluster ${this.name} could not be removed:${list}`);
  }

  private open(): Promise<Stack> {
    this.opened ??= this.make();
    return this.opened;
  }

  private async make(): Promise<Stack> {
    const pulumiCommand = await PulumiCommand.get({
      root: layout(this.parts.project).pulumiRoot,
      skipVersionCheck: true,
    });
    const envVars = Object.fromEntries(
      Object.entries(this.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const args = { stackName: this.stack, workDir: this.folder };
    const pulumiHome = join(this.folder, "home");
    return LocalWorkspace.createStack(args, { pulumiCommand, envVars, pulumiHome });
  }

  private async pulumiDoes<T>(
    verb: string,
    act: (stack: Stack, options: { signal: AbortSignal; onOutput: (text: string) => void }) => Promise<T>,
  ): Promise<T> {
    const left = this.expires.getTime() - Date.now();
    if (left <= 0) throw new UserError(`ephemeral cluster ${this.name} has expired at ${this.expires.toISOString()}`);
    const signal = AbortSignal.timeout(left);
    let said = "";
    const onOutput = (text: string): void => {
      said += text;
      this.parts.onOutput?.(text);
    };
    try {
      return await act(await this.open(), { signal, onOutput });
    } catch (error) {
      if (signal.aborted)
        throw new UserError(`ephemeral cluster ${this.name} expired during pulumi ${verb}: give it more time`);
      if (!(error instanceof Error)) throw error;
      throw new UserError(
        `pulumi ${verb} of ephemeral cluster ${this.name} failed:\n${(said || error.message).trim()}`,
      );
    }
  }
}
