import { Unhealthy, type Progress } from "../../../provider/rpc/resource";
import type { Clock } from "../../../provider/clock";

/** A clock that only moves when somebody sleeps. */
export function fakeClock(): Clock & { readonly seconds: () => number } {
  let now = 1_000_000;
  return {
    now: () => now,
    sleep: async (milliseconds) => void (now += milliseconds),
    seconds: () => (now - 1_000_000) / 1000,
  };
}

/** Writes down what a resource says. */
export function notes(): Progress & { readonly said: string[]; readonly statuses: string[] } {
  const said: string[] = [];
  const statuses: string[] = [];
  return {
    said,
    statuses,
    status: (message) => void statuses.push(message),
    info: (message) => void said.push(message),
    warn: (message) => void said.push(`warning: ${message}`),
  };
}

/** What an act threw, which must be an {@link Unhealthy}. */
export async function unhealthyOf(act: Promise<unknown>): Promise<Unhealthy> {
  const error: unknown = await act.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  if (error instanceof Unhealthy) return error;
  throw error;
}
