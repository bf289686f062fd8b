import { UserError } from "../rpc/resource";

/** What can go wrong between us and a host. */
export type SshFault =
  /** It is off, refuses, cannot be routed to, or does not answer: see {@link UnreachableReason}. */
  | "unreachable"
  /** It lets this user in with none of the keys. */
  | "authentication refused"
  /** A key that the spec names is missing, encrypted without (or with another) passphrase, or no key. */
  | "key unusable"
  /** It shows another key than those pinned: a new installation, or somebody in between. */
  | "host key changed"
  | "host key not pinned"
  /** It opens no session, or none with a shell. */
  | "no shell"
  /** `sudo -n` does not run a shell as root. */
  | "sudo refused"
  /** The connection, or the command's session, ended before the command did. What it had done by then is unknown. */
  | "connection lost"
  /** The command took longer than it may, and was killed. */
  | "time over";

export type UnreachableReason =
  "refused" | "no route" | "name not found" | "timed out" | "closed" | "not forwarded" | "other";

/**
 * A host could not be asked, or did not finish. Whoever meets one while looking at a resource knows nothing new about it:
 * neither that it is there, nor that it is gone.
 */
export class SshError extends UserError {
  override readonly name = "SshError";

  /** Where the fault is `unreachable`. */
  readonly reason?: UnreachableReason;
  /** The key that the machine shows, as a host key is pinned, where that is not a pinned one. */
  readonly shownKey?: string;

  constructor(
    /** The host as the spec calls it: where a bastion is at fault, that of the host behind it. */
    readonly host: string,
    readonly fault: SshFault,
    message: string,
    more: { readonly reason?: UnreachableReason | undefined; readonly shownKey?: string | undefined } = {},
  ) {
    super(message);
    if (more.reason !== undefined) this.reason = more.reason;
    if (more.shownKey !== undefined) this.shownKey = more.shownKey;
  }

  /** The same, for a host that is reached through this one. */
  onTheWayTo(host: string): SshError {
    const message = `host ${host} is reached through ${this.host}, and: ${this.message}`;
    return new SshError(host, this.fault, message, { reason: this.reason });
  }
}

/** Whether this very host is off or cut off, so that the others are worth going on with. */
export const isUnreachable = (error: unknown): error is SshError =>
  error instanceof SshError && (error.fault === "unreachable" || error.fault === "connection lost");

const REASONS: Readonly<Record<string, UnreachableReason>> = {
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "no route",
  ENETUNREACH: "no route",
  EHOSTDOWN: "no route",
  ENOTFOUND: "name not found",
  EAI_AGAIN: "name not found",
  EAI_FAIL: "name not found",
  EAI_NONAME: "name not found",
  ETIMEDOUT: "timed out",
  ECONNRESET: "closed",
  EPIPE: "closed",
};

/** What the operating system's error code means. */
export const reasonOf = (code: unknown): UnreachableReason =>
  typeof code === "string" && Object.hasOwn(REASONS, code) ? REASONS[code]! : "other";

/** What a bastion's words mean, for it forwards nothing but those: OpenSSH's own, or of its C library. */
export function reasonOfRefusal(description: string): UnreachableReason {
  if (/prohibited|not permitted|denied/i.test(description)) return "not forwarded";
  if (/refused/i.test(description)) return "refused";
  if (/no route|unreachable/i.test(description)) return "no route";
  if (/not known|resol|no address|name/i.test(description)) return "name not found";
  if (/timed out/i.test(description)) return "timed out";
  return "other";
}

/** Why a host cannot be reached, and what to do about it. */
export function unreachable(
  { host, address, port }: { readonly host: string; readonly address: string; readonly port: number },
  reason: UnreachableReason,
  detail: string,
): SshError {
  const at = `${address}:${port}`;
  const words: Readonly<Record<UnreachableReason, string>> = {
    refused: `refuses connections at ${at}: start sshd there, or say on which port it listens (port)`,
    "no route": `cannot be reached at ${at}, there is no route: is it on, and does the network, or its VPN, stand?`,
    "name not found": `is looked for at ${address}, and this name does not resolve: give its address in hosts.addresses`,
    "timed out": `does not answer at ${at} (${detail}): is it on, is a firewall in between, or is it frozen?`,
    closed: `closes the connection at ${at} before it has begun (${detail}): does sshd listen there, and does it take this many connections (MaxStartups)?`,
    "not forwarded": `cannot be reached at ${at}: the bastion forwards no connections there (AllowTcpForwarding, PermitOpen)`,
    other: `cannot be reached at ${at}: ${detail}`,
  };
  return new SshError(host, "unreachable", `host ${host} ${words[reason]}`, { reason });
}
