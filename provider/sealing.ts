import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from "node:crypto";
import type { ProviderFunction } from "./rpc/function";

/**
 * How a program hands the provider a value that nobody between the two may see: the engine writes every input into its log
 * with `-v=9`, secrets too, and into the state. So the value is sealed for a key that lives in the provider's memory, for
 * one run (X25519, HKDF-SHA256, AES-256-GCM; a fresh key pair for each value, so that no nonce is used twice).
 */
export function seal(value: string, publicKey: string): string {
  const own = generateKeyPairSync("x25519");
  const { key, nonce } = secretsOf(own.privateKey, importPublic(publicKey));
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const data = Buffer.concat([cipher.update(value, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `${exportPublic(own.publicKey)}.${data.toString("base64url")}`;
}

/** The half of the provider: opens what was sealed for it, in this run. */
export class Seal {
  private readonly pair = generateKeyPairSync("x25519");
  readonly publicKey = exportPublic(this.pair.publicKey);

  /** @returns undefined for what was sealed for another key, such as that of an earlier run */
  open(sealed: string): string | undefined {
    const [publicPart = "", data = ""] = sealed.split(".");
    const bytes = Buffer.from(data, "base64url");
    try {
      const { key, nonce } = secretsOf(this.pair.privateKey, importPublic(publicPart));
      const decipher = createDecipheriv("aes-256-gcm", key, nonce);
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      return decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
    } catch {
      return undefined;
    }
  }
}

export interface SealingKeyResult {
  readonly publicKey: string;
}

/** Tells a program for which key to {@link seal}. */
export const sealingKey = (own: Seal): ProviderFunction<object, SealingKeyResult> => ({
  token: "alluxio:index:sealingKey",
  call: async () => ({ publicKey: own.publicKey }),
});

const TAG_BYTES = 16;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

function secretsOf(privateKey: KeyObject, publicKey: KeyObject): { key: Buffer; nonce: Buffer } {
  const shared = diffieHellman({ privateKey, publicKey });
  const bytes = Buffer.from(hkdfSync("sha256", shared, "", "alluxio-pulumi credentials", KEY_BYTES + NONCE_BYTES));
  return { key: bytes.subarray(0, KEY_BYTES), nonce: bytes.subarray(KEY_BYTES) };
}

const exportPublic = (key: KeyObject): string => key.export({ type: "spki", format: "der" }).toString("base64url");
const importPublic = (text: string): KeyObject =>
  createPublicKey({ key: Buffer.from(text, "base64url"), type: "spki", format: "der" });
