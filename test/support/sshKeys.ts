import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { keyPair } from "./ssh/keyPair";

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
