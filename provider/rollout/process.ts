/** A process as it runs, whatever it runs in. */
export interface RunningProcess {
  /** Of what it runs in. */
  readonly id: string;
  /** It runs, its own health check passes, and others can reach it. */
  readonly serving: boolean;
  /** In words: `healthy`, `starting`, `exited with code 1`, `paused`. */
  readonly state: string;
  /** How often it was started again without anybody asking for it. */
  readonly restarts: number;
  /** Milliseconds since 1970, by the clock of {@link RolloutAccess.now}. */
  readonly startedAt: number;
}

/** The same, held against what the program declares. */
export interface ComparedProcess extends RunningProcess {
  readonly master: boolean;
  /** Whether the engine is going to change it. */
  readonly differs: boolean;
  /** Masters: the properties for whose sake old and new cannot talk to each other. */
  readonly dividing: readonly string[];
  /** Masters: it gets other credentials, and the release that it has. */
  readonly credentialsAlone: boolean;
}
