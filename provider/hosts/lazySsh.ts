import type { SshTarget } from "../../components/plan/ssh/target";
import { UserError } from "../rpc/resource";
import type { SshTransport } from "../transports/ssh";
import type { Secrets } from "../transports/sshKeys";
import type { Ssh } from "./hosts";

/** The SSH transport, loaded when the first host is asked for: a cluster on Docker need not wait for it. */
export class LazySsh implements Ssh {
  private loaded: SshTransport | undefined;

  constructor(
    private readonly targets: readonly SshTarget[],
    private readonly secrets: Secrets,
  ) {}

  async run(...call: Parameters<SshTransport["run"]>): ReturnType<SshTransport["run"]> {
    return this.load(call[0]).run(...call);
  }

  async upload(...call: Parameters<SshTransport["upload"]>): ReturnType<SshTransport["upload"]> {
    return this.load(call[0]).upload(...call);
  }

  private load(host: string): SshTransport {
    if (this.targets.length === 0)
      throw new UserError(`the provider has no configuration \`ssh\`, so it reaches no hosts, and not ${host}`);
    // A static import would load it with the provider; a dynamic one needs file names that not all loaders know.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { SshTransport } = require("../transports/ssh") as typeof import("../transports/ssh");
    this.loaded ??= new SshTransport(this.targets, this.secrets);
    return this.loaded;
  }
}
