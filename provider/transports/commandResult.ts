/** What a script gave, wherever it ran. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Code of a script that ran out of time: `timeout -s KILL` ends it, and itself, by that signal. */
export const OUT_OF_TIME = 137;
