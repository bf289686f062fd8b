import { nearest } from "../nearest";
import { selectText } from "../path";
import { isHostName } from "./forms";
import { finding, type ConfigDraft, type Rule } from "./rule";
import { sshField } from "./ssh-places";

const IPV6 = /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/;
const LOOPBACK = /^(localhost|127\..*)$/i;
const USER = /^[a-z_][a-z0-9_.-]{0,31}$/;
const HOST_KEY =
  /^(ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521)|sk-[a-z0-9@.-]+) ([A-Za-z0-9+/]{20,}={0,2})(?: .*)?$/;
const NAMES = ["masters.hosts[]", "workers[].hosts[]"];

const USERS = sshField("user");
const ADDRESSES = ["hosts.addresses.*.address", "hosts.bastions.*.address"];
const HOST_KEYS = ["hosts.addresses.*.hostKey", "hosts.bastions.*.hostKey"];

const HOSTS_BASE = "target: hosts, masters: { hosts: [h1] }, workers: [{ name: a, ramdisk: 1GB, hosts: [h1] }]";
/** A valid spec of target hosts, with more to it. */
export const hostsExample = (more: string): string => `{ ${HOSTS_BASE}, underStorage: { path: /nfs }, ${more} }`;

export const HOST_RULES: readonly Rule[] = [
  {
    name: "hosts.name",
    path: NAMES,
    message: "A host is named by its host name or IPv4 address; another address goes to `hosts.addresses`.",
    example: {
      yaml: "{ target: hosts, masters: { hosts: [root@h1] }, workers: [{ name: a, ramdisk: 1GB, hosts: [h1] }], underStorage: { path: /nfs } }",
      at: "masters.hosts[0]",
    },
    *check(config) {
      for (const { path, text } of selectText(config, NAMES)) {
        if (isHostName(text)) continue;
        const hint = text.includes("@") ? " The user stands in hosts.user." : "";
        yield finding(path, `must be the name of a host: letters, digits, hyphens and dots.${hint}`);
      }
    },
  },
  {
    name: "hosts.loopback",
    path: NAMES,
    message:
      "A cluster of several hosts does not call one of them localhost: the others would look for it on themselves.",
    example: {
      yaml: "{ target: hosts, masters: { hosts: [localhost] }, workers: [{ name: a, ramdisk: 1GB, hosts: [h1] }], underStorage: { path: /nfs } }",
      at: "masters.hosts[0]",
    },
    *check(config, { target }) {
      if (target !== "hosts" || new Set(clusterHosts(config)).size < 2) return;
      for (const { path, text } of selectText(config, NAMES)) {
        if (!LOOPBACK.test(text)) continue;
        yield finding(path, "means each host itself; in a cluster of several hosts use the name that the others know.");
      }
    },
  },
  {
    name: "hosts.user",
    path: USERS,
    message: "The SSH user is a Unix user name.",
    example: { yaml: hostsExample('hosts: { user: "Jane Doe" }'), at: "hosts.user" },
    *check(config) {
      for (const { path, text } of selectText(config, USERS)) {
        if (USER.test(text)) continue;
        yield finding(path, "is not a Unix user name: lower-case letters, digits, - _ and ., at most 32.");
      }
    },
  },
  {
    name: "hosts.addresses-unknown",
    path: ["hosts.addresses.*"],
    message: "`hosts.addresses` has only hosts that masters or workers name.",
    example: { yaml: hostsExample("hosts: { addresses: { h2: { address: 10.0.0.2 } } }"), at: "hosts.addresses.h2" },
    *check(config, { target, sound }) {
      if (target !== "hosts" || !sound("masters") || !sound("workers")) return;
      const known = clusterHosts(config);
      for (const name of Object.keys(config.hosts?.addresses ?? {})) {
        if (known.includes(name)) continue;
        yield finding(
          ["hosts", "addresses", name],
          "is a host that neither masters nor workers name. A machine to connect through stands in hosts.bastions.",
          nearest(name, known),
        );
      }
    },
  },
  {
    name: "hosts.gone",
    path: ["hosts.gone[]"],
    message: "A host that is gone is the host of no master and no worker.",
    example: { yaml: hostsExample("hosts: { gone: [h1] }"), at: "hosts.gone[0]" },
    *check(config) {
      const known = clusterHosts(config);
      for (const { path, text } of selectText(config, ["hosts.gone[]"])) {
        if (known.includes(text)) yield finding(path, "has a master or a worker: name another host for them first.");
      }
    },
  },
  {
    name: "hosts.address",
    path: ADDRESSES,
    message: "The address of a host or bastion is a host name or an IP address, without user and port.",
    example: {
      yaml: hostsExample('hosts: { addresses: { h1: { address: "10.0.0.2:22" } } }'),
      at: "hosts.addresses.h1.address",
    },
    *check(config) {
      for (const { path, text } of selectText(config, ADDRESSES)) {
        const portGiven = /^[^:]+:\d+$/.test(text);
        if (isHostName(text) || (IPV6.test(text) && !portGiven)) continue;
        const hint = portGiven ? " The port has a field of its own, port." : "";
        yield finding(path, `must be a host name or an IP address, without user and port.${hint}`);
      }
    },
  },
  {
    name: "hosts.hostKey",
    path: HOST_KEYS,
    message:
      "A host key is the type and the public key, as ssh-keyscan prints them after the name; several stand on a line each.",
    example: {
      yaml: hostsExample('hosts: { addresses: { h1: { hostKey: "h1 ssh-ed25519" } } }'),
      at: "hosts.addresses.h1.hostKey",
    },
    *check(config) {
      for (const { path, text } of selectText(config, HOST_KEYS)) {
        const wrong = hostKeyLines(text).find((line) => !isHostKey(line));
        if (wrong === undefined) continue;
        const message = text.includes("PRIVATE KEY")
          ? "is a private key. Take it out, and consider it known: the host's public key belongs here."
          : 'must be the type and the public key, such as "ssh-ed25519 AAAA...", as ssh-keyscan prints them after the name.';
        yield finding(path, message);
      }
    },
  },
];

/** The keys in the text of a `hostKey`. */
export const hostKeyLines = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** The key itself begins with its type once more, so that a line put together of two is noticed. */
function isHostKey(line: string): boolean {
  const [, type, data] = HOST_KEY.exec(line) ?? [];
  if (type === undefined || data === undefined) return false;
  const bytes = Buffer.from(data, "base64");
  return bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString("latin1") === type;
}

/** Every host that masters and workers name. */
export function clusterHosts(config: ConfigDraft): string[] {
  return [...selectText(config, NAMES)].map(({ text }) => text);
}
