import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { maskText } from "../components/spec/secrets";
import { UserError } from "../provider/rpc/resource";
import { layout, prepare } from "../scripts/environment.cjs";

/** What a status needs of a stack's state. */
export interface Deployment {
  readonly clusterId: string;
  /** The plan of the last `pulumi up`. */
  readonly plan: unknown;
}

const GUARD = "alluxio:index:ChangeGuard";
const MAX_STATE_BYTES = 256 * 1024 ** 2;

/**
 * Reads a stack's state by the Pulumi CLI, wherever its backend is. The state and not the stack's outputs: an up that
 * failed half-way has a cluster id, but no outputs. Secrets stay encrypted in it.
 * @throws UserError where the stack is not up, or Pulumi cannot read it
 */
export async function readDeployment(project: string, stack: string): Promise<Deployment> {
  const deployment = parseState(await exportState(project, stack));
  if (!deployment) throw notUp(stack);
  return deployment;
}

/** @returns undefined where the state holds no cluster */
export function parseState(text: string): Deployment | undefined {
  const { deployment } = JSON.parse(text) as {
    deployment?: {
      resources?: readonly { type: string; delete?: boolean; outputs?: { clusterId?: unknown; plan?: unknown } }[];
    };
  };
  const guard = deployment?.resources?.find((resource) => resource.type === GUARD && resource.delete !== true);
  const clusterId = guard?.outputs?.clusterId;
  return typeof clusterId === "string" ? { clusterId, plan: guard?.outputs?.plan } : undefined;
}

async function exportState(project: string, stack: string): Promise<string> {
  const places = layout(project);
  if (!existsSync(places.pulumi)) {
    throw new UserError("Pulumi is not set up in this project yet: run `npm run setup`");
  }
  const args = ["stack", "export", "--non-interactive", "--stack", stack];
  const env = prepare({ places, env: process.env, stack });
  try {
    const { stdout } = await promisify(execFile)(places.pulumi, args, {
      cwd: project,
      env,
      maxBuffer: MAX_STATE_BYTES,
    });
    return stdout;
  } catch (error) {
    throw explained(error, stack);
  }
}

/** @param error of a Pulumi that failed */
export function explained(error: unknown, stack: string): unknown {
  if (!(error instanceof Error)) return error;
  const { stderr } = error as Error & { stderr?: string };
  const said = (stderr ?? "").trim() || error.message;
  if (said.includes("no stack named")) return notUp(stack);
  return new UserError(`Pulumi cannot read the state of stack ${stack}: ${maskText(said.replace(/^error: /, ""))}`);
}

const notUp = (stack: string): UserError =>
  new UserError(`stack ${stack} is not up: \`npm start -- --stack ${stack}\` brings it up`);
