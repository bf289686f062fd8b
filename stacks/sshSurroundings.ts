import { readdirSync, readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { expandHome } from "../components/plan/ssh/authentication";
import { includesOf, type ClientConfigText } from "../components/plan/ssh/clientConfig";
import { matchesWildcard } from "../components/plan/ssh/hostPattern";
import type { SshSurroundings } from "../components/plan/ssh/surroundings";

/**
 * Who connects from where: this user, the agent, and the SSH client's configuration with all that it includes.
 *
 * @param sshConfig path of that configuration, or `none`
 * @param secrets the config keys that hold a secret
 */
export function readSshSurroundings(
  sshConfig: string,
  secrets: ReadonlySet<string>,
  environment: NodeJS.ProcessEnv = process.env,
): SshSurroundings {
  const home = environment["HOME"] ?? homedir();
  const agentSocket = environment["SSH_AUTH_SOCK"];
  const clientConfig = sshConfig === "none" ? { text: "" } : readClientConfig(expandHome(sshConfig, home), home);
  return {
    home,
    user: userInfo().username,
    secrets,
    ...(agentSocket === undefined || agentSocket === "" ? {} : { agentSocket }),
    ...(clientConfig === undefined ? {} : { clientConfig }),
  };
}

function readClientConfig(path: string, home: string): ClientConfigText | undefined {
  const text = read(path);
  if (text === undefined) return undefined;
  const includes: Record<string, readonly string[]> = {};
  const gather = (from: string): void => {
    for (const word of includesOf(from)) {
      if (Object.hasOwn(includes, word)) continue;
      const texts = filesOf(word, home).flatMap((file) => read(file) ?? []);
      includes[word] = texts;
      texts.forEach(gather);
    }
  };
  gather(text);
  return { text, includes };
}

/** As ssh: below ~/.ssh where the path is relative, in alphabetical order; wildcards in the name of the file alone. */
function filesOf(word: string, home: string): string[] {
  const expanded = expandHome(word, home);
  const path = isAbsolute(expanded) ? expanded : join(home, ".ssh", expanded);
  const [folder, name] = [dirname(path), basename(path)];
  if (!/[*?]/.test(name)) return [path];
  try {
    return readdirSync(folder)
      .filter((file) => !file.startsWith(".") && matchesWildcard(file, name))
      .sort()
      .map((file) => join(folder, file));
  } catch {
    return [];
  }
}

/** Nothing for what is not there, as ssh has it. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
