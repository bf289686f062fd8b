import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LOOK } from "../../cli/previewRefresh";
import { driftOf } from "../../operations/drift/drift";
import { EngineEvents } from "../../operations/drift/engineEvents";
import type { DriftReport } from "../../operations/drift/report";
import { layout, prepare } from "../../scripts/environment.cjs";
import type { Bench } from "../benchmark";
import { removeCluster } from "./docker";
import { must, mustWithMemory, run, type Finished } from "./process";
import { STACK } from "./spec";
import { unambiguousYaml } from "../../stacks/yaml";

/** Outputs of a stack of this project; only what is used here. */
export interface ClusterOutputs {
  readonly clusterId: string;
  readonly network: string;
  readonly mountPoints: Readonly<Record<string, string>>;
}

export interface DriftLook {
  readonly seconds: number;
  readonly report: DriftReport;
}

/** For Node, of which 4 GiB is the default on most machines. */
export const heapOption = (mebibytes: number): string => `--max-old-space-size=${mebibytes}`;

/** A stack of a Pulumi project, in a backend of its own; nothing of the user's own stacks is touched. */
export class BenchStack {
  private readonly folder: string;
  private readonly configFile: string;
  private env: NodeJS.ProcessEnv;
  private readonly places;

  /**
   * @param program folder of the Pulumi project; default this one
   * @param heapMiB of each program of Node's, the plugins among them; default Node's own
   * @param more variables of the environment
   */
  constructor(
    private readonly bench: Bench,
    private readonly program: string = bench.project,
    heapMiB?: number,
    more: NodeJS.ProcessEnv = {},
  ) {
    this.places = layout(bench.project);
    this.folder = mkdtempSync(join(bench.folder, "stack-"));
    mkdirSync(join(this.folder, "state"));
    this.configFile = join(this.folder, `Pulumi.${STACK}.yaml`);
    writeFileSync(this.configFile, "{}\n");
    this.env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "",
      NO_COLOR: "1",
      ...more,
      ...(heapMiB === undefined ? {} : { NODE_OPTIONS: heapOption(heapMiB) }),
    };
  }

  async init(config: Readonly<Record<string, unknown>> = {}): Promise<void> {
    writeFileSync(this.configFile, unambiguousYaml({ config }));
    // It depends on what the file asks for.
    this.env = prepare({ places: this.places, env: this.env, configFile: this.configFile });
    await must(this.places.pulumi, ["stack", "init", STACK, "--non-interactive"], this.options());
  }

  preview(...args: string[]): Promise<Finished> {
    return must(this.places.pulumi, this.line("preview", args), this.options());
  }

  /**
   * @param hear each line of progress as it comes, with the seconds since the start
   * @param more variables of the environment
   */
  up(hear: (line: string, seconds: number) => void = () => undefined, more: NodeJS.ProcessEnv = {}): Promise<Finished> {
    const { env, cwd } = this.options();
    return must(this.places.pulumi, this.line("up", ["--yes", "--skip-preview"]), {
      cwd,
      env: { ...env, ...more },
      hear,
    });
  }

  /** Looks at everything, and puts right what is otherwise than declared. */
  upRefresh(...args: string[]): Promise<Finished> {
    return must(this.places.pulumi, this.line("up", ["--yes", "--skip-preview", "--refresh", ...args]), this.options());
  }

  /** `alluxioctl drift --no-plan`, as somebody types it. */
  async look(): Promise<DriftLook> {
    const { seconds, stdout, output } = await run(
      join(this.bench.project, "node_modules/.bin/alluxioctl"),
      ["drift", "--no-plan", "--json", "--stack", STACK],
      this.options(),
    );
    if (!stdout.startsWith("{")) throw new Error(output);
    return { seconds, report: JSON.parse(stdout) as DriftReport };
  }

  /** What `alluxioctl drift` does: one run of the engine, and what its events tell. */
  async drift(): Promise<DriftLook> {
    const from = performance.now();
    const events = new EngineEvents();
    const args = [...LOOK.args, "-s", STACK, "--config-file", this.configFile];
    const { env, cwd } = this.options();
    const { code } = await run(this.places.pulumi, args, {
      env: { ...env, ...LOOK.env },
      cwd,
      hear: (line) => events.line(line),
    });
    const report = driftOf(STACK, events.run(code === 0));
    return { seconds: (performance.now() - from) / 1000, report };
  }

  previewWithMemory(...args: string[]): Promise<Finished & { readonly peakMiB: number }> {
    return mustWithMemory(this.places.pulumi, this.line("preview", args), this.options());
  }

  async outputs(): Promise<ClusterOutputs> {
    const { stdout } = await must(this.places.pulumi, ["stack", "output", "--json", "-s", STACK], this.options());
    return JSON.parse(stdout) as ClusterOutputs;
  }

  /** Destroys it, and removes by label what is left. */
  async destroy(): Promise<void> {
    const { stdout } = await must(this.places.pulumi, ["stack", "export", "-s", STACK], this.options());
    const ids = new Set([...stdout.matchAll(/"clusterId": "([0-9a-f]+)"/g)].map(([, id]) => id!));
    try {
      await must(
        this.places.pulumi,
        ["destroy", "-s", STACK, "--yes", "--skip-preview", "--non-interactive"],
        this.options(),
      );
    } finally {
      for (const id of ids) await removeCluster(id);
    }
  }

  private line(verb: string, args: readonly string[]): string[] {
    return [verb, "-s", STACK, "--non-interactive", "--config-file", this.configFile, ...args];
  }

  private options(): { env: NodeJS.ProcessEnv; cwd: string } {
    return { env: this.env, cwd: this.program };
  }
}
