import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { until } from "../process";
import type { SshEndpoint } from "./endpoint";
import { keyPair, publicLine } from "./keyPair";

export const SSHD = "/usr/sbin/sshd";

/** OpenSSH's server on this machine, on a port and with keys of its own, for the user who runs the test. */
export async function startSshd(): Promise<SshEndpoint> {
  const folder = mkdtempSync(join(tmpdir(), "sshd-"));
  const [host, user] = [keyPair(), keyPair()];
  const port = await freePort();
  writeFileSync(join(folder, "host_key"), host.private, { mode: 0o600 });
  writeFileSync(join(folder, "authorized_keys"), user.public, { mode: 0o600 });
  const settings = [
    `Port=${port}`,
    "ListenAddress=127.0.0.1",
    `HostKey=${join(folder, "host_key")}`,
    `AuthorizedKeysFile=${join(folder, "authorized_keys")}`,
    "PidFile=none",
    "StrictModes=no",
    "UsePAM=no",
    "PermitRootLogin=yes",
  ];
  // What the system's service would have made.
  if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const child = spawn(SSHD, ["-D", "-e", "-f", "/dev/null", ...settings.flatMap((one) => ["-o", one])], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true });
  };
  try {
    await until(
      "sshd listens",
      10,
      async () => {
        if (child.exitCode !== null) throw new Error(`sshd ended: ${said}`);
        return listens(port);
      },
      50,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  const version = spawnSync(SSHD, ["-V"], { encoding: "utf8" });
  return {
    server: `${SSHD}: ${/OpenSSH_[\w.]+/.exec(version.stderr)?.[0] ?? "of unknown version"}`,
    address: "127.0.0.1",
    port,
    hostKeys: [publicLine(host.private)],
    privateKey: user.private,
    user: userInfo().username,
    stop,
  };
}

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });

const listens = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
