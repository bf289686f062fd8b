import { setTimeout as sleep } from "node:timers/promises";
import { greets } from "../support/greets";
import { docker, run, testImage } from "./docker-world";
import { ACCEPTED, type Keys, type SshPeer } from "./ssh-peer";

const FOLDER = "/tmp/conformance";

const START = `
set -e
umask 077
mkdir -p /run/sshd /root/.ssh ${FOLDER}
printf '%s\\n' "$HOST_KEY" >/run/host_key
printf '%s\\n' "$AUTHORIZED" >/root/.ssh/authorized_keys
exec /usr/sbin/sshd -D -e -f /dev/null -h /run/host_key -o StrictModes=no -o AcceptEnv=${ACCEPTED}
`;

const KILL_SESSIONS = `
for process in /proc/[0-9]*; do
  if grep -q "^sshd: root@notty" "$process/cmdline" 2>/dev/null; then kill -9 "\${process#/proc/}"; fi
done
`;

/** OpenSSH's own server, in a container of the test image. */
export async function startSshContainer(keys: Keys): Promise<SshPeer> {
  const container = await docker.createContainer({
    name: `${run}-sshd`,
    Image: testImage(),
    Entrypoint: ["/bin/sh", "-c"],
    Cmd: [START],
    User: "root",
    Env: [`HOST_KEY=${keys.host.private}`, `AUTHORIZED=${keys.user.public}`],
    Labels: { "alluxio.test": "conformance-ssh" },
    ExposedPorts: { "22/tcp": {} },
    HostConfig: { PortBindings: { "22/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] } },
  });
  const stop = async (): Promise<void> => {
    await container.remove({ force: true, v: true });
  };
  const inside = async (...Cmd: string[]): Promise<string> => {
    const stream = await (await container.exec({ Cmd, AttachStdout: true })).start({});
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return unframed(Buffer.concat(chunks));
  };
  try {
    await container.start();
    const port = Number((await container.inspect()).NetworkSettings.Ports["22/tcp"]?.[0]?.HostPort);
    await untilGreeting(port);
    return {
      port,
      user: "root",
      privateKey: keys.user.private,
      hostKey: keys.host.public,
      otherHostKey: keys.other.public,
      folder: FOLDER,
      readFile: (path) => inside("cat", path),
      dropSessions: async () => {
        await inside("/bin/sh", "-c", KILL_SESSIONS);
      },
      stop,
    };
  } catch (error) {
    const logs = (await container.logs({ stdout: true, stderr: true })).toString("utf8");
    await stop();
    throw new Error(`sshd did not start: ${logs}`, { cause: error });
  }
}

/** Docker puts eight bytes before each piece of a stream: its kind, and its length in the last four. */
function unframed(data: Buffer): string {
  if (data.length < 8) return "";
  const end = 8 + data.readUInt32BE(4);
  return data.toString("utf8", 8, end) + unframed(data.subarray(end));
}

async function untilGreeting(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await greets(port, "127.0.0.1")) return;
    await sleep(100);
  }
  throw new Error(`nothing greets on port ${port}`);
}
