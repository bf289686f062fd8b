import type { SshTarget } from "../../components/plan/ssh/target";
import { reasonOf, unreachable, type SshError } from "./sshErrors";

/** Of the server's own words, which may be anything. */
const LONGEST_QUOTE = 200;

/** How far a connection has come. */
export type Phase = "connecting" | "connected" | "host known";

/** An error of the ssh2 library. */
export type Failure = Error & { level?: string; code?: unknown };

/** What an error means that comes before the host has shown its key. */
export function notConnected(target: SshTarget, error: Failure, phase: Phase): SshError {
  const reason = reasonOf(error.code);
  const words = wordsOf(error);
  if (phase === "connecting" || reason !== "other") return unreachable(target, reason, words);
  if (/closed|before handshake/i.test(words)) return unreachable(target, "closed", words);
  return unreachable(target, "other", `it does not speak SSH as expected (${words})`);
}

export const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").slice(0, LONGEST_QUOTE);
