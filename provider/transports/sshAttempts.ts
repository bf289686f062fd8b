import type { AnyAuthMethod } from "ssh2";
import type { SshTarget } from "../../components/plan/ssh/target";
import { SshError } from "./sshErrors";
import type { Login, Logins } from "./sshKeys";

/** The keys that are shown to one host, one after the other, and what is to be said where it takes none of them. */
export class Attempts {
  private readonly left: Login[];
  private readonly tried: string[] = [];
  /** What the host takes, as far as it has said so. */
  private methods: readonly string[] = [];

  constructor(
    private readonly target: SshTarget,
    private readonly logins: Logins,
  ) {
    this.left = [...logins.usable];
  }

  /** @param methods that the host takes; none before it was asked */
  next(methods: readonly string[] | null): AnyAuthMethod | false {
    if (methods) this.methods = methods;
    const login = this.left.shift();
    if (!login) return false;
    this.tried.push(login.name);
    return login.method;
  }

  agentFailed(words: string): void {
    this.tried.push(`the SSH agent, which failed (${words})`);
  }

  refused(words: string): SshError {
    const { host, address, port, user } = this.target;
    const own = words.includes("authentication methods failed") ? "" : ` (${words})`;
    const tried = this.tried.length > 0 ? this.tried.join(", ") : "nothing, for there is no key to show";
    const { unusable } = this.logins;
    const passedOver = unusable.length > 0 ? `. Passed over: ${unusable.join("; ")}` : "";
    const takes = this.methods.length > 0 ? `. It takes ${this.methods.join(", ")}` : "";
    return new SshError(
      host,
      "authentication refused",
      `host ${host} (${address}:${port}) does not let user ${user} in${own}. Tried: ${tried}${passedOver}${takes}. Put the ` +
        `public key into ~${user}/.ssh/authorized_keys there, or name another user or key`,
    );
  }
}
