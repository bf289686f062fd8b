import { resolve } from "node:path";
import { maskText } from "../components/spec/secrets";
import { UserError } from "../provider/rpc/resource";
import { askPulumi, PulumiFailed } from "./pulumiCommand";

/**
 * Secrets of a stack's configuration, each by its key. One that is missing, or stands there in clear, is left out: whoever
 * names it says so.
 * @param stackFile holds the config @default Pulumi.<stack>.yaml of the project
 * @throws UserError where Pulumi cannot read them, such as without the passphrase of the stack
 */
export async function readSecretConfig(
  project: string,
  stack: string,
  keys: readonly string[],
  stackFile?: string,
): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const key of keys) {
    const value = await readSecret(project, stack, key, stackFile);
    if (value !== undefined) secrets[key] = value;
  }
  return secrets;
}

async function readSecret(
  project: string,
  stack: string,
  key: string,
  stackFile: string | undefined,
): Promise<string | undefined> {
  const file = stackFile === undefined ? [] : ["--config-file", resolve(stackFile)];
  try {
    return secretIn(await askPulumi(project, stack, "config", "get", key, "--json", ...file));
  } catch (error) {
    if (!(error instanceof PulumiFailed)) throw error;
    const { message, stderr } = error;
    if (isMissing(stderr)) return undefined;
    // The message holds the command line, and nothing that was printed.
    const said = stderr.trim().replace(/^error: /, "") || message;
    throw new UserError(`Pulumi cannot read the secret ${key} of stack ${stack}: ${maskText(said)}`);
  }
}

/** @param text what `pulumi config get --json` has printed */
export function secretIn(text: string): string | undefined {
  const { secret, value } = JSON.parse(text) as { secret?: unknown; value?: unknown };
  return secret === true && typeof value === "string" ? value : undefined;
}

export const isMissing = (stderr: string): boolean => /configuration key .* not found|no stack named/.test(stderr);
