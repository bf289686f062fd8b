import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { ClusterConfig } from "../../components/spec/config";
import { CLUSTER_KEY } from "../../stacks/clusterSource";
import { chosenImage } from "../../stacks/images";
import { ownerOf } from "../../stacks/owner";
import { EphemeralPlace, PlainPlace } from "./places";
import { PROJECT, run, type Finished } from "./process";

export { leftovers } from "./leftovers";

interface StackFile {
  config: { [CLUSTER_KEY]: ClusterConfig };
}

/** A change that a preview announces: one property of one resource. */
export interface Change {
  readonly resource: string;
  /** `create`, `update`, `replace`, ... */
  readonly op: string;
  /** Property paths that differ; none for what is made or deleted as a whole. */
  readonly paths: readonly string[];
}

interface Step {
  op: string;
  urn: string;
  detailedDiff?: Record<string, { kind: string }> | null;
}

/** What a stack tells when it is up, as far as tests ask. */
export interface TestStackOutputs {
  readonly clusterId: string;
  readonly network: string;
  readonly mountPoints: Record<string, string>;
  readonly webAddress: string;
}

export interface TestStackOptions {
  /**
   * An ordinary stack, as users have one: no expiry, no label of a throw-away cluster. What a killed test leaves of it
   * stays, so it is only for what a throw-away cluster cannot show. `npmStart` implies it.
   * @default false
   */
  readonly plain?: boolean;
  /**
   * Its cluster stands in a file of its own. Only of an ordinary stack.
   * @default false
   */
  readonly ownFile?: boolean;
}

/**
 * A stack of this project in a backend of its own, as in another clone: real engine, real Docker, and nothing of the
 * user's own stacks. It is a throw-away cluster with its spec as written; its Pulumi stack is called `dev`.
 */
export class TestStack {
  readonly name = "dev";
  private place: EphemeralPlace | PlainPlace | undefined;
  private config: unknown;

  /** @param example the example stack whose config it starts from */
  constructor(
    example: string,
    edit: (config: ClusterConfig) => void = () => undefined,
    { plain = false, ownFile = false }: TestStackOptions = {},
  ) {
    const file = parse(readFileSync(join(PROJECT, `Pulumi.${example}.yaml`), "utf8")) as StackFile;
    edit(file.config[CLUSTER_KEY]);
    this.config = file.config[CLUSTER_KEY];
    if (plain) this.place = new PlainPlace(this.name, this.config, ownFile);
  }

  /** Where its config and, of an ordinary stack, its state are. */
  get folder(): string {
    return this.at().folder;
  }

  /** The environment in which Pulumi runs on it. */
  get env(): NodeJS.ProcessEnv {
    return this.at().env;
  }

  /** What the labels of everything that it makes say. */
  get ephemeralName(): string {
    if (this.place instanceof EphemeralPlace) return this.place.name;
    throw new Error("it is no throw-away cluster");
  }

  /** The spec as it is written now. */
  get spec(): ClusterConfig {
    return this.config as ClusterConfig;
  }

  edit(change: (config: ClusterConfig) => void): void {
    change(this.config as ClusterConfig);
    this.write(this.config);
  }

  /** Replaces the whole spec by something that may not be one. */
  write(cluster: unknown): void {
    this.config = cluster;
    this.place?.write(cluster);
  }

  /** Sets a secret of an ordinary stack's config. It is handed over on standard input. */
  async setSecret(key: string, value: string): Promise<void> {
    if (!(this.place instanceof PlainPlace)) throw new Error("only an ordinary stack has a config of its own");
    await this.place.setSecret(key, value);
  }

  /** `npm start` with the project's own Pulumi.dev.yaml. */
  async npmStart(): Promise<Finished> {
    this.place ??= new PlainPlace(this.name, this.config);
    const finished = await run(process.execPath, ["scripts/bootstrap.cjs", "start"], { env: this.env, cwd: PROJECT });
    await this.remember();
    return finished;
  }

  async init(): Promise<void> {
    this.place ??= await EphemeralPlace.make(this.name, this.config);
    await this.place.init();
  }

  /** `pulumi <verb> -s dev ...`, with this stack's own config. */
  pulumi(verb: string, ...args: string[]): Promise<Finished> {
    return this.at().pulumi(...this.command(verb, args));
  }

