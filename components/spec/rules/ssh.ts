import { nearest } from "../nearest";
import { select, selectText, type Segments } from "../path";
import { looksLikeSecret } from "../secrets";
import { CONFIG_KEY, isHostName } from "./forms";
import { clusterHosts, hostsExample as example } from "./hosts";
import { finding, type Rule } from "./rule";
import { SSH_PLACES, sshField } from "./ssh-places";

const FILES = [...sshField("key"), "hosts.sshConfig"];
const CREDENTIALS = sshField("credentials").map((place) => `${place}.*`);
const BASTIONS = sshField("bastion");
const SECRETS = ["privateKey", "passphrase"];
const TIMEOUTS = ["hosts.timeouts.connect", "hosts.timeouts.keepAlive"];
const LONGEST_SECONDS = 600;
const MOST_SESSIONS = 100;

/** Stands for no file, and no bastion. */
const NONE = "none";

export const SSH_RULES: readonly Rule[] = [
  {
    name: "ssh.file",
    path: FILES,
    message: "The file of a key, or of the SSH client's configuration, is an absolute path or starts with `~/`.",
    example: { yaml: example("hosts: { key: id_ed25519 }"), at: "hosts.key" },
    *check(config) {
      for (const { path, text } of selectText(config, FILES)) {
        if (/^(?:~?\/)[^\0\r\n]+$/.test(text) || (path.at(-1) === "sshConfig" && text === NONE)) continue;
        const message = text.includes("PRIVATE KEY")
          ? "is a private key itself. Take it out, and consider it known: it stood in a file. Name the file of a new one, " +
            "or in credentials.privateKey the config key that holds it."
          : 'must be an absolute path or start with ~/, such as "~/.ssh/alluxio".';
        yield finding(path, message);
      }
    },
  },
  {
    name: "ssh.credential-name",
    path: CREDENTIALS,
    message: "The credentials of SSH are `privateKey` and `passphrase`.",
    example: { yaml: example("hosts: { credentials: { password: sshPassword } }"), at: "hosts.credentials.password" },
    *check(config) {
      for (const { path } of selectText(config, CREDENTIALS)) {
        const name = String(path.at(-1));
        if (SECRETS.includes(name)) continue;
        const hint = name === "password" ? " Log in by key: a password cannot be used." : "";
        yield finding(path, `is none of ${SECRETS.join(" and ")}.${hint}`, nearest(name, SECRETS));
      }
    },
  },
  {
    name: "ssh.credential-key",
    path: CREDENTIALS,
    message: "A credential is the name of a Pulumi config key that holds the secret, never the secret itself.",
    example: {
      yaml: example('hosts: { credentials: { passphrase: "not a key!" } }'),
      at: "hosts.credentials.passphrase",
    },
    *check(config) {
      for (const { path, text } of selectText(config, CREDENTIALS)) {
        if (CONFIG_KEY.test(text) && !looksLikeSecret(text)) continue;
        yield finding(
          path,
          "must be the name of a Pulumi config key, such as sshPassphrase, and this looks like a secret itself. " +
            "Set the secret with: pulumi config set --secret sshPassphrase",
        );
      }
    },
  },
  {
    name: "ssh.key-twice",
    path: sshField("key"),
    message: "A key is named once: by its file in `key`, or by `credentials.privateKey`.",
    example: { yaml: example("hosts: { key: ~/.ssh/a, credentials: { privateKey: sshKey } }"), at: "hosts.key" },
    *check(config) {
      for (const place of SSH_PLACES) {
        for (const { path, value } of select(config, place)) {
          const { key, credentials } = value as { key?: string; credentials?: Record<string, string | undefined> };
          if (key === undefined || credentials?.["privateKey"] === undefined) continue;
          yield finding([...path, "key"], "is a second key beside credentials.privateKey: remove one of them.");
        }
      }
    },
  },
  {
    name: "ssh.bastion",
    path: BASTIONS,
    message: "A bastion is named by its host name or its alias; user, port and key stand in `hosts.bastions`.",
    example: { yaml: example("hosts: { bastion: me@jump }"), at: "hosts.bastion" },
    *check(config) {
      for (const { path, text } of selectText(config, BASTIONS)) {
        if (isHostName(text)) continue;
        const hint = /[@:,]/.test(text) ? " User, port, and a bastion before it, stand in hosts.bastions." : "";
        yield finding(path, `must be the name of a host: letters, digits, hyphens and dots.${hint}`);
      }
    },
  },
  {
    name: "ssh.bastion-of-cluster",
    path: ["hosts.bastions.*"],
    message:
      "`hosts.bastions` has only machines outside of the cluster: settings of its hosts stand in `hosts.addresses`.",
    example: { yaml: example("hosts: { bastions: { h1: { user: me } } }"), at: "hosts.bastions.h1" },
    *check(config, { target }) {
      if (target !== "hosts") return;
      const hosts = new Set(clusterHosts(config));
      for (const name of Object.keys(config.hosts?.bastions ?? {})) {
        if (!hosts.has(name)) continue;
        yield finding(["hosts", "bastions", name], "is a host of the cluster: move its settings to hosts.addresses.");
      }
    },
  },
  {
    name: "ssh.bastion-name",
    path: ["hosts.bastions.*"],
    message: "The name of a bastion is a host name or an alias, and not `none`.",
    example: { yaml: example('hosts: { bastions: { "me@jump": { port: 22 } } }'), at: 'hosts.bastions["me@jump"]' },
    *check(config) {
      for (const name of Object.keys(config.hosts?.bastions ?? {})) {
        if (isHostName(name) && name !== NONE) continue;
        const hint = name === NONE ? "; none means that there is no bastion" : ": letters, digits, hyphens and dots";
        yield finding(["hosts", "bastions", name], `must be the name of a host${hint}.`);
      }
    },
  },
  {
    name: "ssh.limits",
    path: [...TIMEOUTS, "hosts.sessions"],
    message: `Time limits are from 1 to ${LONGEST_SECONDS} seconds, sessions from 1 to ${MOST_SESSIONS}.`,
    example: {
      yaml: example("hosts: { timeouts: { connect: 0 } }"),
      at: "hosts.timeouts.connect",
    },
    *check(config) {
      for (const { path, value } of limits(config)) {
        const [most, unit] = path.at(-1) === "sessions" ? [MOST_SESSIONS, ""] : [LONGEST_SECONDS, " seconds"];
        if (value < 1 || value > most) yield finding(path, `must be from 1 to ${most}${unit}.`);
      }
    },
  },
];

function* limits(config: unknown): Iterable<{ path: Segments; value: number }> {
  for (const pattern of [...TIMEOUTS, "hosts.sessions"]) {
    for (const { path, value } of select(config, pattern)) if (typeof value === "number") yield { path, value };
  }
}
