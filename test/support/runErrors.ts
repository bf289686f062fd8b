import type { Finished } from "./process";

/** What the SDK says of a resource that others wait for, beside that one's own error. */
const FOLLOWS = /^Error: resource \S+ \[\S+\] failed to register$/;

/** The errors of a run of Pulumi, by their first lines. */
const errorsOf = ({ output }: Finished): string[] =>
  [...output.slice(output.indexOf("\nDiagnostics:")).matchAll(/^ {4}error: (?:1 error occurred:\s+\* )?(.*)$/gm)]
    .map(([, error]) => error!)
    .filter((error) => error !== "update failed" && error !== "preview failed" && !FOLLOWS.test(error));

/** The errors of a run that has to fail, by their first lines: each for a reader, without a stack trace. */
export function fails(finished: Finished): string[] {
  expect(finished.code).not.toBe(0);
  // Neither the program's nor our own.
  expect(finished.output).not.toMatch(/serializing property|^\s+at .*\.[cm]?[jt]s:\d+/m);
  const errors = errorsOf(finished);
  expect(errors).not.toEqual([]);
  return errors;
}
