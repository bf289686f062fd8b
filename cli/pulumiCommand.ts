import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { UserError } from "../provider/rpc/resource";
import { layout, prepare } from "../scripts/environment.cjs";

const MAX_BYTES = 256 * 1024 ** 2;

/** A command of Pulumi that failed. */
export class PulumiFailed extends Error {
  constructor(
    message: string,
    /** What it has said about it. */
    readonly stderr: string,
  ) {
    super(message);
  }
}

/**
 * What a command of the Pulumi CLI prints about a stack.
 * @throws UserError where nothing is set up here
 * @throws PulumiFailed
 */
export async function askPulumi(project: string, stack: string, ...command: readonly string[]): Promise<string> {
  const places = layout(project);
  if (!existsSync(places.pulumi)) {
    throw new UserError("Pulumi is not set up in this project yet: run `npm run setup`");
  }
  const args = [...command, "--non-interactive", "--stack", stack];
  const env = prepare({ places, env: process.env, stack });
  try {
    const { stdout } = await promisify(execFile)(places.pulumi, args, { cwd: project, env, maxBuffer: MAX_BYTES });
    return stdout;
  } catch (error) {
    const { message, stderr = "" } = error as { message: string; stderr?: string };
    throw new PulumiFailed(message, stderr);
  }
}
