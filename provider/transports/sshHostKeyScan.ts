import type { Duplex } from "node:stream";
import { Client } from "ssh2";
import type { SshTarget } from "../../components/plan/ssh/target";
import type { SshConnection } from "./sshConnection";
import type { SshConnections } from "./sshConnections";
import { Deadline } from "./sshDeadline";
import { SshError, unreachable } from "./sshErrors";
import { notConnected, type Failure, type Phase } from "./sshFailure";
import type { HostKeyAlgorithm } from "./sshHostKeys";
import { lineOf } from "./sshPublicKey";

/** A host has at most one key of each kind; the best kind comes first. */
const KINDS: readonly (readonly HostKeyAlgorithm[])[] = [
  ["ssh-ed25519"],
  ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
  ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
];

/**
 * The keys that a machine has, the best first: one connection for each kind, which ends before anybody logs in. Of each the
 * machine has proved that it holds the private half.
 *
 * @param connections for the way there: a bastion is logged in to, and its key must be a pinned one
 * @returns `<type> <base64>`; at least one
 * @throws SshError where it, or its bastion, cannot be reached; each connection takes no longer than the target's limit
 */
export async function scanHostKeys(target: SshTarget, connections: SshConnections): Promise<string[]> {
  const through = await connections.wayTo(target);
  const lines: string[] = [];
  for (const algorithms of KINDS) {
    const key = await shownKey(target, algorithms, through);
    if (key !== undefined) lines.push(lineOf(key));
  }
  if (lines.length > 0) return lines;
  const { host, address, port } = target;
  throw new SshError(
    host,
    "unreachable",
    `host ${host} (${address}:${port}) has no key of the kinds ed25519, ecdsa and rsa: \`ssh-keygen -A\` makes them there`,
    { reason: "other" },
  );
}

/** @returns undefined where the host has no key of these algorithms */
async function shownKey(
  target: SshTarget,
  algorithms: readonly HostKeyAlgorithm[],
  through: SshConnection | undefined,
): Promise<Buffer | undefined> {
  const deadline = new Deadline(target.limits.connectSeconds);
  try {
    const sock = await through?.forward(target, deadline);
    return await handshake(target, algorithms, deadline, sock);
  } finally {
    deadline.clear();
  }
}

/** In ssh2's words; both sides find it out by themselves, before anything is signed. */
const NO_SUCH_KEY = "no matching host key format";

function handshake(
  target: SshTarget,
  algorithms: readonly HostKeyAlgorithm[],
  deadline: Deadline,
  sock: Duplex | undefined,
): Promise<Buffer | undefined> {
  return new Promise((done, fail) => {
    const client = new Client();
    let phase: Phase = "connecting";
    let shown: Buffer | undefined;
    // Settles once: whatever the rest has to say is about the connection that is ended here.
    const end = (act: () => void): void => {
      client
        .removeAllListeners()
        .on("error", () => undefined)
        .destroy();
      sock?.destroy();
      act();
    };
    const onError = (error: Failure): void =>
      end(() => {
        if (error.message.includes(NO_SUCH_KEY)) done(undefined);
        else fail(notConnected(target, error, phase));
      });
    deadline.add(() => end(() => fail(unreachable(target, "timed out", deadline.words))));
    client
      .on("connect", () => (phase = "connected"))
      // The signature of the key has been verified, and nobody has named a user yet.
      .on("handshake", () => end(() => done(shown)))
      .on("error", onError)
      .on("close", () => onError(new Error("it closed the connection")));
    try {
      client.connect({
        host: target.address,
        port: target.port,
        username: target.user,
        ...(sock ? { sock } : {}),
        readyTimeout: 0,
        algorithms: { serverHostKey: [...algorithms] },
        hostVerifier: (key: Buffer) => {
          shown = Buffer.from(key);
          return true;
        },
      });
    } catch (error) {
      onError(error as Error);
    }
  });
}
