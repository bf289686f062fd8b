import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterConfig } from "../../components/spec/config";
import { leftovers, removeLeftovers } from "./leftovers";
import { must, PROJECT, run, until, type Finished } from "./process";
import { programsOf, waitingOf } from "./programs";
import { unambiguousYaml } from "../../stacks/yaml";

const STACK = "dev";
const BIN = join(PROJECT, "node_modules/.bin");

/** Everything small, and everything kept: a kill in the middle of destroy must not lose a file either. */
export const KILL_SPEC: ClusterConfig = {
  masters: { journal: { keep: true } },
  workers: [{ name: "small", ramdisk: "64MB" }],
  underStorage: { volume: { keep: true } },
  mounts: [{ name: "data" }],
  heaps: { master: "192MB", jobMaster: "96MB", worker: "96MB", jobWorker: "64MB", fuse: "96MB" },
  jvmOptions: ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
  properties: { "alluxio.master.metastore": "HEAP", "alluxio.master.worker.timeout": "15s" },
};

interface StateResource {
  readonly type: string;
  readonly id?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Until a program notices that its engine is gone. */
const PROGRAM_SECONDS = 20;

/** An ordinary stack in a backend of its own, whose runs can be killed. */
export class KillableStack {
  readonly folder = mkdtempSync(join(tmpdir(), "alluxio-kills-"));
  readonly file = join(this.folder, "Pulumi.dev.yaml");
  /** Where runs write down their steps. */
  readonly log = join(this.folder, "events.json");
  private readonly clusterIds = new Set<string>();
  readonly env: NodeJS.ProcessEnv;

  /** @param dockerHost another Docker than this machine's */
  constructor(
    private config: ClusterConfig = KILL_SPEC,
    private readonly dockerHost?: string,
  ) {
    mkdirSync(join(this.folder, "state"));
    this.env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "",
      NO_COLOR: "1",
      // `--event-log` is one of Pulumi's options for debugging.
      PULUMI_DEBUG_COMMANDS: "true",
      ...(dockerHost === undefined ? {} : { DOCKER_HOST: dockerHost }),
    };
    this.write(config);
  }

  write(config: ClusterConfig): void {
    this.config = config;
    writeFileSync(this.file, unambiguousYaml({ config: { "alluxio:cluster": config } }));
  }

  edit(change: Partial<ClusterConfig>): void {
    this.write({ ...this.config, ...change });
  }

  /** `alluxioctl up`: recovery, then up. */
  async up(): Promise<Finished> {
    const args = ["up", "--stack", STACK, "--stack-file", this.file];
    const finished = await run(join(BIN, "alluxioctl"), args, { env: this.env, cwd: PROJECT });
    await this.state();
    return finished;
  }

  init(): Promise<Finished> {
    return run(join(BIN, "pulumi"), ["stack", "init", STACK], { env: this.env, cwd: PROJECT });
  }

  pulumi(verb: string, ...args: string[]): Promise<Finished> {
    return run(join(BIN, "pulumi"), this.command(verb, args), { env: this.env, cwd: PROJECT });
  }

