import type { Snapshot } from "../../../../provider/rpc/resource";
import { SshError } from "../../../../provider/transports/sshErrors";
import { notes } from "../fakes";

export const OFF = new SshError("blue4", "unreachable", "host blue4 refuses connections", { reason: "refused" });
export const CUT = new SshError("blue4", "connection lost", "the connection to host blue4 is lost");
export const ON_HOST = { host: "blue4", clusterId: "3f9c2ab1d4e5aa00" };

/** What every call of a kind has beside its own. */
export const rest = () => ({ timeoutSeconds: 0, progress: notes() });

/** A function that fails so often as there are errors, and then does what it should. */
export function failing<A extends unknown[], T>(errors: Error[], act: (...args: A) => T): (...args: A) => Promise<T> {
  return async (...args) => {
    const error = errors.shift();
    if (error) throw error;
    return act(...args);
  };
}

export const snapshot = <S extends object>(id: string, state: S): Snapshot<S> => ({ id, state });
