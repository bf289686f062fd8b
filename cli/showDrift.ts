import { driftOf, exitCodeOf } from "../operations/drift/drift";
import type { EngineRun } from "../operations/drift/engineEvents";
import { NotUp } from "./deployment";
import { lookAtState } from "./lookAtState";
import { previewRefresh } from "./previewRefresh";
import { renderDrift } from "./renderDrift";
import { stackFileOf } from "./stackFile";
import type { ExitCode, Terminal } from "./terminal";

interface DriftOptions {
  readonly stack: string;
  readonly json: boolean;
  /** Whether the engine also plans what the spec has otherwise by now. */
  readonly plan: boolean;
  /** Holds the stack's config. @default Pulumi.<stack>.yaml */
  readonly stackFile?: string;
}

/** Looks at everything of a stack, and prints what was seen. @throws UserError where it cannot look at all */
export async function showDrift({ stack, json, plan, stackFile }: DriftOptions, terminal: Terminal): Promise<ExitCode> {
  const look = plan ? lookAndPlan : lookAtState;
  const run = await look(terminal.project, stack, stackFile);
  const report = driftOf(stack, run);
  if (report.coverage.resources === 0 && report.coverage.brokenOff === null) throw new NotUp(stack);
  terminal.out(json ? `${JSON.stringify(report, null, 2)}\n` : renderDrift(report, terminal));
  return exitCodeOf(report);
}

function lookAndPlan(project: string, stack: string, stackFile?: string): Promise<EngineRun> {
  // For its error: without the file Pulumi would only say that some value is missing.
  if (stackFile === undefined) stackFileOf(project, stack);
  return previewRefresh(project, stack, stackFile);
}
