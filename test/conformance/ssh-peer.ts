/** A machine to run remote commands on: root logs in with `privateKey`, commands run in /bin/sh. */
export interface SshPeer {
  readonly port: number;
  readonly user: string;
  readonly privateKey: string;
  /** One line of authorized_keys. */
  readonly hostKey: string;
  /** The key of another host. */
  readonly otherHostKey: string;
  /** A folder there for the test's files. */
  readonly folder: string;
  /** Looks at a file of the peer without SSH. */
  readFile(path: string): Promise<string>;
  /** Kills every session there, as a dying host would. */
  dropSessions(): Promise<void>;
  stop(): Promise<void>;
}

export interface Keys {
  readonly host: KeyPair;
  readonly user: KeyPair;
  readonly other: KeyPair;
}

export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/** The only name of an environment variable that the peer takes from its clients. */
export const ACCEPTED = "GREETING";
