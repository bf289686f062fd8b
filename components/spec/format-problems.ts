import type { Problem } from "./problem";

/**
 * The problems as people read them: how many and where, then each with its place, what was found, and what to do.
 * @param where the cluster stands. @example "Pulumi.dev.yaml (alluxio:cluster)"
 */
export function formatProblems(problems: readonly Problem[], where = "alluxio:cluster"): string {
  const many = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
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
    where?: string,
  ) {
    super(formatProblems(problems, where));
  }
}