  async up(...args: string[]): Promise<Finished> {
    const finished = await this.pulumi("up", "--yes", "--skip-preview", ...args);
    await this.remember();
    return finished;
  }

  /** From nothing to a healthy cluster. @returns what it tells; @throws with all that Pulumi said where it fails */
  async bringUp(): Promise<TestStackOutputs> {
    await this.init();
    const up = await this.up();
    if (up.code !== 0) throw new Error(up.output);
    return this.outputs();
  }

  /** An `up` that is killed, with everything it started, so long after the engine has begun to make a resource. */
  async killedUp(resource: string, afterMilliseconds: number): Promise<void> {
    const child = spawn(join(PROJECT, "node_modules/.bin/pulumi"), this.command("up", ["--yes", "--skip-preview"]), {
      env: this.env,
      cwd: this.at().cwd,
      detached: true,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ended = new Promise<void>((done) => child.once("close", () => done()));
    let output = "";
    await new Promise<void>((done, fail) => {
      child.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (new RegExp(`${resource} creating`).test(output)) done();
      });
      child.once("close", () => fail(new Error(`it ended before it made ${resource}:\n${output}`)));
    });
    await new Promise((done) => setTimeout(done, afterMilliseconds));
    process.kill(-child.pid!, "SIGKILL");
    await ended;
    await this.at().pulumi("cancel", "--yes", "--stack", this.name);
  }

  /** Everything that `preview --refresh` would change, sorted by resource. */
  async drift(): Promise<Change[]> {
    const { code, stdout, output } = await this.pulumi("preview", "--refresh", "--json");
    if (code !== 0 || !stdout.includes("{")) throw new Error(`exit code ${code}: ${output}`);
    const { steps } = parsed(stdout.slice(stdout.indexOf("{"))) as { steps: Step[] };
    return steps
      .filter((step) => step.op !== "same" && step.op !== "refresh")
      .map((step) => ({
        resource: step.urn.split("::").pop()!,
        op: step.op,
        paths: Object.keys(step.detailedDiff ?? {}).sort(),
      }))
      .sort((a, b) => a.resource.localeCompare(b.resource) || a.op.localeCompare(b.op));
  }

  async outputs(): Promise<TestStackOutputs> {
    const { code, stdout, output } = await this.at().pulumi("stack", "output", "--json", "--stack", this.name);
    if (code !== 0) throw new Error(output);
    return JSON.parse(stdout) as never;
  }

  importState(text: string): Promise<Finished> {
    const file = join(this.at().folder, "import.json");
    writeFileSync(file, text);
    return this.at().pulumi("stack", "import", "--stack", this.name, "--file", file);
  }

  /** Id of the image that set-up chose for stacks of this name. */
  imageId(): string {
    const image = chosenImage(PROJECT, this.name, { version: "2.9.4", image: "alluxio/alluxio:2.9.4" });
    if (!image) throw new Error("set-up has chosen no image: run `npm run setup`");
    return image.id;
  }

  owner(): string {
    return ownerOf(this.env["PULUMI_BACKEND_URL"]!, "organization", "alluxio", this.name);
  }

  /** Drops a stack that has made nothing. */
  async forget(): Promise<void> {
    await this.place?.forget();
  }

  /** Removes everything of the stack, whatever a failed run has left of it. */
  async remove(): Promise<void> {
    if (this.place instanceof PlainPlace) await this.pulumi("destroy", "--yes", "--skip-preview");
    await this.place?.forget();
  }

  private at(): EphemeralPlace | PlainPlace {
    if (this.place) return this.place;
    throw new Error("await init() or npmStart() first");
  }

  private command(verb: string, args: readonly string[]): string[] {
    const config = verb === "destroy" || verb === "stack" ? [] : this.at().configArguments;
    return [verb, "--stack", this.name, "--non-interactive", ...config, ...args];
  }

  private async remember(): Promise<void> {
    if (this.place instanceof PlainPlace) await this.place.remember();
  }
}

/** How much around a place where JSON ends to be any tells what is in its way. */
const QUOTED = 300;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const at = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? text.length);
    throw new Error(`no JSON: …${text.slice(Math.max(0, at - QUOTED), at + QUOTED)}…`, { cause: error });
  }
}
