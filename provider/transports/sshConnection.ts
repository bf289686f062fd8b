import type { Duplex } from "node:stream";
import { Client, type AnyAuthMethod, type ClientChannel, type ConnectConfig } from "ssh2";
import type { SshTarget } from "../../components/plan/ssh/target";
import { Slots } from "./slots";
import { Attempts } from "./sshAttempts";
import { Deadline } from "./sshDeadline";
import { reasonOfRefusal, SshError, unreachable } from "./sshErrors";
import { notConnected, wordsOf, type Failure, type Phase } from "./sshFailure";
import { algorithmsFor, hostKeyFault } from "./sshHostKeys";
import type { Logins } from "./sshKeys";

/** Signs of life that a host may miss in a row. */
const MISSED_SIGNS = 3;
/** SSH_OPEN_ADMINISTRATIVELY_PROHIBITED of RFC 4254. */
const PROHIBITED = 1;

/** One connection to one machine, over which many commands run at the same time. */
export class SshConnection {
  /** Why it is gone. */
  private fault: SshError | undefined;
  private readonly listeners = new Set<(fault: SshError) => void>();
  private readonly sessions: Slots;

  private constructor(
    readonly target: SshTarget,
    private readonly client: Client,
  ) {
    this.sessions = new Slots(target.limits.sessions);
    client.on("error", (error) => this.lose(wordsOf(error)));
    client.on("close", () => this.lose("it was closed there"));
  }

  /**
   * Connects and logs in.
   *
   * @param through the bastion's connection
   * @throws SshError that says why not, at the latest when the target's limit is over
   */
  static async open(target: SshTarget, logins: Logins, through?: SshConnection): Promise<SshConnection> {
    const deadline = new Deadline(target.limits.connectSeconds);
    try {
      const sock = await through?.forward(target, deadline);
      return await connect(target, logins, deadline, (client) => new SshConnection(target, client), sock, through);
    } finally {
      deadline.clear();
    }
  }

  get lost(): boolean {
    return this.fault !== undefined;
  }

