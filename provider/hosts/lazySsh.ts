import type { SshTarget } from "../../components/plan/ssh/target";
import { UserError } from "../rpc/resource";
import type { SshTransport } from "../transports/ssh";
import type { Secrets } from "../transports/sshKeys";
import type { Ssh } from "./hosts";

/**
 * The SSH transport, loaded when the first host is asked for: a cluster on Docker need not wait for it, nor for the
 * secrets, which are read by then only if a target names one.
 */
export class LazySsh implements Ssh {
  private loaded: Promise<SshTransport> | undefined;

  /** @param secrets reads those under the given config keys */
  constructor(
    private readonly targets: readonly SshTarget[],
    private readonly secrets: (keys: readonly string[]) => Promise<Secrets>,
  ) {}

  knows(host: string): boolean {
    return this.targets.some((target) => target.host === host);
  }

  async run(...call: Parameters<SshTransport["run"]>): ReturnType<SshTransport["run"]> {
    return (await this.transport(call[0])).run(...call);
  }

  async upload(...call: Parameters<SshTransport["upload"]>): ReturnType<SshTransport["upload"]> {
    return (await this.transport(call[0])).upload(...call);
  }

  /** Ends its connections. */
  async close(): Promise<void> {
    await (await this.loaded)?.close();
  }

  private transport(host: string): Promise<SshTransport> {
    if (this.targets.length === 0)
      throw new UserError(`the provider has no configuration \`ssh\`, so it reaches no hosts, and not ${host}`);
    return (this.loaded ??= this.load());
  }

  private async load(): Promise<SshTransport> {
    const keys = [...new Set(this.targets.flatMap(secretsOf))];
    const secrets = keys.length === 0 ? {} : await this.secrets(keys);
    // A static import would load it with the provider; a dynamic one needs file names that not all loaders know.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { SshTransport } = require("../transports/ssh") as typeof import("../transports/ssh");
    return new SshTransport(this.targets, secrets);
  }
}

/** Hosts that are reached in one way, and all others in another. */
export class EitherSsh implements Ssh {
  constructor(
    private readonly some: LazySsh,
    private readonly others: LazySsh,
  ) {}

  run(...call: Parameters<SshTransport["run"]>): ReturnType<SshTransport["run"]> {
    return this.to(call[0]).run(...call);
  }

  upload(...call: Parameters<SshTransport["upload"]>): ReturnType<SshTransport["upload"]> {
    return this.to(call[0]).upload(...call);
  }

  async close(): Promise<void> {
    await Promise.all([this.some.close(), this.others.close()]);
  }

  private readonly to = (host: string): LazySsh => (this.some.knows(host) ? this.some : this.others);
}

/** The config keys that a target, or the bastions on its way, name. */
function secretsOf({ authentication, bastion }: SshTarget): string[] {
  const named = authentication.flatMap((attempt) => [
    ...(attempt.kind === "secret" ? [attempt.privateKey] : []),
    ...(attempt.kind === "agent" || attempt.passphrase === undefined ? [] : [attempt.passphrase]),
  ]);
  return [...named, ...(bastion === undefined ? [] : secretsOf(bastion))];
}
