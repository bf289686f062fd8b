/** One mistake in a spec, or one thing on a machine that a spec cannot live with. */
export interface Problem {
  /** Name of the rule that found it. */
  readonly rule: string;
  /** Property path within `alluxio:cluster`, such as `workers[0].ramdisk`; empty for the whole spec. */
  readonly path: string;
  /** What stands there, as JSON; absent where nothing stands there. */
  readonly found?: string;
  /** What is wrong and what is allowed, as a sentence. */
  readonly message: string;
  /** The nearest valid name, for a typo. */
  readonly suggestion?: string;
}
