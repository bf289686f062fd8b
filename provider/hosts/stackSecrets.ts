import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { UserError } from "../rpc/resource";
import type { Secrets } from "../transports/sshKeys";

/** The engine that has started this provider: it has the backend, the passphrase and the project at hand. */
const ENGINE = `/proc/${process.ppid}`;
const CONFIG_FILE = "--config-file";

/**
 * The secrets under these config keys of a stack, asked of Pulumi itself. They so pass neither through the engine, which
 * writes every input of every resource into its log with `-v=9`, nor through the state; and a refresh or a destroy, which
 * run no program, have them too.
 *
 * @throws UserError with what Pulumi said
 */
export async function stackSecrets(stack: string, keys: readonly string[]): Promise<Secrets> {
  const { program, options } = engine();
  const read = async (key: string): Promise<[string, string]> => {
    const args = ["config", "get", key, "--stack", stack, "--non-interactive", ...options];
    try {
      const { stdout } = await promisify(execFile)(program, args);
      // Pulumi ends what it prints with a line feed of its own.
      return [key, stdout.replace(/\n$/, "")];
    } catch (error) {
      const said = (error as { stderr?: string }).stderr?.trim().replace(/^error: /, "") ?? "";
      throw new UserError(
        `the secret ${key} of stack ${stack} cannot be read: ${said || "Pulumi does not run"}. \`pulumi config set --secret ${key}\` sets it`,
      );
    }
  };
  return Object.fromEntries(await Promise.all(keys.map(read)));
}

/** Pulumi itself, with the configuration file that the user gave it. */
function engine(): { readonly program: string; readonly options: readonly string[] } {
  try {
    const words = readFileSync(`${ENGINE}/cmdline`, "utf8").split("\0");
    const place = words.findIndex((word) => word === CONFIG_FILE || word.startsWith(`${CONFIG_FILE}=`));
    const options = words.slice(place, place + (words[place] === CONFIG_FILE ? 2 : 1));
    return { program: `${ENGINE}/exe`, options: place < 0 ? [] : options };
  } catch {
    // Only Linux tells a process so much about its parent.
    return { program: "pulumi", options: [] };
  }
}
