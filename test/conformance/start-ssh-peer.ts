import { keyPair } from "../support/ssh/keyPair";
import { docker, testImage } from "./docker-world";
import { startSshContainer } from "./ssh-container";
import { startSshInProcess } from "./ssh-in-process";

import type { SshPeer } from "./ssh-peer";

/** OpenSSH in a container where the test image has it, else a server in this process. */
export async function startSshPeer(): Promise<SshPeer> {
  const keys = { host: keyPair(), user: keyPair(), other: keyPair() };
  const real = await hasSshd(testImage());
  process.stdout.write(`peer for remote commands: ${real ? "OpenSSH in a container" : "ssh2 in this process"}\n`);
  return real ? startSshContainer(keys) : startSshInProcess(keys);
}

async function hasSshd(image: string): Promise<boolean> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ["/bin/sh", "-c"],
    Cmd: ["test -x /usr/sbin/sshd"],
    Labels: { "alluxio.test": "conformance-ssh" },
  });
  try {
    await container.start();
    const { StatusCode: status } = (await container.wait()) as { StatusCode: number };
    return status === 0;
  } finally {
    await container.remove({ force: true });
  }
}
