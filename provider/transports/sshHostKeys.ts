import { createHash } from "node:crypto";
import { trustCommand } from "../../components/plan/ssh/commandLines";
import type { SshTarget } from "../../components/plan/ssh/target";
import { SshError } from "./sshErrors";

/** As ssh2 prefers them by itself. */
const ALGORITHMS = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
  "ssh-rsa",
] as const;
export type HostKeyAlgorithm = (typeof ALGORITHMS)[number];

const RSA: readonly HostKeyAlgorithm[] = ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"];

/**
 * The order in which to ask for a host's key: first those types of which one is pinned. A host has a key of each type, and
 * shows the one that is asked for first; the others stay in the list, so that a changed key can be shown at all.
 */
export function algorithmsFor(hostKeys: readonly string[]): HostKeyAlgorithm[] {
  const types = new Set(hostKeys.map((line) => line.split(" ")[0]));
  const pinned = ALGORITHMS.filter((one) => types.has(one) || (types.has("ssh-rsa") && RSA.includes(one)));
  return [...pinned, ...ALGORITHMS.filter((one) => !pinned.includes(one))];
}

/** A public key in the form in which people compare it. */
export const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;

/** Why a host is not to be spoken to; undefined where its key is a pinned one. */
export function hostKeyFault(target: SshTarget, shown: Buffer): SshError | undefined {
  const { host, address, port, hostKeys, hostKeyField, stack } = target;
  const command = trustCommand(stack, [host]);
  const pinned = hostKeys.map((line) => line.split(" ")).map(([type, data]) => ({ type, key: keyOf(data) }));
  if (pinned.some(({ key }) => key.equals(shown))) return undefined;
  const found = `${fingerprintOf(shown)} (${typeOf(shown)})`;
  const shownKey = `${typeOf(shown)} ${shown.toString("base64")}`;
  if (pinned.length === 0) {
    return new SshError(
      host,
      "host key not pinned",
      `host ${host} (${address}:${port}) shows the key ${found}, and ${hostKeyField} pins none: compare it with what ` +
        `\`ssh-keygen -lf\` prints on its console, then \`${command}\` writes it there. Nothing was sent to it`,
      { shownKey },
    );
  }
  const expected = pinned.map(({ type, key }) => `${fingerprintOf(key)} (${type ?? "no type"})`).join(" or ");
  return new SshError(
    host,
    "host key changed",
    `host ${host} (${address}:${port}) shows the key ${found}, and ${hostKeyField} pins ${expected}: either it was ` +
      `installed anew, or somebody is in between. Where you know that it is the former, \`${command}\` shows and ` +
      "pins the new one. Nothing was sent to it",
    { shownKey },
  );
}

const keyOf = (data: string | undefined): Buffer => Buffer.from(data ?? "", "base64");

/** A public key begins with the name of its type. */
export const typeOf = (key: Buffer): string =>
  key.length < 4 ? "no key" : key.toString("latin1", 4, 4 + Math.min(key.readUInt32BE(0), 64));
