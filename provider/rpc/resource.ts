import type { PropertyChange } from "./changes";
import type { Properties } from "./values";

/** What a resource may say while it works. */
export interface Progress {
  /** Shown for a moment beside the resource, and replaced by the next. */
  status(message: string): void;
  /** Stays in the output. */
  info(message: string): void;
  warn(message: string): void;
}

export interface InputFailure {
  /** A property of the resource's inputs: the engine shows its whole value. Absent: it shows the reason alone. */
  readonly property?: string;
  /** A full sentence: the engine puts text of its own before it. */
  readonly reason: string;
}

export interface Snapshot<State> {
  readonly id: string;
  readonly state: State;
}

/**
 * One kind of resource. `Inputs` is what the program declares, `State` what is true; a property of the same name is
 * desired in the one and observed in the other, which is how drift gets an old and a new value.
 */
export interface ResourceKind<Inputs extends object = object, State extends Inputs = Inputs> {
  readonly token: string;
  /** Refuses bad inputs, and changes that would lose something. */
  check(request: { olds: Inputs | undefined; news: Inputs; progress: Progress }): Promise<InputFailure[]>;
  /** Pure: compares the state with all that must hold. */
  diff(request: { state: State; oldInputs: Inputs; news: Inputs }): PropertyChange[];
  /**
   * @param request.progress absent: nobody listens
   * @returns what is known of the state before it is made
   */
  preview(request: {
    name: string;
    news: Inputs;
    state: State | undefined;
    progress?: Progress | undefined;
  }): Promise<Properties>;
  create(request: { name: string; news: Inputs; timeoutSeconds: number; progress: Progress }): Promise<Snapshot<State>>;
  /** @returns undefined where the thing is gone; throws {@link Unhealthy} where it cannot be looked at */
  read(request: Snapshot<State> & { inputs: Inputs; progress: Progress }): Promise<State | undefined>;
  update(request: Snapshot<State> & { news: Inputs; timeoutSeconds: number; progress: Progress }): Promise<State>;
  delete(request: Snapshot<State> & { timeoutSeconds: number; progress: Progress }): Promise<void>;
  /**
   * What is true now, where a plan must not trust the state that was written last: `diff`, `preview` and `update` get it
   * instead, also without `--refresh`. The engine's own way, a refresh before each run, starts the provider once more.
   */
  observe?(state: State): Promise<State>;
}

/** A mistake or fault to be shown to the user as it is, without a stack trace. */
export class UserError extends Error {}

/** What a call gives, or what takes its place where it fails with a {@link UserError}; other errors go on. */
export async function orInstead<T, I>(call: () => Promise<T>, instead: (error: UserError) => I): Promise<T | I> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof UserError) return instead(error);
    throw error;
  }
}

/** The machine on which everything stands does not answer: no resource can be looked at, and one such error says it for all. */
export class Unreachable extends UserError {}

/**
 * The resource exists, or may exist, but is not as it should be, or could not be looked at: the engine keeps the state,
 * shows the reason and goes on with the other resources.
 */
export class Unhealthy extends UserError {
  constructor(
    reason: string,
    /** What is known; the last known state where nothing new is. */
    readonly snapshot?: Snapshot<object>,
  ) {
    super(reason);
  }
}
