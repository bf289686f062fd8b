import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import * as services from "@pulumi/pulumi/proto/provider_grpc_pb";
import { FakeEngine } from "./fake-engine";

const START_SECONDS = 30;
const STAND_INS = join(__dirname, "../../offline/plugins/bin");

/**
 * The executable under test: the executable named by PLUGIN_UNDER_TEST_DOCKER or PLUGIN_UNDER_TEST_COMMAND, else the
 * stand-in. Nothing here depends on which it is.
 */
export const executable = (name: "docker" | "command"): string =>
  process.env[`PLUGIN_UNDER_TEST_${name.toUpperCase()}`] ?? join(STAND_INS, `pulumi-resource-${name}`);

/** A running plugin, started as the engine starts it. */
export class PluginProcess {
  private constructor(
    readonly client: services.ResourceProviderClient,
    readonly engine: FakeEngine,
    private readonly child: ChildProcess,
  ) {}

  static async start(name: "docker" | "command"): Promise<PluginProcess> {
    const engine = new FakeEngine();
    const address = await engine.start();
    const binary = executable(name);
    const child = spawn(binary, [address], { stdio: ["pipe", "pipe", "inherit"] });
    const port = await firstLine(child, binary);
    const client = new services.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    return new PluginProcess(client, engine, child);
  }

  async stop(): Promise<void> {
    this.client.close();
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    if (this.child.exitCode === null) {
      this.child.kill("SIGTERM");
      await ended;
    }
    this.engine.stop();
  }
}

function firstLine(child: ChildProcess, binary: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`${binary} printed no port in ${START_SECONDS} s`)),
      START_SECONDS * 1000,
    );
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (!text.includes("\n")) return;
      clearTimeout(late);
      resolve(Number(text.split("\n", 1)[0]));
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${binary} ended with ${String(code)} before it printed its port`)));
  });
}
