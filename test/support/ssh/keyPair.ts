import { utils, type ParsedKey } from "ssh2";

/** In the form of OpenSSH. */
export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/** A new ed25519 pair; encrypted where there is a passphrase. */
export function keyPair(passphrase?: string): KeyPair {
  for (;;) {
    const pair =
      passphrase === undefined
        ? utils.generateKeyPairSync("ed25519")
        : // One round: the tests are not about how long it takes to guess it.
          utils.generateKeyPairSync("ed25519", { passphrase, cipher: "aes256-ctr", rounds: 1 });
    // Of a key that ends in a zero byte ssh2 1.17.0 loses that one: once in 256 times.
    if (!(utils.parseKey(pair.public) instanceof Error)) return pair;
  }
}

export function parsedKey(text: string): ParsedKey {
  const found = utils.parseKey(text);
  if (found instanceof Error) throw found;
  return found;
}

/** The public half of a key as the spec pins it. */
export function publicLine(text: string): string {
  const key = parsedKey(text);
  return `${key.type} ${key.getPublicSSH().toString("base64")}`;
}
