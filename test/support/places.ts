import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { ClusterConfig } from "../../components/spec/config";
import { CLUSTER_FILE_KEY, CLUSTER_KEY } from "../../stacks/clusterSource";
import { createCluster, type EphemeralCluster } from "../../stacks/ephemeral";
import { removeLeftovers } from "./leftovers";
import { PROJECT, run, type Finished } from "./process";
import { unambiguousYaml } from "../../stacks/yaml";

/** More than any test takes: what a killed run leaves goes with its process, and at the latest after this. */
const TTL = "90m";
const SOME_SPEC: ClusterConfig = { workers: [{ name: "any", ramdisk: "64MB" }], underStorage: { volume: {} } };

/** Where the stack is kept, and how Pulumi runs on it. */
interface Place {
  readonly folder: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly configArguments: readonly string[];
  init(): Promise<void>;
  write(cluster: unknown): void;
  pulumi(...args: string[]): Promise<Finished>;
  /** Removes whatever there is of it. */
  forget(): Promise<void>;
}

/** A throw-away cluster. */
export class EphemeralPlace implements Place {
  readonly name: string;
  readonly folder: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly configArguments = [];

  private constructor(private readonly cluster: EphemeralCluster) {
    this.name = cluster.name;
    this.folder = this.cwd = cluster.folder;
    this.env = cluster.env;
  }

  /** @param config also one with mistakes: they are Pulumi's to tell */
  static async make(stack: string, config: unknown): Promise<EphemeralPlace> {
    const place = new EphemeralPlace(await createCluster(SOME_SPEC, { stack, ttl: TTL, asWritten: true }));
    place.write(config);
    return place;
  }

  init(): Promise<void> {
    return this.cluster.init();
  }
  write(cluster: unknown): void {
    this.cluster.setSpec(cluster);
  }
  pulumi(...args: string[]): Promise<Finished> {
    return this.cluster.pulumi(...args);
  }
  forget(): Promise<void> {
    return this.cluster.remove();
  }
}

/** An ordinary stack, in a folder that takes the place of the project's own state. */
export class PlainPlace implements Place {
  readonly folder = mkdtempSync(join(tmpdir(), "alluxio-e2e-"));
  readonly cwd = PROJECT;
  private readonly file = join(this.folder, "Pulumi.dev.yaml");
  readonly configArguments = ["--config-file", this.file];
  readonly env: NodeJS.ProcessEnv = {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "",
    NO_COLOR: "1",
  };
  /** Ids that its clusters have had, also those of an `up` that failed, so that nothing is left of them. */
  private readonly clusterIds = new Set<string>();

  /** @param ownFile the cluster stands in a file of its own, which the stack file names */
  constructor(
    private readonly stack: string,
    config: unknown,
    private readonly ownFile = false,
  ) {
    mkdirSync(join(this.folder, "state"));
    this.write(config);
  }

  async init(): Promise<void> {
    const { code, output } = await this.pulumi("stack", "init", this.stack);
    if (code !== 0) throw new Error(output);
  }

  write(cluster: unknown): void {
    const { config = {}, ...rest } = this.read();
    const own = join(this.folder, "cluster.yaml");
    if (this.ownFile) writeFileSync(own, unambiguousYaml(cluster));
    const entry = this.ownFile ? { [CLUSTER_FILE_KEY]: own } : { [CLUSTER_KEY]: cluster };
    writeFileSync(this.file, unambiguousYaml({ ...rest, config: { ...config, ...entry } }));
  }

  /** Pulumi writes in it as well. */
  private read(): Record<string, unknown> & { config?: Record<string, unknown> } {
    return existsSync(this.file) ? (parse(readFileSync(this.file, "utf8")) as Record<string, unknown>) : {};
  }

  pulumi(...args: string[]): Promise<Finished> {
    return run(join(PROJECT, "node_modules/.bin/pulumi"), args, { env: this.env, cwd: PROJECT });
  }

  async setSecret(key: string, value: string): Promise<void> {
    const args = ["config", "set", "--secret", key, "--stack", this.stack, ...this.configArguments];
    const set = await run(join(PROJECT, "node_modules/.bin/pulumi"), args, {
      env: this.env,
      cwd: PROJECT,
      input: value,
    });
    if (set.code !== 0) throw new Error(set.output);
  }

  async remember(): Promise<void> {
    const { stdout } = await this.pulumi("stack", "export", "--stack", this.stack);
    for (const [, id] of stdout.matchAll(/"clusterId": "([0-9a-f]+)"/g)) this.clusterIds.add(id!);
  }

  async forget(): Promise<void> {
    for (const clusterId of this.clusterIds) await removeLeftovers(clusterId);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
