import { posix } from "node:path";
import { formatPath, type Segments } from "../../spec/path";
import type { Problem } from "../../spec/problem";
import type { SshSettings } from "../../spec/spec";
import type { ClientSettings } from "./clientConfig";
import type { SshSurroundings } from "./surroundings";
import type { SshAttempt } from "./target";

/** Settings, and where in the spec they stand. */
export interface Place {
  readonly path: Segments;
  readonly settings: SshSettings;
}

/** As ssh: what is tried where nobody names a key. */
const USUAL_FILES = ["~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"];

/** What `%` and a letter stand for in the name of an identity file. */
export interface Tokens {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
}

/**
 * How to log in. Of the places, the narrowest first, the first that sets `key`, `agent` or `credentials` decides alone: a
 * passphrase belongs to the key beside it.
 */
export function authenticationOf(
  places: readonly Place[],
  client: ClientSettings,
  tokens: Tokens,
  surroundings: SshSurroundings,
): { attempts: SshAttempt[]; problems: Problem[] } {
  const place = places.find(
    ({ settings }) => settings.key !== undefined || settings.agent !== undefined || settings.credentials !== undefined,
  );
  const { key, agent, credentials } = place?.settings ?? {};
  const privateKey = credentials?.["privateKey"];
  const passphrase = credentials?.["passphrase"];
  const withPassphrase = passphrase === undefined ? {} : { passphrase };
  const socket = agentSocketOf(client, surroundings);
  const asked: SshAttempt[] = agent !== false && socket !== undefined ? [{ kind: "agent", socket }] : [];

  const problems: Problem[] = Object.entries(credentials ?? {})
    .filter(([, configKey]) => !surroundings.secrets.has(configKey))
    .map(([name, configKey]) => ({
      rule: "connection.credentials",
      path: formatPath([...(place?.path ?? []), "credentials", name]),
      message: `config has no ${configKey}: set it with \`pulumi config set --secret ${configKey}\`.`,
    }));
  if (agent === true && socket === undefined) {
    problems.push({
      rule: "connection.agent",
      path: formatPath([...(place?.path ?? []), "agent"]),
      message:
        "asks for the SSH agent, and SSH_AUTH_SOCK names none: start one (`eval $(ssh-agent)`, `ssh-add`), or name a key.",
    });
  }

  if (key !== undefined || privateKey !== undefined) {
    const named: SshAttempt =
      key === undefined
        ? { kind: "secret", privateKey: privateKey ?? "", ...withPassphrase }
        : { kind: "file", path: expandHome(key, surroundings.home), ...withPassphrase, optional: false };
    return { attempts: [named, ...(agent === true ? asked : [])], problems };
  }
  const files = client.identityFiles.length > 0 ? client.identityFiles : USUAL_FILES;
  const paths = files
    .map((file) => expandFile(file, tokens, surroundings))
    .filter((path) => path !== undefined && path !== "none");
  const attempts = paths.map((path): SshAttempt => ({
    kind: "file",
    path: path ?? "",
    ...withPassphrase,
    optional: true,
  }));
  const onlyFiles = client.identitiesOnly === true && client.identityFiles.length > 0 && agent !== true;
  return { attempts: [...(onlyFiles ? [] : asked), ...attempts], problems };
}

function agentSocketOf({ identityAgent }: ClientSettings, { agentSocket, home }: SshSurroundings): string | undefined {
  if (identityAgent === undefined || /^\$?SSH_AUTH_SOCK$/.test(identityAgent)) return agentSocket;
  return identityAgent === "none" ? undefined : expandHome(identityAgent, home);
}

export const expandHome = (path: string, home: string): string =>
  path.startsWith("~/") ? posix.join(home, path.slice(2)) : path;

/** @returns undefined where it has something in it that is not known here */
function expandFile(
  path: string,
  { host, address, port, user }: Tokens,
  surroundings: SshSurroundings,
): string | undefined {
  const known: Readonly<Record<string, string>> = {
    "%": "%",
    d: surroundings.home,
    h: address,
    n: host,
    p: String(port),
    r: user,
    u: surroundings.user,
  };
  let unknown = path.includes("${");
  const expanded = path.replace(/%(.)/g, (_, letter: string) => {
    unknown ||= !Object.hasOwn(known, letter);
    return known[letter] ?? "";
  });
  return unknown ? undefined : expandHome(expanded, surroundings.home);
}
