import type { AddressInfo } from "node:net";
import { Server, type AuthContext, type Connection, type ServerChannel } from "ssh2";
import { keyPair, parsedKey, publicLine } from "../../../test/support/ssh/keyPair";
import { answerWhenComplete, type Answer } from "./remoteShell";

/** What a host says to a program of a shell that it is asked to run. */
export type Answers = (host: string, program: string, stdin: string) => Answer | Promise<Answer>;

/**
 * Hosts that are reached by SSH, and answer as their `answers` say without running anything: a server of the ssh2 library at
 * an address of the loopback network for each. Encryption, log-in and sessions are real.
 */
export class SimulatedHosts {
  readonly key = keyPair();
  private readonly hostKey = keyPair();
  private readonly servers: Server[] = [];
  private readonly open = new Set<Connection>();
  private port = 0;
  /** Connections that were let in. */
  connections = 0;
  /** Commands that were run. */
  commands = 0;
  /** How many hosts were connected to, or ran a command, at once, at most; an idle connection does not count. */
  mostAtOnce = 0;
  private busy = 0;
  private from = 0;
  private to = 0;

  constructor(
    readonly names: readonly string[],
    public answers: Answers,
  ) {}

  get hostKeyLine(): string {
    return publicLine(this.hostKey.private);
  }

  async start(): Promise<void> {
    for (const [n, name] of this.names.entries()) {
      const server = new Server({ hostKeys: [this.hostKey.private] }, (connection) => this.serve(name, connection));
      await new Promise<void>((done) => server.listen(this.port, addressOf(n), done));
      this.port = (server.address() as AddressInfo).port;
      this.servers.push(server);
    }
  }

  async stop(): Promise<void> {
    for (const connection of this.open) connection.end();
    await Promise.all(this.servers.map((server) => new Promise<void>((done) => server.close(() => done()))));
  }

  /** How each is reached, for `hosts.addresses` of a spec. */
  addresses(): Record<string, { address: string; port: number; hostKey: string }> {
    return Object.fromEntries(
      this.names.map((name, n) => [name, { address: addressOf(n), port: this.port, hostKey: this.hostKeyLine }]),
    );
  }

  resetCounts(): void {
    this.connections = this.commands = this.mostAtOnce = this.from = this.to = 0;
  }

  /** Seconds from the first connection to the last answer. */
  get seconds(): number {
    return (this.to - this.from) / 1000;
  }

  private serve(host: string, connection: Connection): void {
    // As sshd; the types have forgotten it.
    (connection as Connection & { setNoDelay(on: boolean): void }).setNoDelay(true);
    this.open.add(connection);
    this.from ||= performance.now();
    this.begins();
    let connecting = true;
    connection.on("authentication", (context) => this.authenticate(context));
    connection.on("ready", () => this.connections++);
    connection.on("close", () => {
      this.open.delete(connection);
      if (connecting) this.busy--;
    });
    connection.on("error", () => undefined);
    connection.on("session", (accept) => {
      accept().on("exec", (take, _reject, { command }) => {
        this.commands++;
        if (!connecting) this.begins();
        connecting = false;
        this.run(host, command, take());
      });
    });
  }

  private begins(): void {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.busy);
  }

  private run(host: string, command: string, channel: ServerChannel): void {
    channel.on("error", () => undefined);
    const end = ({ stdout, code }: Answer): void => {
      channel.write(stdout);
      channel.exit(code);
      channel.end();
      this.to = performance.now();
      this.busy--;
    };
    if (command === "true") end({ stdout: "", code: 0 });
    else answerWhenComplete(channel, (program, stdin) => this.answers(host, program, stdin), end);
  }

  private authenticate(context: AuthContext): void {
    if (context.method !== "publickey") {
      context.reject(["publickey"]);
      return;
    }
    const { key, blob, signature, hashAlgo } = context;
    const known = parsedKey(this.key.public);
    const proved = blob === undefined || signature === undefined || known.verify(blob, signature, hashAlgo);
    if (key.data.equals(known.getPublicSSH()) && proved) context.accept();
    else context.reject(["publickey"]);
  }
}

/** Of the loopback network, which is here as a whole. */
const addressOf = (n: number): string => `127.77.${Math.floor(n / 250)}.${1 + (n % 250)}`;
