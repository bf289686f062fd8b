import type { Progress } from "./resource";

/**
 * What a program may ask of the provider while it runs, without a resource of its own. `Args` and `Result` are plain JSON.
 * A {@link UserError} reaches the program as the reason why the call failed.
 */
export interface ProviderFunction<Args extends object = object, Result extends object = object> {
  /** Type token, as of a resource: `alluxio:index:beginRollout`. */
  readonly token: string;
  call(request: { args: Args; progress: Progress }): Promise<Result>;
}
