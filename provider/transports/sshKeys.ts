import { readFile } from "node:fs/promises";
import { createAgent, utils, type AnyAuthMethod, type BaseAgent, type ParsedKey } from "ssh2";
import type { SshAttempt, SshTarget } from "../../components/plan/ssh/target";
import { UserError } from "../rpc/resource";
import { SshError } from "./sshErrors";
import { fingerprintOf } from "./sshHostKeys";

/** Secrets by the name of their config key. */
export type Secrets = Readonly<Record<string, string>>;

/** One way to log in, with the name by which people know it. */
export interface Login {
  readonly name: string;
  readonly method: AnyAuthMethod;
}

export interface Logins {
  readonly usable: readonly Login[];
  /** What was passed over, and why. */
  readonly unusable: readonly string[];
}

/** A key that the user has named, and that cannot be used. */
class KeyProblem extends UserError {
  constructor(
    message: string,
    /** An agent may hold it decrypted. */
    readonly encrypted = false,
  ) {
    super(message);
  }
}

/**
 * Reads the keys with which to log in to a host.
 *
 * @param secrets passphrases and keys, by the name of the config key
 * @throws SshError `key unusable`, where the spec itself names one that cannot be used
 */
export async function loadLogins(target: SshTarget, secrets: Secrets): Promise<Logins> {
  const usable: Login[] = [];
  const unusable: string[] = [];
  const hasAgent = target.authentication.some(({ kind }) => kind === "agent");
  for (const attempt of target.authentication) {
    try {
      const login = await loadLogin(target.user, attempt, secrets);
      if (login) usable.push(login);
    } catch (error) {
      if (!(error instanceof KeyProblem)) throw error;
      const optional = attempt.kind === "agent" || (attempt.kind === "file" && attempt.optional);
      if (!optional && !(error.encrypted && hasAgent)) {
        throw new SshError(target.host, "key unusable", `host ${target.host}: ${error.message}`);
      }
      unusable.push(error.message);
    }
  }
  return { usable, unusable };
}

async function loadLogin(username: string, attempt: SshAttempt, secrets: Secrets): Promise<Login | undefined> {
  switch (attempt.kind) {
    case "agent":
      return loadAgent(username, attempt.socket);
    case "file": {
      const text = await readKeyFile(attempt.path, attempt.optional);
      if (text === undefined) return undefined;
      return loginBy(username, `key ${attempt.path}`, text, attempt.passphrase, secrets);
    }
    case "secret": {
      const name = `the key in config key ${attempt.privateKey}`;
      return loginBy(username, name, secretOf(attempt.privateKey, secrets), attempt.passphrase, secrets);
    }
  }
}

function loginBy(
  username: string,
  name: string,
  text: string,
  passphraseKey: string | undefined,
  secrets: Secrets,
): Login {
  const key = parsePrivateKey(name, text, passphraseKey, secrets);
  return {
    name: `${name} (${fingerprintOf(key.getPublicSSH())})`,
    method: { type: "publickey", username, key },
  };
}

async function readKeyFile(path: string, optional: boolean): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (optional && (code === "ENOENT" || code === "ENOTDIR")) return undefined;
    const why =
      code === "ENOENT" || code === "ENOTDIR" ? "does not exist" : `cannot be read (${code ?? "no reason given"})`;
    throw new KeyProblem(`the key file ${path} ${why}`);
  }
}

function parsePrivateKey(name: string, text: string, passphraseKey: string | undefined, secrets: Secrets): ParsedKey {
  const plain = utils.parseKey(text);
  const encrypted = plain instanceof Error && /no passphrase/i.test(plain.message);
  if (!encrypted) return privateOf(name, plain);
  if (passphraseKey === undefined) {
    throw new KeyProblem(
      `${name} is encrypted, and there is no passphrase for it: set it with \`pulumi config set --secret sshPassphrase\` and ` +
        "name that key in credentials.passphrase, or add the key to the SSH agent (agent: true)",
      true,
    );
  }
  const opened = utils.parseKey(text, secretOf(passphraseKey, secrets));
  if (opened instanceof Error) {
    throw new KeyProblem(
      `${name} is encrypted, and the passphrase in config key ${passphraseKey} does not open it: set the right one with ` +
        `\`pulumi config set --secret ${passphraseKey}\``,
    );
  }
  return privateOf(name, opened);
}

function privateOf(name: string, parsed: ParsedKey | Error): ParsedKey {
  if (parsed instanceof Error) {
    throw new KeyProblem(
      `${name} is in no form that can be read here: \`ssh-keygen -p -f FILE\` writes it in that of OpenSSH`,
    );
  }
  if (!parsed.isPrivateKey()) throw new KeyProblem(`${name} is a public key: its private half is needed`);
  return parsed;
}

function secretOf(configKey: string, secrets: Secrets): string {
  const value = Object.hasOwn(secrets, configKey) ? secrets[configKey] : undefined;
  if (value !== undefined) return value;
  throw new KeyProblem(`config has no ${configKey}: set it with \`pulumi config set --secret ${configKey}\``);
}

async function loadAgent(username: string, socket: string): Promise<Login> {
  const agent = createAgent(socket);
  const count = await keysOf(agent).catch(() => undefined);
  if (count === undefined) throw new KeyProblem(`the SSH agent at ${socket} does not answer`);
  if (count === 0) throw new KeyProblem(`the SSH agent at ${socket} holds no key`);
  const keys = count === 1 ? "1 key" : `${count} keys`;
  return { name: `${keys} of the SSH agent`, method: { type: "agent", username, agent } };
}

const AGENT_MILLISECONDS = 5000;

const keysOf = (agent: BaseAgent): Promise<number> =>
  new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error("no answer")), AGENT_MILLISECONDS);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      if (error) fail(error);
      else done(keys?.length ?? 0);
    });
  });
