import type { ProcessStatus } from "./report";
import { wordsFor } from "./words";

/** Why a process cannot do its work, as far as its container or unit shows, and what to do about it. */
export interface Fault {
  readonly found: string;
  readonly hint: string;
}

/** @returns undefined where it runs and is not unhealthy */
export function faultOf(process: ProcessStatus, stack: string): Fault | undefined {
  const { state, health, exitCode } = process;
  const words = wordsFor(process);
  if (words === undefined) return { found: "it has no container", hint: `${repair(stack)} makes it again` };
  const { thing, logs } = words;
  switch (state) {
    case "running":
      return health === "unhealthy"
        ? { found: `${thing} is unhealthy`, hint: `see ${logs}; a frozen process goes on after ${words.restart}` }
        : undefined;
    case "paused":
      return { found: `${thing} is paused`, hint: words.resume };
    case "missing":
      return { found: `${thing} is missing`, hint: `${repair(stack)} makes it again` };
    default:
      return {
        found: `${thing} is ${state}${exitCode === undefined ? "" : ` with code ${exitCode}`}`,
        hint: `${logs} says why; ${repair(stack)} starts it again`,
      };
  }
}

/** The command that brings reality back to the spec. */
export const repair = (stack: string): string => `\`npx pulumi up --refresh -s ${stack}\``;
