import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { utils } from "ssh2";

export interface KeyPair {
  /** As OpenSSH keeps it in a file, unencrypted. */
  readonly private: string;
  /** `ssh-ed25519 AAAA…` */
  readonly public: string;
}

export function keyPair(): KeyPair {
  const { private: secret, public: open } = utils.generateKeyPairSync("ed25519");
  return { private: secret, public: open.trim() };
}

/** A new folder that only its owner may enter, and in it a key to log in with, never used before or after. */
export class SshKeys {
  readonly user = keyPair();
  /** The private key of `user`. */
  readonly file: string;

  /** @param folder an absolute path at which there is nothing yet */
  constructor(readonly folder: string) {
    mkdirSync(folder, { mode: 0o700 });
    this.file = this.write("id_ed25519", this.user.private);
  }

  /** Keeps a text in the folder. @returns the path of its file */
  write(name: string, text: string, mode = 0o600): string {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o600 });
    chmodSync(file, mode);
    return file;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
