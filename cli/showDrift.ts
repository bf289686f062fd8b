import { driftOf, exitCodeOf } from "../operations/drift/drift";
import { NotUp } from "./deployment";
import { previewRefresh } from "./previewRefresh";
import { renderDrift } from "./renderDrift";
import { stackFileOf } from "./stackFile";
import type { ExitCode, Terminal } from "./terminal";

/** Has the engine look at everything of a stack, and prints what it saw. @throws UserError where it cannot look at all */
export async function showDrift(
  { stack, json }: { readonly stack: string; readonly json: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  // For its error: without the file Pulumi would only say that some value is missing.
  stackFileOf(terminal.project, stack);
  const run = await previewRefresh(terminal.project, stack);
  const report = driftOf(stack, run);
  if (report.coverage.resources === 0 && report.coverage.brokenOff === null) throw new NotUp(stack);
  terminal.out(json ? `${JSON.stringify(report, null, 2)}\n` : renderDrift(report, terminal));
  return exitCodeOf(report);
}
