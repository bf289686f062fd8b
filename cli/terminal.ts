import type { Command } from "commander";

/** What a verb needs of the process that it runs in. */
export interface Terminal {
  /** Folder of the project, where Pulumi.<stack>.yaml lies. */
  readonly project: string;
  out(text: string): void;
  err(text: string): void;
  readonly colors: boolean;
}

/** How `alluxioctl` ends: all is fine, something is wrong, or it could not look. */
export const EXIT = { fine: 0, wrong: 1, couldNotLook: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Adds a verb to the program; the verb calls `end` with how it went. */
export type AddVerb = (
  program: Command,
  context: { readonly terminal: Terminal; readonly end: (code: ExitCode) => void },
) => void;
