import { maskText } from "../../components/spec/secrets";
import { isCommand, type Sight } from "./differences";
import type { EngineError, EngineRun } from "./engineEvents";
import type { Coverage } from "./report";
import { nameOf } from "./subjects";

/** How far a look has got, and what none covers. */
export function coverageOf(run: EngineRun, sights: readonly Sight[], target: string): Coverage {
  const everywhere = lookedEverywhere(run);
  const unreachable = sights.filter(({ found }) => found === "unreachable");
  return {
    resources: sights.length,
    looked: everywhere ? sights.length - unreachable.length : 0,
    unreachable: unreachable.map(({ urn }) => nameOf(urn)),
    complete: everywhere && unreachable.length === 0,
    brokenOff: everywhere ? null : reasonOf(run),
    notLookedAt: [...(NOT_LOOKED_AT[target] ?? []), ...commandsIn(run), ...(run.unplanned ? [SPEC] : [])],
  };
}

/** The first thing that a run does is to look at every resource of the state; a look that fails ends the run. */
export function lookedEverywhere({ begun, looked }: EngineRun): boolean {
  const ended = new Set(looked.map(({ urn }) => urn));
  return begun.length > 0 && begun.every((urn) => ended.has(urn));
}

/** What Pulumi said, without its own words around it, and without that it has failed. */
export const errorsOf = ({ errors }: Pick<EngineRun, "errors">): EngineError[] =>
  errors
    .map(({ urn, message }) => ({ urn, message: maskText(message.replace(FRAME, "").trim()) }))
    .filter(({ message }) => message !== "" && !/^(preview|update|refresh) failed$/.test(message));

const FRAME = /^(error: )?(Preview failed: )?/i;

const reasonOf = (run: EngineRun): string =>
  errorsOf(run)[0]?.message ?? "Pulumi ended before it had looked everywhere";

/** By target; the README's limits say the same. */
const NOT_LOOKED_AT: Readonly<Record<string, readonly string[]>> = {
  docker: [
    "JVM options",
    "files in a container other than alluxio-site.properties",
    "limits set by docker update",
    "extra containers that do not register as workers",
  ],
  hosts: ["JVM options of a process that runs", "drop-ins of systemd units", "what else runs on the hosts"],
};

const SPEC = "what the spec has otherwise by now, and what pulumi up would refuse (--no-plan)";

/** A command ran once, and has nothing to read back. */
function commandsIn({ looked }: EngineRun): string[] {
  const commands = looked.filter(({ type, old }) => isCommand(type) && old?.condemned === false);
  const names = [...new Set(commands.map(({ urn }) => nameOf(urn)))].sort();
  return names.length === 0 ? [] : [`what ${names.join(", ")} once did`];
}
