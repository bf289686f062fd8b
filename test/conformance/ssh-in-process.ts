import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server, utils, type AuthContext, type Connection, type Session } from "ssh2";
import { ACCEPTED, type Keys, type SshPeer } from "./ssh-peer";

/** A server of the ssh2 library; its commands run on this machine, in a folder of their own. */
export async function startSshInProcess(keys: Keys): Promise<SshPeer> {
  const folder = mkdtempSync(join(tmpdir(), "conformance-ssh-"));
  const open = new Set<Connection>();
  const server = new Server({ hostKeys: [keys.host.private] }, (connection) => {
    open.add(connection);
    connection.on("authentication", (context) => authenticate(context, keys.user.public));
    connection.on("session", (accept) => serveSession(accept(), folder));
    connection.on("close", () => open.delete(connection));
    // A client that goes away in the middle is part of the tests.
    connection.on("error", () => undefined);
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
  const drop = (): void => open.forEach((connection) => connection.end());
  return {
    port,
    user: "root",
    privateKey: keys.user.private,
    hostKey: keys.host.public,
    otherHostKey: keys.other.public,
    folder,
    readFile: (path) => readFile(path, "utf8"),
    dropSessions: async () => drop(),
    stop: async () => {
      drop();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function authenticate(context: AuthContext, authorized: string): void {
  const known = utils.parseKey(authorized);
  if (known instanceof Error) throw known;
  if (context.method !== "publickey" || context.username !== "root" || !context.key.data.equals(known.getPublicSSH())) {
    context.reject(["publickey"]);
    return;
  }
  const { blob, signature, hashAlgo } = context;
  if (blob === undefined || signature === undefined || known.verify(blob, signature, hashAlgo)) context.accept();
  else context.reject(["publickey"]);
}

function serveSession(session: Session, folder: string): void {
  const environment: Record<string, string> = {};
  session.on("env", (accept, reject, { key, val }) => {
    // Without `want reply` there is nobody to tell.
    if (key !== ACCEPTED) return (reject as (() => void) | undefined)?.();
    environment[key] = val;
    (accept as (() => void) | undefined)?.();
  });
  session.on("exec", (accept, _reject, { command }) => {
    const stream = accept();
    const child = spawn("/bin/sh", ["-c", command], {
      cwd: folder,
      env: { ...process.env, ...environment },
      detached: true,
    });
    stream.pipe(child.stdin);
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (chunk: Buffer) => stream.write(chunk));
    child.stderr.on("data", (chunk: Buffer) => stream.stderr.write(chunk));
    stream.on("close", () => killGroup(child.pid));
    child.on("close", (status) => {
      stream.exit(status ?? 255);
      stream.end();
    });
  });
}

/** The command and all that it started. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It had ended before.
  }
}
