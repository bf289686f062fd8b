import { publicKeyOf, type PublicKey } from "../../provider/transports/sshPublicKey";

/**
 * - `same`: a pinned key, so that it is connected to
 * - `new`: nothing was pinned
 * - `changed`: a key of a type of which another one is pinned, or beside none that is
 * - `other`: one more key of a machine that shows a pinned one
 */
export type KeyState = "same" | "new" | "changed" | "other";

export interface ShownKey extends PublicKey {
  readonly state: KeyState;
}

/** What a machine shows, beside what is pinned. */
export interface Verdict {
  readonly state: Exclude<KeyState, "other">;
  /** The best first. */
  readonly shown: readonly ShownKey[];
  /** Pinned, and not shown. */
  readonly gone: readonly PublicKey[];
}

/** @param pinned, shown each as `<type> <base64>`; of each type a machine shows one at most */
export function verdictOf(pinned: readonly string[], shown: readonly string[]): Verdict {
  const types = new Set(pinned.map((line) => publicKeyOf(line).type));
  const known = shown.some((line) => pinned.includes(line));
  const stateOf = ({ line, type }: PublicKey): KeyState => {
    if (pinned.includes(line)) return "same";
    if (pinned.length === 0) return "new";
    return types.has(type) || !known ? "changed" : "other";
  };
  const keys = shown.map(publicKeyOf).map((key) => ({ ...key, state: stateOf(key) }));
  const state = (["new", "changed"] as const).find((one) => keys.some((key) => key.state === one)) ?? "same";
  return { state, shown: keys, gone: pinned.filter((line) => !shown.includes(line)).map(publicKeyOf) };
}
