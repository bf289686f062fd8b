import { scanHostKeys } from "../../provider/transports/sshHostKeyScan";
import { SshConnections } from "../../provider/transports/sshConnections";
import { SshError } from "../../provider/transports/sshErrors";
import type { Secrets } from "../../provider/transports/sshKeys";
import { Slots } from "../../provider/transports/slots";
import { withPins, type Pins, type TrustMachine } from "./machines";
import { verdictOf, type Verdict } from "./verdict";

/** One machine, as it was found. */
export interface Found {
  readonly machine: TrustMachine;
  /** Absent where it could not be asked. */
  readonly verdict?: Verdict;
  /** Why it could not be asked. */
  readonly error?: string;
}

/** Each takes a connection, and on this machine a key exchange. */
const AT_ONCE = 16;

/** Asks machines for their keys; nobody logs in to one of them, but to the bastions on the way. */
export class KeyLook {
  private readonly connections: SshConnections;
  private readonly slots = new Slots(AT_ONCE);

  /** @param secrets those of the machines on the way, by the name of the config key */
  constructor(secrets: Secrets) {
    this.connections = new SshConnections(secrets);
  }

  /**
   * @param pins what has been taken since the spec was read
   * @param closed machines through which nothing is reached: their own keys are not pinned, or they could not be asked
   */
  async at(wave: readonly TrustMachine[], pins: Pins, closed: ReadonlySet<string>): Promise<Found[]> {
    return Promise.all(wave.map((machine) => this.slots.use(() => this.one(machine, pins, closed))));
  }

  async close(): Promise<void> {
    await this.connections.close();
  }

  private async one(machine: TrustMachine, pins: Pins, closed: ReadonlySet<string>): Promise<Found> {
    const { target, way } = machine;
    const shut = way.find((name) => closed.has(name));
    if (shut !== undefined) {
      return {
        machine,
        error: `host ${target.host} is reached through ${shut}, whose own key is not pinned, or could not be asked for`,
      };
    }
    try {
      const shown = await scanHostKeys(withPins(target, pins), this.connections);
      return { machine, verdict: verdictOf(target.hostKeys, shown) };
    } catch (error) {
      if (!(error instanceof SshError)) throw error;
      return { machine, error: error.message };
    }
  }
}
