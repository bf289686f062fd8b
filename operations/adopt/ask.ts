import { UserError } from "../../provider/rpc/resource";
import type { SshTransport } from "../../provider/transports/ssh";
import { SshError } from "../../provider/transports/sshErrors";

/** A question to a host: a script that only reads. */
export interface Question {
  readonly script: string;
  readonly args?: readonly string[];
  /** For errors. */
  readonly what: string;
  readonly seconds: number;
}

export interface Answered {
  readonly stdout: string;
  readonly asRoot: boolean;
}

/** Asks a host. @throws UserError where it could not be asked to the end */
export type Ask = (host: string, question: Question) => Promise<Answered>;

/**
 * Asks over SSH, as root where the host lets us, else as who we are: an installation made by hand mostly belongs to the
 * user who looks at it.
 */
export function askOver(ssh: Pick<SshTransport, "run">): Ask {
  const unprivileged = new Set<string>();
  return async (host, { script, args = [], what, seconds }) => {
    const run = async (sudo: boolean): Promise<Answered> => {
      const { code, stdout, stderr } = await ssh.run(host, script, { args, sudo, timeoutSeconds: seconds, what });
      if (code !== 0) throw new UserError(`${what} on host ${host} failed: ${stderr.trim() || `exit code ${code}`}`);
      return { stdout, asRoot: sudo };
    };
    if (unprivileged.has(host)) return run(false);
    try {
      return await run(true);
    } catch (error) {
      if (!(error instanceof SshError) || error.fault !== "sudo refused") throw error;
      unprivileged.add(host);
      return run(false);
    }
  };
}
