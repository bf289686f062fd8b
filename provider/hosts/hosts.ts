import { randomBytes } from "node:crypto";
import { Untouched } from "../resources/hosts/onHost";
import { UserError } from "../rpc/resource";
import type { CommandResult } from "../transports/commandResult";
import { shellQuoted } from "../../components/plan/shellQuote";
import type { SshTransport } from "../transports/ssh";
import { isOutOfSpace } from "../transports/sshUpload";
import { REFUSED } from "./ledger";

/** What it asks of the transport. */
export type Ssh = Pick<SshTransport, "run" | "upload">;

/** A question to a host: a script that only reads. */
export interface Look {
  /** Of the POSIX shell; it runs as root. */
  readonly script: string;
  readonly args: readonly string[];
  /** What it looks at, for errors. @example "the ramdisk /mnt/ramdisk" */
  readonly what: string;
  /** How long it may take. @default 5 */
  readonly seconds?: number;
}

/** A change on a host. */
export interface Act {
  readonly script: string;
  readonly args: readonly string[];
  readonly stdin?: string | Buffer;
  /** What it does, for errors. @example "the start of alluxio-worker.service" */
  readonly what: string;
  /** @default 60 */
  readonly seconds?: number;
}

interface Asked extends Look {
  readonly done: (result: CommandResult) => void;
  readonly fail: (error: unknown) => void;
}

const LOOK_SECONDS = 5;
const ACT_SECONDS = 60;
/** A host that is busy with something else, beside what the questions themselves take. */
const SPARE_SECONDS = 20;
/** The engine sends the reads of a refresh one after the other, yet within this time. */
const GATHER_MILLISECONDS = 15;

/**
 * What the accesses need of the hosts: to look and to act, as root.
 *
 * What is asked of one host at the same time, or while the host still answers, goes there as one script: a refresh of all
 * that stands on a host is one round trip.
 */
export class Hosts {
  private readonly waiting = new Map<string, Asked[]>();
  private readonly busy = new Set<string>();

  constructor(readonly ssh: Ssh) {}

  /**
   * @returns what the script printed
   * @throws SshError where the host could not be asked, UserError where the script failed
   */
  async look(host: string, look: Look): Promise<string> {
    const result = await new Promise<CommandResult>((done, fail) => {
      const asked = { ...look, done, fail };
      const others = this.waiting.get(host);
      if (others) {
        others.push(asked);
        return;
      }
      this.waiting.set(host, [asked]);
      if (!this.busy.has(host)) this.answerSoon(host);
    });
    return outputOf(host, look.what, result);
  }

  /**
   * @returns what the script printed
   * @throws Untouched where the script refused before it changed anything, UserError where it failed
   */
  async act(host: string, { script, args, stdin, what, seconds = ACT_SECONDS }: Act): Promise<string> {
    const more = stdin === undefined ? {} : { stdin };
    const result = await this.ssh.run(host, script, { args, ...more, sudo: true, timeoutSeconds: seconds, what });
    return outputOf(host, what, result);
  }

  private answerSoon(host: string): void {
    this.busy.add(host);
    setTimeout(() => {
      const all = this.waiting.get(host) ?? [];
      this.waiting.delete(host);
      void this.answer(host, all).finally(() => {
        this.busy.delete(host);
        if (this.waiting.has(host)) this.answerSoon(host);
      });
    }, GATHER_MILLISECONDS);
  }

  private async answer(host: string, all: readonly Asked[]): Promise<void> {
    try {
      const { marker, script } = together(all);
      const seconds = all.reduce((sum, one) => sum + (one.seconds ?? LOOK_SECONDS), SPARE_SECONDS);
      const what = all.length === 1 ? `a look at ${all[0]!.what}` : `a look at ${all.length} things`;
      const { stdout, stderr } = await this.ssh.run(host, script, { sudo: true, timeoutSeconds: seconds, what });
      const parts = apart(stdout, marker);
      all.forEach((one, i) => {
        const part = parts[i];
        if (part) one.done({ ...part, stderr });
        else
          one.fail(new UserError(`${one.what} on host ${host} cannot be looked at: ${stderr.trim() || "no answer"}`));
      });
    } catch (error) {
      for (const one of all) one.fail(error);
    }
  }
}

/** Several questions as one script, whose answers end with a marker and the exit code. */
export function together(looks: readonly Look[]): { readonly marker: string; readonly script: string } {
  const marker = `answered-${randomBytes(8).toString("hex")}`;
  const scripts = [...new Set(looks.map(({ script }) => script))];
  const functions = scripts.map((script, i) => `look_${i}() {\n${script}\n}\n`);
  const calls = looks.map(
    ({ script, args }) =>
      `( look_${scripts.indexOf(script)} ${args.map(shellQuoted).join(" ")} )\nprintf '\\n${marker} %s\\n' "$?"\n`,
  );
  return { marker, script: `${functions.join("")}${calls.join("")}exit 0` };
}

/** The answers to {@link together}, in its order. */
export function apart(stdout: string, marker: string): { readonly code: number; readonly stdout: string }[] {
  const parts = stdout.split(new RegExp(`\\n${marker} (\\d+)\\n`));
  const answers = [];
  for (let i = 0; i + 1 < parts.length; i += 2) answers.push({ stdout: parts[i]!, code: Number(parts[i + 1]) });
  return answers;
}

function outputOf(host: string, what: string, { code, stdout, stderr }: CommandResult): string {
  if (code === 0) return stdout;
  const said = stderr.trim() || stdout.trim() || `exit code ${code}`;
  if (code === REFUSED) throw new Untouched(`host ${host}: ${said}`);
  throw new UserError(`${what} on host ${host} failed: ${said}${remedyFor(said)}`);
}

/** Of what any script may meet. */
const remedyFor = (said: string): string =>
  isOutOfSpace(said) ? ". Free some space there; the same command goes on where this one ended" : "";