  /**
   * A run of Pulumi that is killed, with all its process group, after so many steps of the engine were begun or ended.
   * @returns after how many it was killed in fact
   * @throws with what it said where it ended before
   */
  async killed(verb: "up" | "destroy", steps: number): Promise<number> {
    const { log } = this;
    rmSync(log, { force: true });
    const args = this.command(verb, ["--yes", "--skip-preview", "--event-log", log]);
    const said = join(this.folder, "killed.log");
    const output = openSync(said, "w");
    const child = spawn(join(BIN, "pulumi"), args, {
      env: this.env,
      cwd: PROJECT,
      detached: true,
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    const running = (): boolean => child.exitCode === null && child.signalCode === null;
    const ended = new Promise<void>((done) => child.once("close", () => done()));
    while (running() && stepsIn(log) < steps) await pause(5);
    const killed = stepsIn(log);
    if (!running()) throw new Error(`it ended before step ${steps}: ${readFileSync(said, "utf8")}`);
    const programs = (): number[] => programsOf(this.env["PULUMI_BACKEND_URL"]!);
    if (verb === "up" && programs().length === 0) throw new Error("the program of a run is not found: look again how");
    process.kill(-child.pid!, "SIGKILL");
    await ended;
    await until("its program has ended too", PROGRAM_SECONDS, async () => programs().length === 0).catch(
      (error: unknown) => {
        throw new Error(`${String(error)}:\n${programs().map(waitingOf).join("\n")}`);
      },
    );
    await this.state();
    return killed;
  }

  /**
   * An `up` that something happens to after so many steps of the engine were begun or ended.
   * @throws with what it said where it ended before
   */
  async interruptedUp(steps: number, happens: () => Promise<void>): Promise<Finished> {
    const { log } = this;
    rmSync(log, { force: true });
    const up = this.pulumi("up", "--yes", "--skip-preview", "--event-log", log);
    const ended = up.then((finished) => finished.output);
    while (stepsIn(log) < steps) {
      const said = await Promise.race([ended, pause(20)]);
      if (said !== undefined) throw new Error(`it ended before step ${steps}: ${said}`);
    }
    await happens();
    return up;
  }

  /** How many steps of the engine a run of the spec has, each begun and ended, by a preview of it. */
  async stepsOf(verb: "up" | "destroy"): Promise<number> {
    const { log } = this;
    rmSync(log, { force: true });
    const logged = ["--event-log", log];
    const preview = verb === "up" ? this.pulumi("preview", ...logged) : this.pulumi(verb, "--preview-only", ...logged);
    const { code, output } = await preview;
    if (code !== 0) throw new Error(output);
    return stepsIn(log);
  }

  private async state(): Promise<readonly StateResource[]> {
    const { stdout } = await run(join(BIN, "pulumi"), ["stack", "export", "--stack", STACK], {
      env: this.env,
      cwd: PROJECT,
    });
    const { deployment } = JSON.parse(stdout || "{}") as { deployment?: { resources?: StateResource[] } };
    const resources = deployment?.resources ?? [];
    const id = resources.find(({ type }) => type === "alluxio:index:ChangeGuard")?.outputs?.["clusterId"];
    if (typeof id === "string") this.clusterIds.add(id);
    return resources;
  }

  /** Ids that the cluster has had. */
  get ids(): string[] {
    return [...this.clusterIds];
  }

  mountPoint(name = "data"): string {
    return `/mnt/alluxio/${STACK}-${this.ids[0]!.slice(0, 4)}/${name}`;
  }

  /** What the state knows of Docker, as {@link observedObjects} names it. */
  async knownObjects(): Promise<string[]> {
    const ids = (resources: readonly StateResource[], kind: string, type: string): string[] =>
      resources.filter((one) => one.type === type).map(({ id }) => `${kind} ${id ?? ""}`);
    const resources = await this.state();
    return [
      ...ids(resources, "container", "docker:index/container:Container"),
      ...ids(resources, "network", "docker:index/network:Network"),
      ...ids(resources, "volume", "docker:index/volume:Volume"),
      ...resources
        .filter(({ type }) => type === "alluxio:index:DataVolume")
        .map(({ outputs }) => `volume ${String(outputs?.["volumeName"])}`),
    ].sort();
  }

  /** What bears the cluster's id, supervisors of mounts aside, which the provider makes. */
  async observedObjects(): Promise<string[]> {
    const docker = async (...args: string[]): Promise<string[]> =>
      (await must("docker", ...this.host, ...args, "--filter", `label=alluxio.cluster-id=${this.ids[0]!}`))
        .split("\n")
        .filter((line) => line !== "");
    const containers = await docker("ps", "-a", "--no-trunc", "--format", '{{.ID}} {{.Label "alluxio.process"}}');
    return [
      ...containers.filter((line) => !line.includes(" supervisor")).map((line) => `container ${line.split(" ")[0]!}`),
      ...(await docker("network", "ls", "--no-trunc", "--format", "network {{.ID}}")),
      ...(await docker("volume", "ls", "--format", "volume {{.Name}}")),
    ].sort();
  }

  private get host(): string[] {
    return this.dockerHost === undefined ? [] : ["--host", this.dockerHost];
  }

  /** Drops a stack that has made nothing. */
  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    await this.pulumi("cancel", "--yes");
    await this.pulumi("destroy", "--yes", "--skip-preview");
    if (this.dockerHost === undefined) {
      for (const id of this.ids) await removeLeftovers(id);
      for (const id of this.ids) expect(await leftovers(id)).toEqual([]);
    }
    this.forget();
  }

  private command(verb: string, args: readonly string[]): string[] {
    if (verb === "stack") return [verb, ...args, "--stack", STACK, "--non-interactive"];
    const config = ["destroy", "cancel"].includes(verb) ? [] : ["--config-file", this.file];
    const interactive = verb === "cancel" ? [] : ["--non-interactive"];
    return [verb, "--stack", STACK, ...interactive, ...config, ...args];
  }
}

const pause = (milliseconds: number): Promise<undefined> =>
  new Promise((done) => setTimeout(() => done(undefined), milliseconds));

/** Steps begun and ended, as the engine writes them down while it works. */
function stepsIn(log: string): number {
  if (!existsSync(log)) return 0;
  return [...readFileSync(log, "utf8").matchAll(/"(?:resourcePreEvent|resOutputsEvent)":/g)].length;
}

/** The numbers that a seed gives, each from 0 to 1: the same for the same seed, on every machine. */
export function* numbersOf(seed: number): Generator<number, never> {
  for (let state = seed >>> 0; ;) {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

/** `KILL_SEED`, else by chance; whoever uses it prints it. */
export const killSeed = (): number => Number(process.env["KILL_SEED"] ?? Math.floor(Math.random() * 1_000_000));
