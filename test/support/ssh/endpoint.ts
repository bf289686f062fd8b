import type { SshTarget } from "../../../components/plan/ssh/target";

/** A machine with an SSH server, for tests: users log in by key, and their commands run in a POSIX shell. */
export interface SshEndpoint {
  /** What serves there, for the output of the tests. */
  readonly server: string;
  readonly address: string;
  readonly port: number;
  /** As `<type> <base64>`. */
  readonly hostKeys: readonly string[];
  /** Text of a private key that lets these users in. */
  readonly privateKey: string;
  readonly user: string;
  /** A user other than root who may run `sudo -n sh -s`; absent where there is no sudo. */
  readonly sudoer?: string;
  /** A user other than root who may not. */
  readonly other?: string;
  stop(): Promise<void>;
}

/** Config key under which tests hand out the private key. */
export const KEY = "testKey";

/** Limits that let a test see their end. */
const QUICK = { connectSeconds: 5, keepAliveSeconds: 1, sessions: 8 };

/** How to reach an endpoint. */
export function targetOf(endpoint: SshEndpoint, more: Partial<SshTarget> = {}): SshTarget {
  return {
    host: "h1",
    address: endpoint.address,
    port: endpoint.port,
    user: endpoint.user,
    authentication: [{ kind: "secret", privateKey: KEY }],
    hostKeys: endpoint.hostKeys,
    hostKeyField: "hosts.addresses.h1.hostKey",
    limits: QUICK,
    ...more,
  };
}
