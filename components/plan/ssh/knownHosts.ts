import { createHmac } from "node:crypto";
import { matchesHost } from "./hostPattern";
import type { SshTarget } from "./target";

/** Types of host keys that a spec can pin. */
const TYPE = /^(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521)|sk-[a-z0-9@.-]+)$/;
const DATA = /^[A-Za-z0-9+/]{20,}={0,2}$/;
const SSH_PORT = 22;

/**
 * The names under which OpenSSH files the key of a machine: those by which it is called, with the port where it is not the
 * usual one.
 *
 * @example knownNames({ host: "blue4", address: "10.145.41.31", port: 2222 }) // ["[10.145.41.31]:2222", "[blue4]:2222"]
 */
export const knownNames = ({ host, address, port }: Pick<SshTarget, "host" | "address" | "port">): string[] =>
  [...new Set([address, host])]
    .map((name) => name.toLowerCase())
    .map((name) => (port === SSH_PORT ? name : `[${name}]:${port}`));

/**
 * The keys that a text of known_hosts (sshd(8)) has for a machine, as `<type> <base64>`: lines with plain names, patterns
 * and hashed names. A key that is revoked for it is none; certificates of authorities are not read.
 */
export function hostKeysIn(text: string, names: readonly string[]): string[] {
  const found = new Set<string>();
  const revoked = new Set<string>();
  for (const line of text.split(/\r?\n/)) {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith("@") === true ? words.shift() : undefined;
    const [patterns = "", type = "", data = ""] = words;
    if (patterns.startsWith("#") || !TYPE.test(type) || !DATA.test(data)) continue;
    if (!names.some((name) => isMeant(name, patterns))) continue;
    if (marker === "@revoked") revoked.add(data);
    else if (marker === undefined) found.add(`${type} ${data}`);
  }
  return [...found].filter((key) => !revoked.has(key.split(" ")[1] ?? ""));
}

function isMeant(name: string, patterns: string): boolean {
  const [, salt, hash] = /^\|1\|([^|]+)\|(.+)$/.exec(patterns) ?? [];
  if (salt === undefined || hash === undefined) return matchesHost(name, patterns.toLowerCase().split(","));
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}
