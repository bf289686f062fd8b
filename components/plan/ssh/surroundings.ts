import type { ClientConfigText } from "./clientConfig";

/** Plain data about who connects from where, gathered at the edge. */
export interface SshSurroundings {
  /** Home folder of the user who runs this. */
  readonly home: string;
  /** His login name. */
  readonly user: string;
  /** SSH_AUTH_SOCK. */
  readonly agentSocket?: string;
  /** The file that `hosts.sshConfig` names; absent where there is none. */
  readonly clientConfig?: ClientConfigText;
  /** Config keys that hold a secret, as the spec names them. */
  readonly secrets: ReadonlySet<string>;
  /** The Pulumi stack, for the command lines that errors name. @default none is named, so that alluxioctl takes its default */
  readonly stack?: string;
}
