import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import type { ClusterConfig } from "../../components/spec/config";
import { chosenImage } from "../../stacks/images";
import { ownerOf } from "../../stacks/owner";
import { must, run, type Finished } from "./process";

const PROJECT = resolve(__dirname, "../..");
const CLUSTER = "alluxio:cluster";

interface StackFile {
  config: { [CLUSTER]: ClusterConfig };
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

/**
 * A stack of this project in a backend of its own, as in another clone: real engine, real Docker, and nothing of the
 * user's own stacks. Its name is `dev`, for which set-up has chosen an image.
 */
export class TestStack {
  readonly name = "dev";
  private readonly folder = mkdtempSync(join(tmpdir(), "alluxio-e2e-"));
  private readonly file = join(this.folder, "Pulumi.dev.yaml");
  readonly env: NodeJS.ProcessEnv;

  /** @param example the example stack whose config it starts from */
  constructor(example: string, edit: (config: ClusterConfig) => void = () => undefined) {
    mkdirSync(join(this.folder, "state"));
    const config = parse(readFileSync(join(PROJECT, `Pulumi.${example}.yaml`), "utf8")) as StackFile;
    edit(config.config[CLUSTER]);
    writeFileSync(this.file, stringify(config));
    this.env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "",
      NO_COLOR: "1",
    };
  }

  edit(change: (config: ClusterConfig) => void): void {
    const config = parse(readFileSync(this.file, "utf8")) as StackFile;
    change(config.config[CLUSTER]);
    writeFileSync(this.file, stringify(config));
  }

  /** Replaces the whole spec by something that may not be one. */
  write(cluster: unknown): void {
    writeFileSync(this.file, stringify({ config: { [CLUSTER]: cluster } }));
  }

  /** `npm start` with the project's own Pulumi.dev.yaml. */
  async npmStart(): Promise<Finished> {
    const finished = await run(process.execPath, ["scripts/bootstrap.cjs", "start"], { env: this.env, cwd: PROJECT });
    await this.remember();
    return finished;
  }

  async init(): Promise<void> {
    const { code, output } = await this.raw("stack", "init", this.name);
    if (code !== 0) throw new Error(output);
  }

  /** `pulumi <verb> -s dev ...`, with this stack's own config. */
  pulumi(verb: string, ...args: string[]): Promise<Finished> {
    const config = verb === "destroy" || verb === "stack" ? [] : ["--config-file", this.file];
    return this.raw(verb, "--stack", this.name, "--non-interactive", ...config, ...args);
  }

  async up(...args: string[]): Promise<Finished> {
    const finished = await this.pulumi("up", "--yes", "--skip-preview", ...args);
    await this.remember();
    return finished;
  }

  /** Ids that its clusters have had, also those of an `up` that failed, so that nothing is left of them. */
  private readonly clusterIds = new Set<string>();

  private async remember(): Promise<void> {
    const { stdout } = await this.raw("stack", "export", "--stack", this.name);
    for (const [, id] of stdout.matchAll(/"clusterId": "([0-9a-f]+)"/g)) this.clusterIds.add(id!);
  }

  /** An `up` that is killed, with everything it started, so long after the engine has begun to make a resource. */
  async killedUp(resource: string, afterMilliseconds: number): Promise<void> {
    const child = spawn(
      join(PROJECT, "node_modules/.bin/pulumi"),
      ["up", "--stack", this.name, "--non-interactive", "--config-file", this.file, "--yes", "--skip-preview"],
      { env: this.env, cwd: PROJECT, detached: true, stdio: ["ignore", "pipe", "ignore"] },
    );
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
    await this.raw("cancel", "--yes", "--stack", this.name);
  }

  /** Everything that `preview --refresh` would change, sorted by resource. */
  async drift(): Promise<Change[]> {
    const { code, stdout, output } = await this.pulumi("preview", "--refresh", "--json");
    if (code !== 0) throw new Error(output);
    const { steps } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as { steps: Step[] };
    return steps
      .filter((step) => step.op !== "same" && step.op !== "refresh")
      .map((step) => ({
        resource: step.urn.split("::").pop()!,
        op: step.op,
        paths: Object.keys(step.detailedDiff ?? {}).sort(),
      }))
      .sort((a, b) => a.resource.localeCompare(b.resource) || a.op.localeCompare(b.op));
  }

  async outputs(): Promise<{
    clusterId: string;
    network: string;
    mountPoints: Record<string, string>;
    webAddress: string;
  }> {
    const { code, stdout, output } = await this.raw("stack", "output", "--json", "--stack", this.name);
    if (code !== 0) throw new Error(output);
    return JSON.parse(stdout) as never;
  }

  importState(text: string): Promise<Finished> {
    const file = join(this.folder, "import.json");
    writeFileSync(file, text);
    return this.raw("stack", "import", "--stack", this.name, "--file", file);
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
  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Destroys the stack, and removes by label whatever a failed run has left. */
  async remove(): Promise<void> {
    await this.remember();
    await this.pulumi("destroy", "--yes", "--skip-preview");
    for (const clusterId of this.clusterIds) await removeLeftovers(clusterId);
    if (existsSync(this.folder)) rmSync(this.folder, { recursive: true });
  }

  private raw(...args: string[]): Promise<Finished> {
    return run(join(PROJECT, "node_modules/.bin/pulumi"), args, { env: this.env, cwd: PROJECT });
  }
}

/** Everything on this Docker that bears a cluster's id. */
export async function leftovers(clusterId: string): Promise<string[]> {
  const label = `label=alluxio.cluster-id=${clusterId}`;
  const lists = await Promise.all([
    must("docker", "ps", "-a", "--filter", label, "--format", "container {{.Names}}"),
    must("docker", "volume", "ls", "--filter", label, "--format", "volume {{.Name}}"),
    must("docker", "network", "ls", "--filter", label, "--format", "network {{.Name}}"),
  ]);
  const mounts = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .filter((path) => path.includes(`-${clusterId.slice(0, 4)}`))
    .map((path) => `mount ${path}`);
  return [...lists.flatMap((list) => list.split("\n")), ...mounts].filter((line) => line !== "");
}

async function removeLeftovers(clusterId: string): Promise<void> {
  for (const thing of (await leftovers(clusterId)).reverse()) {
    const [kind = "", name = ""] = thing.split(" ");
    if (kind === "mount") await run("umount", ["-l", name]);
  }
  for (const kind of ["container", "volume", "network"]) {
    for (const thing of (await leftovers(clusterId)).filter((one) => one.startsWith(`${kind} `))) {
      await run("docker", [kind, "rm", ...(kind === "network" ? [] : ["--force"]), thing.slice(kind.length + 1)]);
    }
  }
}
