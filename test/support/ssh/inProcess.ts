import { spawn } from "node:child_process";
import { connect } from "node:net";
import { Server, type AuthContext, type Connection, type ParsedKey, type Session } from "ssh2";
import type { SshEndpoint } from "./endpoint";
import { keyPair, parsedKey, publicLine } from "./keyPair";

export interface ServerOptions {
  /** Private keys of the host. @default one of a new pair */
  readonly hostKeys?: readonly string[];
  /** Public keys that let somebody in. @default one of a new pair */
  readonly authorized?: readonly string[];
  /** Channels for commands at once, as sshd's MaxSessions. @default 10 */
  readonly maxSessions?: number;
  /** Folder that comes first on PATH. */
  readonly path?: string;
  /** What runs instead of a command, as the login shell does it. @default /bin/sh -c */
  readonly shell?: readonly string[];
  /** Close a session as soon as it is asked for something. @default false */
  readonly dropsSessions?: boolean;
  /** Refuse to forward, as AllowTcpForwarding no. @default false */
  readonly forwardsNothing?: boolean;
}

export interface InProcessServer extends SshEndpoint {
  /** Connections that have been let in. */
  readonly logins: () => number;
  /** Every command line it was given. */
  readonly commands: readonly string[];
}

/**
 * A server of the ssh2 library in this process, whose commands really run. Like sshd it closes a command's pipes when the
 * connection ends, and leaves the command itself alone.
 */
export async function startInProcess(options: ServerOptions = {}): Promise<InProcessServer> {
  const host = keyPair();
  const user = keyPair();
  const hostKeys = options.hostKeys ?? [host.private];
  const authorized = (options.authorized ?? [user.public]).map(parsedKey);
  const commands: string[] = [];
  const open = new Set<Connection>();
  let logins = 0;
  const server = new Server({ hostKeys: [...hostKeys] }, (connection) => {
    // As sshd; the types have forgotten it.
    (connection as Connection & { setNoDelay(on: boolean): void }).setNoDelay(true);
    let sessions = 0;
    open.add(connection);
    connection.on("authentication", (context) => authenticate(context, authorized));
    connection.on("ready", () => logins++);
    connection.on("close", () => open.delete(connection));
    // A client that goes away in the middle is part of the tests.
    connection.on("error", () => undefined);
    connection.on("session", (accept, reject) => {
      if (sessions >= (options.maxSessions ?? 10)) {
        reject();
        return;
      }
      sessions++;
      serveSession(accept(), options, commands, () => sessions--);
    });
    if (options.forwardsNothing) return;
    connection.on("tcpip", (accept, reject, { destIP, destPort }) => {
      const socket = connect(destPort, destIP);
      socket.once("error", () => reject());
      socket.once("connect", () => {
        const channel = accept();
        channel.on("error", () => undefined).on("close", () => socket.destroy());
        socket.on("error", () => undefined).on("close", () => channel.end());
        channel.pipe(socket).pipe(channel);
      });
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    server: "ssh2 in this process",
    address: "127.0.0.1",
    port: (server.address() as { port: number }).port,
    hostKeys: hostKeys.map(publicLine),
    privateKey: user.private,
    user: "root",
    logins: () => logins,
    commands,
    stop: async () => {
      for (const connection of open) connection.end();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

function authenticate(context: AuthContext, authorized: readonly ParsedKey[]): void {
  if (context.method !== "publickey") {
    context.reject(["publickey"]);
    return;
  }
  const { key, blob, signature, hashAlgo } = context;
  const known = authorized.find((one) => key.data.equals(one.getPublicSSH()));
  const proved = blob === undefined || signature === undefined || known?.verify(blob, signature, hashAlgo) === true;
  if (known && proved) context.accept();
  else context.reject(["publickey"]);
}

function serveSession(session: Session, options: ServerOptions, commands: string[], ended: () => void): void {
  session.on("exec", (accept, _reject, { command }) => {
    commands.push(command);
    const stream = accept();
    if (options.dropsSessions) {
      stream.close();
      return;
    }
    const [program = "/bin/sh", ...args] = options.shell ?? ["/bin/sh", "-c"];
    const child = spawn(program, [...args, command], {
      env: { ...process.env, PATH: [options.path, process.env["PATH"]].filter(Boolean).join(":") },
      detached: true,
    });
    stream.pipe(child.stdin);
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (chunk: Buffer) => stream.write(chunk));
    child.stderr.on("data", (chunk: Buffer) => stream.stderr.write(chunk));
    stream.on("error", () => undefined);
    stream.on("close", () => child.stdin.destroy());
    child.on("close", (code, signal) => {
      ended();
      if (signal) stream.exit(signal.replace(/^SIG/, ""), false, "");
      else stream.exit(code ?? 255);
      stream.end();
    });
  });
}
