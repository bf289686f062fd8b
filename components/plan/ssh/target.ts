/**
 * How one machine is reached over SSH, as plain data: everything is decided, and nothing of it is secret. Secrets go by the
 * name of the config key that holds them.
 */
export interface SshTarget {
  /** Its name in the spec; that of a bastion as the spec or ~/.ssh/config calls it. */
  readonly host: string;
  /** Host name or IP address to connect to, seen from the bastion where there is one. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** How to log in: tried in this order. */
  readonly authentication: readonly SshAttempt[];
  /** The only keys that the machine may show, as `<type> <base64>`. */
  readonly hostKeys: readonly string[];
  /** The field of the spec that pins them. */
  readonly hostKeyField: string;
  /** The Pulumi stack, for the command lines that errors name. @default none is named, so that alluxioctl takes its default */
  readonly stack?: string;
  /** The machine to connect through. */
  readonly bastion?: SshTarget;
  readonly limits: SshLimits;
}

export interface SshLimits {
  /** Until the connection stands and the host has let us in. */
  readonly connectSeconds: number;
  /** Between two signs of life of a connection. */
  readonly keepAliveSeconds: number;
  /** Commands that run at once on the machine. */
  readonly sessions: number;
}

export type SshAttempt =
  /** Every key that the agent at this socket has. */
  | { readonly kind: "agent"; readonly socket: string }
  | {
      readonly kind: "file";
      /** Of the private key. */
      readonly path: string;
      /** Config key of its passphrase. */
      readonly passphrase?: string;
      /** Passed over where it is not there, or cannot be used: nobody named it. */
      readonly optional: boolean;
    }
  | {
      readonly kind: "secret";
      /** Config key of the private key itself. */
      readonly privateKey: string;
      readonly passphrase?: string;
    };

/** How the provider reaches hosts. Nothing of it is secret. */
export interface SshAccess {
  /** Fully qualified name of the stack whose config holds the secrets that the targets name. */
  readonly stack: string;
  /** As `portable` gives them. */
  readonly targets: readonly SshTarget[];
}
