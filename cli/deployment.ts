import { maskText } from "../components/spec/secrets";
import { UserError } from "../provider/rpc/resource";
import { askPulumi } from "./pulumiCommand";

/** What a status needs of a stack's state. */
export interface Deployment {
  readonly clusterId: string;
  /** The plan of the last `pulumi up`. */
  readonly plan: unknown;
}

const GUARD = "alluxio:index:ChangeGuard";

/**
 * Reads a stack's state by the Pulumi CLI, wherever its backend is. The state and not the stack's outputs: an up that
 * failed half-way has a cluster id, but no outputs. Secrets stay encrypted in it.
 * @throws UserError where the stack is not up, or Pulumi cannot read it
 */
export async function readDeployment(project: string, stack: string): Promise<Deployment> {
  return (await readState(project, stack)).deployment;
}

/**
 * The same, with the whole state as Pulumi exports it.
 * @throws UserError where the stack is not up, or Pulumi cannot read it
 */
export async function readState(
  project: string,
  stack: string,
): Promise<{ readonly deployment: Deployment; readonly exported: string }> {
  const exported = await exportState(project, stack);
  const deployment = parseState(exported);
  if (!deployment) throw new NotUp(stack);
  return { deployment, exported };
}

/**
 * The same, for what is also of use before the first `up`.
 * @returns undefined where the stack is not up
 * @throws UserError where Pulumi cannot read it
 */
export async function findDeployment(project: string, stack: string): Promise<Deployment | undefined> {
  try {
    return parseState(await exportState(project, stack));
  } catch (error) {
    if (error instanceof NotUp) return undefined;
    throw error;
  }
}

export class NotUp extends UserError {
  constructor(stack: string) {
    super(`stack ${stack} is not up: \`npm start -- --stack ${stack}\` brings it up`);
  }
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

/** @throws UserError where the stack is not up, or Pulumi cannot read it */
export async function exportState(project: string, stack: string, ...options: readonly string[]): Promise<string> {
  try {
    return await askPulumi(project, stack, "stack", "export", ...options);
  } catch (error) {
    throw error instanceof UserError ? error : explained(error, stack);
  }
}

/** @param error of a Pulumi that failed */
export function explained(error: unknown, stack: string): unknown {
  if (!(error instanceof Error)) return error;
  const { stderr } = error as Error & { stderr?: string };
  const said = (stderr ?? "").trim() || error.message;
  if (said.includes("no stack named")) return new NotUp(stack);
  return new UserError(`Pulumi cannot read the state of stack ${stack}: ${maskText(said.replace(/^error: /, ""))}`);
}
