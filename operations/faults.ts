import type { ProcessStatus } from "./report";

/** Why a process cannot do its work, as far as its container shows, and what to do about it. */
export interface Fault {
  readonly found: string;
  readonly hint: string;
}

/** @returns undefined where the container runs and is not unhealthy */
export function faultOf({ container, state, health, exitCode }: ProcessStatus, stack: string): Fault | undefined {
  if (container === null) return { found: "it has no container", hint: `${repair(stack)} makes it again` };
  const logs = `\`docker logs --tail 20 ${container}\``;
  switch (state) {
    case "running":
      return health === "unhealthy"
        ? {
            found: `container ${container} is unhealthy`,
            hint: `see ${logs}; a frozen process goes on after \`docker restart ${container}\``,
          }
        : undefined;
    case "paused":
      return { found: `container ${container} is paused`, hint: `\`docker unpause ${container}\`` };
    default:
      return {
        found: `container ${container} is ${state}${exitCode === undefined ? "" : ` with code ${exitCode}`}`,
        hint: `${logs} says why; ${repair(stack)} starts it again`,
      };
  }
}

/** The command that brings reality back to the spec. */
export const repair = (stack: string): string => `\`npx pulumi up --refresh -s ${stack}\``;
