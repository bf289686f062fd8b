import type { Quorum } from "../quorum";
import type { Progress } from "../rpc/resource";

/** Members of a quorum that are none of the masters that are intended. */
export const strangersIn = (quorum: Quorum, intended: readonly string[]): string[] =>
  Object.keys(quorum).filter((address) => !intended.includes(address));

export const areAvailable = (quorum: Quorum, addresses: readonly string[]): boolean =>
  addresses.every((address) => quorum[address] === true);

/** Takes members out of the quorum, one after the other, and tells of each. */
export async function takeOut(
  addresses: readonly string[],
  dismiss: (address: string) => Promise<void>,
  progress: Progress,
  why = "is no master any more",
): Promise<void> {
  for (const address of addresses) {
    await dismiss(address);
    progress.info(`${address} ${why}: it is out of the quorum`);
  }
}
