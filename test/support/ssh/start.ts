import { existsSync, readFileSync } from "node:fs";
import type { SshEndpoint } from "./endpoint";
import { startInProcess } from "./inProcess";
import { SSHD, startSshd } from "./sshd";

/** A file of JSON that describes a machine: {@link SshEndpoint}, with `privateKeyFile` instead of the key. */
const GIVEN = "SSH_UNDER_TEST";

/** The machine that SSH_UNDER_TEST describes; else this machine's own sshd, where it has one; else a server in this process. */
export async function startSsh(): Promise<SshEndpoint> {
  const file = process.env[GIVEN];
  if (file !== undefined) return givenIn(file);
  return existsSync(SSHD) ? startSshd() : startInProcess();
}

function givenIn(file: string): SshEndpoint {
  const { privateKeyFile, ...endpoint } = JSON.parse(readFileSync(file, "utf8")) as SshEndpoint & {
    privateKeyFile: string;
  };
  return { ...endpoint, privateKey: readFileSync(privateKeyFile, "utf8"), stop: async () => undefined };
}
