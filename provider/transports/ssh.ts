import type { SshTarget } from "../../components/plan/ssh/target";
import { UserError } from "../rpc/resource";
import type { CommandResult } from "./commandResult";
import { Slots } from "./slots";
import { NotBegun } from "./sshConnection";
import { SshConnections } from "./sshConnections";
import type { Secrets } from "./sshKeys";
import { runSession, type Stdin } from "./sshSession";
import { LocalDigests, stdinOf, upload, writeFile, type FileOptions, type UploadOptions } from "./sshUpload";

export interface RunOptions {
  /** `$1`, `$2`, ... of the script. @default none */
  readonly args?: readonly string[];
  /** What the script reads. @default nothing */
  readonly stdin?: string | Buffer | Stdin;
  /** Run it as root: by `sudo -n`, where the user is not root himself. @default false */
  readonly sudo?: boolean;
  /** After so long the host kills the script and all that it has started. @default 30 */
  readonly timeoutSeconds?: number;
  /** What it does, for errors. @default "a command" @example "the start of alluxio-worker" */
  readonly what?: string;
}

const DEFAULT_TIMEOUT_SECONDS = 30;
const ROOT = "root";
/** Over all hosts: more share the same line out of this machine, and only make each slower. */
const UPLOADS_AT_ONCE = 4;

/**
 * Acts on hosts by SSH: one connection a host, opened when it is first needed and shared by all who need it.
 *
 * Scripts, arguments and input travel encrypted on standard input: the host's process list shows `sh -s` or
 * `sudo -n sh -s`. Every wait has an end, with an {@link SshError} that says which host it was and what to do.
 */
export class SshTransport {
  private readonly targets: ReadonlyMap<string, SshTarget>;
  private readonly connections: SshConnections;
  private readonly digests = new LocalDigests();
  private readonly uploads = new Slots(UPLOADS_AT_ONCE);

  /**
   * @param targets the hosts; see resolveSshTargets
   * @param secrets passphrases and keys, by the name of the config key that the targets give
   */
  constructor(targets: readonly SshTarget[], secrets: Secrets = {}) {
    this.targets = new Map(targets.map((target) => [target.host, target]));
    this.connections = new SshConnections(secrets);
  }

  /**
   * Runs a script of the POSIX shell on a host. What it starts and leaves behind ends with it, unless it has made a session
   * of its own, as services do.
   *
   * @returns also where its exit code is not 0
   * @throws SshError where it could not be run to its end
   * @example await ssh.run("blue4", 'df -P -- "$1"', { args: ["/mnt/ramdisk"], sudo: true })
   */
  async run(host: string, script: string, options: RunOptions = {}): Promise<CommandResult> {
    const target = this.targetOf(host);
    const { args = [], stdin, sudo = false, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS, what = "a command" } = options;
    const session = {
      args,
      stdin: typeof stdin === "string" || Buffer.isBuffer(stdin) ? stdinOf(stdin) : stdin,
      asRoot: sudo && target.user !== ROOT,
      timeoutSeconds,
      what,
    };
    const connection = await this.connections.get(target);
    try {
      return await runSession(connection, script, session);
    } catch (error) {
      if (!(error instanceof NotBegun)) throw error;
      // It has stood idle, and somebody on the way has forgotten it.
      return runSession(await this.connections.get(target), script, session);
    }
  }

  /**
   * Brings a file of this machine to a host: resumed where an earlier upload was cut off, verified by its SHA-256 there, and
   * put in its place in one step. At most four at once, over all hosts.
   *
   * @param path absolute; its folder must be there
   * @returns how many bytes were sent: none where the file is there already
   * @throws SshError where the host could not be asked, or was lost on the way
   * @throws UserError where the file is another one than `sha256` says, or the host could not write it
   */
  async upload(host: string, source: string, path: string, options: UploadOptions = {}): Promise<number> {
    return this.uploads.use(() => upload((...call) => this.run(...call), this.digests, host, source, path, options));
  }

  /**
   * Writes a small file on a host, in one step: whoever reads it finds the old one or the new one.
   *
   * @param path absolute; its folder must be there
   * @throws as {@link upload}
   */
  async writeFile(host: string, path: string, content: string | Buffer, options: FileOptions = {}): Promise<void> {
    await writeFile((...call) => this.run(...call), host, path, Buffer.from(content), options);
  }

  /** Ends all connections. What still runs on them ends with an error, here and there. */
  async close(): Promise<void> {
    await this.connections.close();
  }

  private targetOf(host: string): SshTarget {
    const target = this.targets.get(host);
    if (!target)
      throw new UserError(`${host} is no host of this cluster: it has ${[...this.targets.keys()].join(", ")}`);
    return target;
  }
}
