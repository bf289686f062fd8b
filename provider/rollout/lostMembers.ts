import type { Clock } from "../clock";
import type { Quorum } from "../quorum";
import { orInstead } from "../rpc/resource";

/** A member that has started is available within seconds of its health check. */
const PATIENCE_MILLISECONDS = 30_000;

/** Addresses of the members that the leader does not reach. */
export const unavailableIn = (quorum: Quorum): string[] =>
  Object.entries(quorum).flatMap(([address, available]) => (available ? [] : [address]));

/**
 * Members that are healthy by themselves, and that the leader has lost for good. Docker takes a stopped container's name
 * away; a leader that has once failed to resolve it does not look again, however long the member is back (seen with Alluxio
 * 2.9.4: away for 90 s, unavailable ten minutes later, `Unable to resolve host` in the leader's log). Another leader does.
 */
export class LostMembers {
  private since: number | undefined;

  constructor(private readonly clock: Clock) {}

  /**
   * To be told of every look at the quorum while all masters are healthy.
   * @param leader host or address of the leader
   * @returns what was done, for the user
   */
  async seen(quorum: Quorum, leader: string, elect: (address: string) => Promise<void>): Promise<string | undefined> {
    const away = unavailableIn(quorum);
    const successor = Object.keys(quorum).find((one) => quorum[one] === true && hostOf(one) !== hostOf(leader));
    if (away.length === 0 || successor === undefined) {
      this.since = undefined;
      return undefined;
    }
    this.since ??= this.clock.now();
    if (this.clock.now() - this.since < PATIENCE_MILLISECONDS) return undefined;
    this.since = undefined;
    return orInstead(
      async () => {
        await elect(successor);
        return `${hostOf(successor)} leads in place of ${hostOf(leader)}, which had lost ${away.map(hostOf).join(", ")} and did not look again`;
      },
      ({ message }) => message,
    );
  }
}

/** Without the port. */
export const hostOf = (address: string): string => address.replace(/:\d+$/, "");
