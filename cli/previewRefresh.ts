import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { EngineEvents, type EngineRun } from "../operations/drift/engineEvents";
import { UserError } from "../provider/rpc/resource";
import { layout, prepare } from "../scripts/environment.cjs";
import { configTooLarge } from "../scripts/stack-file.cjs";
import { explained, NotUp } from "./deployment";

/**
 * One `pulumi preview --refresh`, told by the engine's own events. It reads: a preview writes no state, and takes no lock.
 *
 * @param stackFile holds the stack's config @default Pulumi.<stack>.yaml of the project
 * @throws UserError where the stack is not up, or Pulumi could not begin
 */
export async function previewRefresh(project: string, stack: string, stackFile?: string): Promise<EngineRun> {
  const places = layout(project);
  if (!existsSync(places.pulumi)) throw new UserError("Pulumi is not set up in this project yet: run `npm run setup`");
  const configFile = stackFile === undefined ? undefined : resolve(stackFile);
  const problem = configTooLarge(project, stack, configFile);
  if (problem !== undefined) throw new UserError(problem);
  const file = configFile === undefined ? [] : ["--config-file", configFile];
  const child = spawn(places.pulumi, [...LOOK.args, "--stack", stack, ...file], {
    cwd: project,
    env: { ...prepare({ places, env: process.env, stack, configFile }), ...LOOK.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Ctrl-C reaches it by itself.
  const forward = (): void => void child.kill("SIGTERM");
  process.on("SIGTERM", forward);
  try {
    const events = new EngineEvents();
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => events.line(line));
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const read = new Promise<void>((done) => lines.once("close", done));
    const code = await new Promise<number | null>((done, fail) => child.once("error", fail).once("close", done));
    await read;
    const run = events.run(code === 0);
    if (run.begun.length > 0 || run.errors.length > 0) return run;
    if (code === 0) throw new NotUp(stack);
    throw explained(Object.assign(new Error(`pulumi ended with code ${code ?? "none"}`), { stderr }), stack);
  } finally {
    process.removeListener("SIGTERM", forward);
  }
}

/** The command whose events tell everything, as they come: its own summary leaves out what was seen. */
export const LOOK = {
  args: ["preview", "--refresh", "--json", "--non-interactive", "--color", "never"],
  env: { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
} as const;
