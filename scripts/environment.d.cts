import type { Choices } from "./setup/choices";

/** The version of the Pulumi CLI that this project is built and tested with. */
export const PULUMI_VERSION: string;
/** `name` of Pulumi.yaml. */
export const PROJECT_NAME: string;

/** Where set-up and Pulumi keep things, as absolute paths inside the project. */
export interface Places {
  readonly project: string;
  /** What set-up chose and linked; git-ignored, may be deleted at any time. */
  readonly tools: string;
  readonly choices: string;
  /** First on PATH: the Pulumi CLI and, where it was built here, the Node language host. */
  readonly bin: string;
  readonly pulumi: string;
  /** Stand-ins for the official plugins; on PATH only when they are chosen. */
  readonly plugins: string;
  /** PULUMI_HOME. */
  readonly pulumiHome: string;
  /** What the Automation API takes as `root` of a CLI. */
  readonly pulumiRoot: string;
  /** The file backend. */
  readonly state: string;
  readonly stackStates: string;
}

export interface EnvironmentOptions {
  readonly places: Places;
  readonly env: NodeJS.ProcessEnv;
  /** @default what .tools/choices.json says */
  readonly choices?: Choices;
  /** Use the user's own Pulumi home, backend and passphrase. @default false */
  readonly login?: boolean;
  /** @default PULUMI_STACK, else the selected stack */
  readonly stack?: string | undefined;
  /** Configuration that takes the place of Pulumi.<stack>.yaml. @default that one */
  readonly configFile?: string | undefined;
}

export function layout(project: string): Places;
export function readChoices(places: Places): Choices;
export function usesStandIns(choices: Choices): boolean;
/** The file that a pulumi command line names with --config-file. */
export function configFileOfArguments(args: readonly string[]): string | undefined;
/** The stack that a pulumi command line names with -s or --stack. */
export function stackOfArguments(args: readonly string[]): string | undefined;
/** The variables to add to `env`: PATH with our folders first, and others only where `env` has none. */
export function pulumiEnvironment(options: EnvironmentOptions): Record<string, string>;
/** The whole environment of a child that runs Pulumi; makes the folder of the file backend. */
export function prepare(options: EnvironmentOptions): NodeJS.ProcessEnv;
