import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { UserError } from "../rpc/resource";
import type { CommandResult } from "./commandResult";
import { LOOK_AT_FILE, OTHER_DIGEST, PUT_FILE, temporaryName, WHOLE } from "./sshFiles";
import type { Stdin } from "./sshSession";

export interface FileOptions {
  /** @default "0600" */
  readonly mode?: string;
  /** `user` or `user:group`; needs root. @default the user who writes it */
  readonly owner?: string;
  /** Write as root, by sudo. @default false */
  readonly sudo?: boolean;
}

export interface UploadOptions extends FileOptions {
  /** What the file must have, here and there; hexadecimal. @default that of the file here */
  readonly sha256?: string;
  /** Called as the bytes go out. `sent` counts those that the host had before. */
  readonly onProgress?: (sent: number, total: number) => void;
}

/** Runs a script on a host; see SshTransport.run. */
export type RunScript = (
  host: string,
  script: string,
  options: {
    readonly args: readonly string[];
    readonly stdin?: Stdin;
    readonly sudo: boolean;
    readonly timeoutSeconds: number;
    readonly what: string;
  },
) => Promise<CommandResult>;

/** No line that is worth using is slower, and no disk reads slower. */
const SLOWEST_BYTES_A_SECOND = 256 * 1024;
const SLOWEST_DIGEST_BYTES_A_SECOND = 20 * 1024 ** 2;
const LEAST_SECONDS = 60;

/**
 * Brings a file of this machine to a host. It goes on where an earlier upload of the same contents was cut off, after the
 * bytes that are there have proved to be its own; one that is there whole is not sent again.
 *
 * @returns how many bytes were sent
 * @throws SshError where the host could not be asked, or was lost on the way: the next upload goes on
 * @throws UserError where the file is not what `sha256` says, or the host could not write it
 */
export async function upload(
  run: RunScript,
  digests: LocalDigests,
  host: string,
  source: string,
  path: string,
  options: UploadOptions,
): Promise<number> {
  const { mode = "0600", owner = "", sudo = false, onProgress = () => undefined } = options;
  const { bytes, sha256 } = await digests.of(source);
  if (options.sha256 !== undefined && options.sha256.toLowerCase() !== sha256) {
    throw new UserError(
      `${source} is not the file that was meant: its SHA-256 is ${sha256}, and ${options.sha256.toLowerCase()} is expected. ` +
        "Put the right file there, or correct its SHA-256 in the spec; nothing was sent to the host",
    );
  }
  const part = temporaryName(path, sha256);
  const what = `the upload of ${path}`;

  const look = await run(host, LOOK_AT_FILE, {
    args: [path, part, sha256, mode, owner],
    sudo,
    timeoutSeconds: LEAST_SECONDS + Math.ceil((2 * bytes) / SLOWEST_DIGEST_BYTES_A_SECOND),
    what,
  });
  if (look.code !== 0) throw failed(host, what, look);
  if (look.stdout.trim() === WHOLE) {
    onProgress(bytes, bytes);
    return 0;
  }
  const [there = "0", digest = ""] = look.stdout.trim().split(" ");
  const have = Number(there);
  const offset = have <= bytes && digest === (await digestOf(source, have)) ? have : 0;

  const put = await run(host, PUT_FILE, {
    args: [path, part, sha256, String(offset), mode, owner],
    stdin: { bytes: bytes - offset, open: () => rest(source, offset, bytes, onProgress) },
    sudo,
    timeoutSeconds: LEAST_SECONDS + Math.ceil(bytes / SLOWEST_BYTES_A_SECOND),
    what,
  });
  if (put.code !== 0) throw failed(host, what, put);
  return bytes - offset;
}

/** Writes a small file on a host, in one step. @throws as {@link upload} */
export async function writeFile(
  run: RunScript,
  host: string,
  path: string,
  content: Buffer,
  { mode = "0600", owner = "", sudo = false }: FileOptions,
): Promise<void> {
  const sha256 = createHash("sha256").update(content).digest("hex");
  const what = `the writing of ${path}`;
  const put = await run(host, PUT_FILE, {
    args: [path, temporaryName(path, sha256), sha256, "0", mode, owner],
    stdin: stdinOf(content),
    sudo,
    timeoutSeconds: LEAST_SECONDS,
    what,
  });
  if (put.code !== 0) throw failed(host, what, put);
}

/** A text or bytes as what a script reads. */
export function stdinOf(content: string | Buffer): Stdin {
  const bytes = Buffer.from(content);
  return {
    bytes: bytes.length,
    open: async function* () {
      if (bytes.length > 0) yield bytes;
    },
  };
}

/** Digests of files of this machine: each is read once, however many hosts it goes to. */
export class LocalDigests {
  private readonly known = new Map<string, Promise<string>>();

  /** @throws UserError where there is no such file */
  async of(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
    const { size, mtimeMs, ino } = await stat(path).catch((error: unknown) => {
      throw new UserError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? "no reason given"})`);
    });
    const key = `${ino} ${size} ${mtimeMs} ${path}`;
    const digest = this.known.get(key) ?? digestOf(path, size);
    this.known.set(key, digest);
    return { bytes: size, sha256: await digest };
  }
}

/** Of the first bytes of a file. */
async function digestOf(path: string, bytes: number): Promise<string> {
  const hash = createHash("sha256");
  if (bytes > 0) for await (const chunk of createReadStream(path, { end: bytes - 1 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

async function* rest(
  path: string,
  offset: number,
  bytes: number,
  onProgress: (sent: number, total: number) => void,
): AsyncGenerator<Buffer> {
  let sent = offset;
  onProgress(sent, bytes);
  if (offset === bytes) return;
  for await (const chunk of createReadStream(path, { start: offset, end: bytes - 1 })) {
    yield chunk as Buffer;
    // Asked for the next one: this one is on its way.
    sent += (chunk as Buffer).length;
    onProgress(sent, bytes);
  }
}

function failed(host: string, what: string, { code, stdout, stderr }: CommandResult): UserError {
  const other = new RegExp(`${OTHER_DIGEST} (\\S+)`).exec(stdout)?.[1];
  if (other !== undefined) {
    return new UserError(
      `${what} on host ${host} gave another file: its SHA-256 there is ${other}. It was removed; run the same command again`,
    );
  }
  const said = stderr.trim() || `exit code ${code}`;
  const full = isOutOfSpace(said) ? ": free some space there; the same command goes on where this one ended" : "";
  return new UserError(`${what} on host ${host} failed: ${said}${full}`);
}

/** Whether what a program said is that a disk is full, or a quota of it used up. */
export const isOutOfSpace = (said: string): boolean => /no space left|disk quota|quota exceeded/i.test(said);
