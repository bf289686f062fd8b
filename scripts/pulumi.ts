import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { prepare } from "./environment.cjs";
import type { Places } from "./environment.cjs";
import { run } from "./setup/command";
import { SetupProblem } from "./setup/problem";
import { configTooLarge } from "./stack-file.cjs";

/** The Pulumi that set-up chose, for one stack, in the environment of `npx pulumi`. */
export class Pulumi {
  private readonly env: NodeJS.ProcessEnv;

  /** @param stackFile instead of the stack's own Pulumi.<stack>.yaml */
  constructor(
    private readonly places: Places,
    private readonly stack: string,
    private readonly stackFile?: string,
  ) {
    this.env = prepare({ places, env: process.env, stack, configFile: stackFile });
  }

  /** Where the state is kept. */
  get backend(): string {
    return this.env["PULUMI_BACKEND_URL"] ?? "";
  }

  /** Selects the stack, making it where it does not exist yet. */
  async select(): Promise<void> {
    const args = ["stack", "select", "--create", "--non-interactive", this.stack];
    await run(this.places.pulumi, args, { cwd: this.places.project, env: this.env });
  }

  async exists(): Promise<boolean> {
    const args = ["stack", "ls", "--json", "--non-interactive"];
    const text = await run(this.places.pulumi, args, { cwd: this.places.project, env: this.env });
    return (JSON.parse(text) as { name: string }[]).some(({ name }) => name.split("/").at(-1) === this.stack);
  }

  async outputs(): Promise<Record<string, unknown>> {
    const args = ["stack", "output", "--json", "--non-interactive", "-s", this.stack];
    const text = await run(this.places.pulumi, args, { cwd: this.places.project, env: this.env });
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** Where the docker command line looks for its daemon; undefined for its default. */
  get dockerHost(): string | undefined {
    return this.env["DOCKER_HOST"];
  }

  /** The state as JSON; secrets stay encrypted. */
  async exportState(): Promise<string> {
    const args = ["stack", "export", "--non-interactive", "-s", this.stack];
    return run(this.places.pulumi, args, { cwd: this.places.project, env: this.env });
  }

  /** A secret of its config. Throws where there is none. */
  async secret(key: string): Promise<string> {
    const args = ["config", "get", key, "--json", "--non-interactive", "-s", this.stack];
    const text = await run(this.places.pulumi, args, { cwd: this.places.project, env: this.env });
    return (JSON.parse(text) as { value: string }).value;
  }

  /** Replaces the state by one that {@link exportState} gave. */
  async importState(text: string): Promise<void> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "alluxio-pulumi-state-"));
    try {
      const file = path.join(folder, "state.json");
      fs.writeFileSync(file, text, { mode: 0o600 });
      const args = ["stack", "import", "--non-interactive", "-s", this.stack, "--file", file];
      await run(this.places.pulumi, args, { cwd: this.places.project, env: this.env });
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Runs a command on the stack before the user's eyes. Throws a {@link SetupProblem} when it fails. */
  async show(command: string, ...options: string[]): Promise<void> {
    // It starts no program.
    const destroys = command === "destroy";
    const problem = destroys ? undefined : configTooLarge(this.places.project, this.stack, this.stackFile);
    if (problem !== undefined) throw new SetupProblem(problem);
    const config = this.stackFile === undefined || destroys ? [] : ["--config-file", this.stackFile];
    const args = [command, ...options, ...config, "-s", this.stack];
    const child = spawn(this.places.pulumi, args, { cwd: this.places.project, env: this.env, stdio: "inherit" });
    const ignore = () => undefined; // Ctrl-C is for Pulumi, which ends its work in order
    process.on("SIGINT", ignore);
    const forward = () => child.kill("SIGTERM");
    process.on("SIGTERM", forward);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", resolve);
    });
    process.removeListener("SIGINT", ignore);
    process.removeListener("SIGTERM", forward);
    if (code !== 0) throw new SetupProblem(`pulumi ${command} did not succeed: the reason stands above.`);
  }
}
