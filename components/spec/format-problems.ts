import type { Problem } from "./problem";

/**
 * The problems as people read them: how many and where, then each with its place, what was found, and what to do.
 * @param file name of the file that was read, such as `Pulumi.dev.yaml`
 */
export function formatProblems(problems: readonly Problem[], file?: string): string {
  const many = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
  const where = file === undefined ? "alluxio:cluster" : `${file} (alluxio:cluster)`;
  const headline = problems.length === 0 ? `No mistakes in ${where}.` : `${many} in ${where}:`;
  return [headline, ...problems.map((problem) => `\n  ${formatProblem(problem).replaceAll("\n", "\n    ")}`)].join(
    "\n",
  );
}

function formatProblem({ path, found, message, suggestion }: Problem): string {
  const place = path === "" ? "the whole spec" : path;
  const lines = [found === undefined ? place : `${place}: ${found}`, message];
  if (suggestion !== undefined) lines.push(`Did you mean ${JSON.stringify(suggestion)}?`);
  return lines.join("\n");
}

/** For callers that cannot go on without a spec. Its message is complete: print it, without the stack trace. */
export class SpecError extends Error {
  override readonly name = "SpecError";

  constructor(
    readonly problems: readonly Problem[],
    file?: string,
  ) {
    super(formatProblems(problems, file));
  }
}
