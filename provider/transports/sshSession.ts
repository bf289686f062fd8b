import { once } from "node:events";
import type { ClientChannel } from "ssh2";
import { sudoersCommand } from "../../components/plan/ssh/commandLines";
import { OUT_OF_TIME, type CommandResult } from "./commandResult";
import type { SshConnection } from "./sshConnection";
import { SshError } from "./sshErrors";
import { ROOT_SHELL, SHELL, shellInput } from "./sshScript";

/** What a script reads. */
export interface Stdin {
  readonly bytes: number;
  /** Called once the script runs; must give exactly `bytes` bytes. */
  readonly open: () => AsyncIterable<Buffer>;
}

export interface SessionOptions {
  readonly args: readonly string[];
  readonly stdin?: Stdin | undefined;
  /** Run it as root, by sudo. */
  readonly asRoot: boolean;
  readonly timeoutSeconds: number;
  /** What it does, for errors: "the upload of …". */
  readonly what: string;
}

/** The host itself ends a script that takes too long; where it does not answer, we wait this much longer. */
const GRACE_SECONDS = 5;
const LONGEST_QUOTE = 300;

/**
 * Runs a shell script on a host, in one session of its connection, and collects what it writes.
 *
 * @throws SshError where the script did not run to its end; NotBegun where it did not begin
 */
export function runSession(connection: SshConnection, script: string, options: SessionOptions): Promise<CommandResult> {
  const { marker, text } = shellInput(script, options.args, options.stdin?.bytes, options.timeoutSeconds);
  return connection.session(options.asRoot ? ROOT_SHELL : SHELL, (channel) => {
    const out = new Output(marker);
    const err = new Output(marker);
    const end = new Ending(connection, out, err, options);
    const over = new AbortController();
    return new Promise<CommandResult>((done, fail) => {
      const timer = setTimeout(() => fail(end.noAnswer(options.timeoutSeconds + GRACE_SECONDS)), end.limitMilliseconds);
      const forget = connection.whenLost((fault) => fail(end.interrupted(fault.message)));
      over.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        forget();
      });
      channel.on("data", (data: Buffer) => {
        if (out.add(data) && options.stdin) feed(channel, options.stdin, over.signal).catch(fail);
      });
      channel.stderr.on("data", (data: Buffer) => void err.add(data));
      channel.on("error", (error: Error) => fail(end.interrupted(error.message)));
      // The exit of a short command may come before anybody can listen for it: `close` repeats it.
      channel.on("close", (code?: number | null, signal?: string) => {
        const result = end.conclude(code, signal);
        if (result instanceof Error) fail(result);
        else done(result);
      });
      channel.write(text);
    }).finally(() => over.abort());
  });
}

/** Sends what a script reads, as fast as it reads, and the line end that tells the host that all has come. */
async function feed(channel: ClientChannel, stdin: Stdin, over: AbortSignal): Promise<void> {
  let sent = 0;
  for await (const chunk of stdin.open()) {
    sent += chunk.length;
    // Nobody waits for it any more.
    if (over.aborted) return;
    if (!channel.write(chunk)) await once(channel, "drain", { signal: over }).catch(() => undefined);
  }
  // Without the line end the host kills the script rather than let it take a part for the whole.
  if (sent !== stdin.bytes) throw new Error(`${stdin.bytes} bytes were announced, and there are ${sent}`);
  if (!over.aborted) channel.write("\n");
}

/** One stream of a command, from the marker on. */
class Output {
  private chunks: Buffer[] = [];
  private begun = false;

  constructor(private readonly marker: string) {}

  /** @returns whether the script begins with this */
  add(chunk: Buffer): boolean {
    this.chunks.push(chunk);
    if (this.begun) return false;
    const all = Buffer.concat(this.chunks);
    const at = all.indexOf(this.marker);
    this.begun = at >= 0;
    this.chunks = [this.begun ? all.subarray(at + this.marker.length) : all];
    return this.begun;
  }

  get hasBegun(): boolean {
    return this.begun;
  }

  text(): string {
    return Buffer.concat(this.chunks).toString("utf8");
  }
}

/** What the end of a session means. */
class Ending {
  private readonly began = Date.now();
  readonly limitMilliseconds: number;

  constructor(
    private readonly connection: SshConnection,
    private readonly out: Output,
    private readonly err: Output,
    private readonly options: SessionOptions,
  ) {
    this.limitMilliseconds = (options.timeoutSeconds + GRACE_SECONDS) * 1000;
  }

  /** @param code null where it was ended by a signal, undefined where the session was closed without any */
  conclude(code: number | null | undefined, signal: string | undefined): CommandResult | SshError {
    const { timeoutSeconds, what } = this.options;
    if (code === undefined) return this.interrupted("its session was closed there");
    if (!this.out.hasBegun) return this.noShell(code);
    if (code === null) return this.interrupted(`it was ended there by ${signal ?? "a signal"}`);
    if (code === OUT_OF_TIME && Date.now() - this.began >= timeoutSeconds * 1000) {
      const message = `${what} took longer than ${timeoutSeconds} s on host ${this.host}, and was ended there`;
      return this.error("time over", message);
    }
    return { code, stdout: this.out.text(), stderr: this.err.text() };
  }

  interrupted(why: string): SshError {
    const state = this.out.hasBegun ? "may have been done in part" : "had not begun";
    return this.error(
      "connection lost",
      `${this.options.what} on host ${this.host} ${state} when it was cut off: ${why}`,
    );
  }

  noAnswer(seconds: number): SshError {
    return this.error(
      "time over",
      `${this.options.what} on host ${this.host} has not ended after ${seconds} s, though the host should have ended it ` +
        `after ${this.options.timeoutSeconds} s: is the host frozen or overloaded?`,
    );
  }

  private noShell(code: number | null): SshError {
    const { host, user, stack } = this.connection.target;
    const said = firstLine(this.err.text()) ?? firstLine(this.out.text()) ?? `exit code ${code ?? "none"}`;
    if (this.options.asRoot) {
      return this.error(
        "sudo refused",
        `host ${host} does not let user ${user} run \`${ROOT_SHELL}\` (${said}): \`${sudoersCommand(stack, host)}\` ` +
          "prints the file that has to lie in /etc/sudoers.d there",
      );
    }
    return this.error("no shell", `host ${host} lets user ${user} in, but does not run \`${SHELL}\` for him: ${said}`);
  }

  private error(fault: ConstructorParameters<typeof SshError>[1], message: string): SshError {
    return new SshError(this.host, fault, message);
  }

  private get host(): string {
    return this.connection.target.host;
  }
}

const firstLine = (text: string): string | undefined =>
  text
    .split(/[\r\n]+/)
    .find((line) => line.trim() !== "")
    ?.trim()
    .slice(0, LONGEST_QUOTE);
