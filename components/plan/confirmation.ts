import { createHash } from "node:crypto";
import type { Consequence } from "./consequences";

/** Ties a confirmation to the state it was given for, so that it cannot be used twice. */
export const stateToken = (...state: unknown[]): string =>
  createHash("sha256").update(JSON.stringify(state)).digest("hex").slice(0, 4);

export const confirmationOf = (change: string, token: string): string => `${change} @${token}`;

/** Whether an entry of `confirm` is for that change, whatever state it was given for. */
export const isConfirmationOf = (change: string, entry: string): boolean =>
  entry.startsWith(`${change} @`) && /^[0-9a-f]{4}$/.test(entry.slice(change.length + 2));

const LOSE = "lose ";

/** The change that accepts the loss of a volume that is gone. */
export const lossOfVolume = (volume: string): string => LOSE + volume;

export interface Verdict {
  /** What is refused, each with the line that would confirm it. */
  readonly refused: readonly (Consequence & { readonly confirmation: string })[];
  readonly accepted: readonly Consequence[];
  /** Entries of `confirm` that nothing asks for; what a lost volume asks for only the volume itself can tell. */
  readonly stale: readonly string[];
}

/** Holds consequences against what the spec confirms. */
export function judge(consequences: readonly Consequence[], confirm: readonly string[], token: string): Verdict {
  const asked = consequences.map((consequence) => ({
    ...consequence,
    confirmation: confirmationOf(consequence.change, tokenFor(consequence, token)),
  }));
  return {
    refused: asked.filter((one) => one.impossible || (one.mustConfirm && !confirm.includes(one.confirmation))),
    accepted: asked.filter((one) => !one.impossible && (!one.mustConfirm || confirm.includes(one.confirmation))),
    stale: confirm.filter(
      (entry) =>
        !entry.startsWith(LOSE) &&
        !asked.some((one) => one.mustConfirm && !one.impossible && one.confirmation === entry),
    ),
  };
}

function tokenFor({ found, whateverTheState = false }: Consequence, token: string): string {
  if (whateverTheState) return stateToken(found);
  return found === undefined ? token : stateToken(token, found);
}
