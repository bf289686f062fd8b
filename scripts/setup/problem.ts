/** Something that the person at the keyboard can put right: its message stands alone, without a stack trace. */
export class SetupProblem extends Error {
  override readonly name = "SetupProblem";
}

/** Ends a script: a {@link SetupProblem} in its own words, anything else (a mistake of ours) with its stack. */
export function reportAndExit(error: unknown): never {
  if (error instanceof SetupProblem) console.error(`\n${error.message}`);
  else console.error(error);
  process.exit(1);
}
