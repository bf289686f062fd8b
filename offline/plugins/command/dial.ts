import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ConnectConfig } from "ssh2";
import type { Call } from "../rpc/resource";
import { numberOf, textOf, type JsonObject } from "../rpc/values";

/** Where and as whom; `@pulumi/command` fills the defaults in before a plugin sees them. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly privateKey?: string;
  readonly privateKeyPassword?: string;
  readonly password?: string;
  readonly hostKey?: string;
  /** Failed dials before it gives up; -1 = never. */
  readonly dialErrorLimit: number;
  /** Seconds; 0 = no limit. */
  readonly perDialTimeout: number;
}

const FIRST_DELAY_MS = 100;
const DELAY_FACTOR = 1.5;
const LONGEST_DELAY_MS = 5000;
const KEEPALIVE_MS = 10_000;
const KEEPALIVE_MISSES = 3;

export function connectionOf(value: JsonObject): Connection {
  const text = (key: string): Record<string, string> =>
    typeof value[key] === "string" && value[key] !== "" ? { [key]: value[key] } : {};
  return {
    host: textOf(value["host"]) ?? "",
    port: numberOf(value["port"]) ?? 22,
    user: textOf(value["user"]) ?? "root",
    dialErrorLimit: numberOf(value["dialErrorLimit"]) ?? 10,
    perDialTimeout: numberOf(value["perDialTimeout"]) ?? 15,
    ...text("privateKey"),
    ...text("privateKeyPassword"),
    ...text("password"),
    ...text("hostKey"),
  };
}

/** Waiting time before the n-th repetition of a dial, n from 0: 100 ms, half as much again each time, at most 5 s. */
export const delayBefore = (repetition: number): number =>
  Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * DELAY_FACTOR ** repetition);

/** An open connection; every failed dial is repeated, as the host may be starting. */
export async function dial(connection: Connection, call: Call): Promise<Client> {
  for (let failures = 1; ; failures++) {
    call.signal.throwIfAborted();
    try {
      return await dialOnce(connection, call.signal);
    } catch (error) {
      const limit = connection.dialErrorLimit;
      if (limit >= 0 && failures > limit) {
        throw new Error(`after ${limit} failed attempts: ${reasonOf(error, connection)}`, { cause: error });
      }
      await sleep(delayBefore(failures - 1), undefined, { signal: call.signal });
    }
  }
}

function dialOnce(connection: Connection, signal: AbortSignal): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    let mismatch = false;
    const onAbort = (): void => {
      client.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    client.once("ready", () => {
      signal.removeEventListener("abort", onAbort);
      resolve(client);
    });
    // It stays after the handshake: an error that nobody listens to would end the process.
    client.on("error", (error) => {
      signal.removeEventListener("abort", onAbort);
      client.destroy();
      reject(mismatch ? new Error("ssh: handshake failed: ssh: host key mismatch") : error);
    });
    client.connect(
      sshOptions(connection, () => {
        mismatch = true;
      }),
    );
  });
}

function sshOptions(connection: Connection, onMismatch: () => void): ConnectConfig {
  const { hostKey } = connection;
  const [type = "", key = ""] = hostKey?.trim().split(/\s+/) ?? [];
  const pinned = Buffer.from(key, "base64");
  return {
    host: connection.host,
    port: connection.port,
    username: connection.user,
    readyTimeout: connection.perDialTimeout * 1000,
    keepaliveInterval: KEEPALIVE_MS,
    keepaliveCountMax: KEEPALIVE_MISSES,
    ...(connection.privateKey === undefined ? {} : { privateKey: connection.privateKey }),
    ...(connection.privateKeyPassword === undefined ? {} : { passphrase: connection.privateKeyPassword }),
    ...(connection.password === undefined ? {} : { password: connection.password }),
    ...(hostKey === undefined
      ? {}
      : {
          // The server has a key of each kind; it must show the one that is pinned.
          algorithms: {
            serverHostKey: type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [type as "ssh-ed25519"],
          },
          hostVerifier: (shown: Buffer): boolean => {
            const fits = shown.equals(pinned);
            if (!fits) onMismatch();
            return fits;
          },
        }),
  };
}

function reasonOf(error: unknown, { host, port }: Connection): string {
  const { code, level, message } = error as { code?: string; level?: string; message: string };
  if (code === "ECONNREFUSED") return `dial tcp ${host}:${port}: connection refused`;
  if (level === "client-authentication") return "ssh: handshake failed: ssh: unable to authenticate";
  // What servers without a key of the pinned kind come to.
  if (message.includes("no matching host key format")) return "ssh: handshake failed: ssh: host key mismatch";
  return `dial tcp ${host}:${port}: ${message}`;
}