  /** Calls back when the connection is lost, at once where it is; @returns what takes the listener away */
  whenLost(listener: (fault: SshError) => void): () => void {
    if (this.fault) listener(this.fault);
    else this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Runs a command and gives its channel to `use`, as soon as one of the connection's sessions is free. When `use` ends,
   * so does the channel.
   *
   * @throws NotBegun where the connection was lost before the command could begin
   */
  async session<T>(command: string, use: (channel: ClientChannel) => Promise<T>): Promise<T> {
    for (;;) {
      const done = await this.sessions.use(async () => {
        const channel = await this.open(command);
        if (channel === undefined) return undefined;
        try {
          return { value: await use(channel) };
        } finally {
          channel.close();
        }
      });
      if (done) return done.value;
    }
  }

  end(): void {
    this.client.end();
    this.lose("it was closed by this program");
  }

  /** @returns undefined where the host takes no more sessions than there are */
  private open(command: string): Promise<ClientChannel | undefined> {
    return new Promise((done, fail) => {
      const forget = this.whenLost((fault) => fail(new NotBegun(fault)));
      try {
        this.client.exec(command, (error, channel) => {
          forget();
          if (!error) done(channel);
          else if (this.lost) fail(new NotBegun(this.fault!));
          else if (this.sessions.narrow()) done(undefined);
          else fail(this.noSession(wordsOf(error)));
        });
      } catch (error) {
        forget();
        this.lose(wordsOf(error));
        fail(new NotBegun(this.fault!));
      }
    });
  }

  private noSession(words: string): SshError {
    const { host, user } = this.target;
    return new SshError(
      host,
      "no shell",
      `host ${host} lets user ${user} in, and opens no session for commands: ${words}`,
    );
  }

  /**
   * A way to another machine.
   * @throws SshError of that machine
   */
  forward({ host, address, port }: SshTarget, deadline: Deadline): Promise<Duplex> {
    return new Promise((done, fail) => {
      const stop = deadline.add(() => fail(unreachable({ host, address, port }, "timed out", deadline.words)));
      const forget = this.whenLost((fault) => fail(fault.onTheWayTo(host)));
      const settle = (act: () => void): void => {
        stop();
        forget();
        act();
      };
      try {
        this.client.forwardOut("127.0.0.1", 0, address, port, (error, channel) => {
          if (!error) {
            settle(() => done(channel));
            return;
          }
          const words = wordsOf(error).replace(/^\(SSH\) Channel open failure: */, "");
          const prohibited = (error as Error & { reason?: unknown }).reason === PROHIBITED;
          const reason = prohibited ? "not forwarded" : reasonOfRefusal(words);
          settle(() => fail(unreachable({ host, address, port }, reason, words || "the bastion gives no reason")));
        });
      } catch (error) {
        settle(() => this.lose(wordsOf(error)));
        fail(this.fault!.onTheWayTo(host));
      }
    });
  }

  private lose(words: string): void {
    if (this.fault) return;
    const { host, address, port, limits } = this.target;
    const silent = words === "Keepalive timeout";
    const why = silent
      ? `it gave no sign of life for ${MISSED_SIGNS * limits.keepAliveSeconds} s: it is frozen, or the network is cut`
      : words;
    this.fault = new SshError(
      host,
      "connection lost",
      `the connection to host ${host} (${address}:${port}) is lost: ${why}`,
    );
    for (const listener of this.listeners) listener(this.fault);
    this.listeners.clear();
    // A peer that does not answer does not say goodbye either.
    this.client.destroy();
  }
}

/** The connection was lost before the host had heard of a command: over another one it can safely be given again. */
export class NotBegun extends SshError {
  constructor({ host, fault, message }: SshError) {
    super(host, fault, message);
  }
}

function connect<T>(
  target: SshTarget,
  logins: Logins,
  deadline: Deadline,
  made: (client: Client) => T,
  sock: Duplex | undefined,
  through: SshConnection | undefined,
): Promise<T> {
  return new Promise((done, fail) => {
    const client = new Client();
    const attempts = new Attempts(target, logins);
    let phase: Phase = "connecting";
    let denied: SshError | undefined;
    let settled = false;
    const settle = (act: () => void): void => {
      if (settled) return;
      settled = true;
      forget.forEach((one) => one());
      act();
    };
    const give = (error: SshError): void =>
      settle(() => {
        // What else it has to say is about the same.
        client.on("error", () => undefined).destroy();
        sock?.destroy();
        fail(error);
      });
    const onError = (error: Failure): void => {
      // An agent that fails is one way less.
      if (error.level === "agent") attempts.agentFailed(wordsOf(error));
      else if (denied) give(denied);
      else give(phase === "host known" ? attempts.refused(wordsOf(error)) : notConnected(target, error, phase));
    };
    const forget = [
      deadline.add(() => give(unreachable(target, "timed out", deadline.words))),
      through?.whenLost((fault) => give(fault.onTheWayTo(target.host))) ?? (() => undefined),
    ];
    client
      .on("error", onError)
      .on("close", () => onError(new Error("it closed the connection")))
      .on("connect", () => {
        phase = "connected";
        // A command is several short messages to and fro: waiting to send them together costs 40 ms each.
        if (!sock) client.setNoDelay(true);
      })
      .on("handshake", () => (phase = "host known"))
      // At once: the next packet may bring an error that somebody must hear.
      .on("ready", () => settle(() => done(made(client.removeAllListeners()))));
    const config: ConnectConfig = {
      host: target.address,
      port: target.port,
      username: target.user,
      ...(sock ? { sock } : {}),
      // The deadline is ours, for all of it.
      readyTimeout: 0,
      keepaliveInterval: target.limits.keepAliveSeconds * 1000,
      keepaliveCountMax: MISSED_SIGNS,
      algorithms: { serverHostKey: algorithmsFor(target.hostKeys) },
      hostVerifier: (key: Buffer) => {
        denied = hostKeyFault(target, key);
        return denied === undefined;
      },
      // Its types leave out `false`, which ends the attempts.
      authHandler: (methods, _partial, next) => next(attempts.next(methods) as AnyAuthMethod),
    };
    try {
      client.connect(config);
    } catch (error) {
      onError(error as Error);
    }
  });
}
