import { fingerprintOf, typeOf } from "./sshHostKeys";

/** A public key, as people compare it: what `ssh-keygen -lf` prints. */
export interface PublicKey {
  /** `<type> <base64>`, as the spec pins it. */
  readonly line: string;
  /** @example "ssh-ed25519" */
  readonly type: string;
  /** @example "ED25519" */
  readonly algorithm: string;
  /** Of the key; absent where its type is not known here. */
  readonly bits?: number;
  /** @example "SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDMb6wMoVoXOg3KDGg" */
  readonly fingerprint: string;
}

const CURVE_BITS = 256;
const ALGORITHMS: readonly (readonly [pattern: RegExp, algorithm: string])[] = [
  [/^ssh-ed25519$/, "ED25519"],
  [/^sk-ssh-ed25519/, "ED25519-SK"],
  [/^sk-ecdsa-/, "ECDSA-SK"],
  [/^ecdsa-/, "ECDSA"],
  [/^ssh-rsa$/, "RSA"],
];

/** @param line `<type> <base64>`; what stands behind it is left out */
export function publicKeyOf(line: string): PublicKey {
  const [type = "", base64 = ""] = line.split(" ");
  const key = Buffer.from(base64, "base64");
  const bits = bitsOf(type, key);
  return {
    line: `${type} ${base64}`,
    type,
    algorithm: ALGORITHMS.find(([pattern]) => pattern.test(type))?.[1] ?? type.toUpperCase(),
    ...(bits === undefined ? {} : { bits }),
    fingerprint: fingerprintOf(key),
  };
}

/** @param key as a host shows it */
export const lineOf = (key: Buffer): string => `${typeOf(key)} ${key.toString("base64")}`;

/** @example "256 SHA256:uNiV… (ED25519)" */
export const shownAs = ({ bits, fingerprint, algorithm }: PublicKey): string =>
  `${bits === undefined ? "" : `${bits} `}${fingerprint} (${algorithm})`;

function bitsOf(type: string, key: Buffer): number | undefined {
  if (type === "ssh-rsa") return bitsOfModulus(key);
  const curve = /^ecdsa-sha2-nistp(\d+)$/.exec(type)?.[1];
  if (curve !== undefined) return Number(curve);
  return /ed25519|^sk-ecdsa-sha2-nistp256/.test(type) ? CURVE_BITS : undefined;
}

/** RFC 4253: the name of the type, the exponent, and the modulus, each behind its length. */
function bitsOfModulus(key: Buffer): number | undefined {
  let at = 0;
  let field: Buffer = Buffer.alloc(0);
  for (let i = 0; i < 3; i++) {
    if (key.length < at + 4) return undefined;
    const end = at + 4 + key.readUInt32BE(at);
    if (key.length < end) return undefined;
    field = key.subarray(at + 4, end);
    at = end;
  }
  const first = field.findIndex((byte) => byte !== 0);
  return first < 0 ? undefined : (field.length - first) * 8 - (Math.clz32(field[first]!) - 24);
}
