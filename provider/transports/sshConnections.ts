import type { SshTarget } from "../../components/plan/ssh/target";
import { SshConnection } from "./sshConnection";
import { SshError } from "./sshErrors";
import { loadLogins, type Secrets } from "./sshKeys";

/** One connection to each machine, opened when it is first needed, and shared by all who need it. */
export class SshConnections {
  private readonly opened = new Map<string, Promise<SshConnection>>();
  private closed = false;

  constructor(private readonly secrets: Secrets) {}

  /** @throws SshError where it cannot be opened; the next call tries again */
  async get(target: SshTarget): Promise<SshConnection> {
    if (this.closed) {
      const message = `the connection to host ${target.host} was closed by this program`;
      throw new SshError(target.host, "connection lost", message);
    }
    const key = keyOf(target);
    const known = this.opened.get(key);
    if (known && !(await isLost(known))) return known;
    // Somebody else may have opened another one since.
    const newer = this.opened.get(key);
    if (newer && newer !== known) return newer;
    const opening = this.open(target);
    this.opened.set(key, opening);
    opening.catch(() => this.forget(key, opening));
    return opening;
  }

  /**
   * The connection to the machine through which this one is reached.
   * @returns undefined where it is reached directly
   * @throws SshError of this host, where the way to it cannot be opened
   */
  async wayTo(target: SshTarget): Promise<SshConnection | undefined> {
    if (target.bastion === undefined) return undefined;
    try {
      return await this.get(target.bastion);
    } catch (error) {
      throw error instanceof SshError ? error.onTheWayTo(target.host) : error;
    }
  }

  /** Ends them all, for good; whoever waits for a command on one of them is told. */
  async close(): Promise<void> {
    this.closed = true;
    const all = [...this.opened.values()];
    this.opened.clear();
    for (const result of await Promise.allSettled(all)) if (result.status === "fulfilled") result.value.end();
  }

  private async open(target: SshTarget): Promise<SshConnection> {
    const [logins, through] = await Promise.all([loadLogins(target, this.secrets), this.wayTo(target)]);
    return SshConnection.open(target, logins, through);
  }

  private forget(key: string, opening: Promise<SshConnection>): void {
    if (this.opened.get(key) === opening) this.opened.delete(key);
  }
}

const isLost = (opened: Promise<SshConnection>): Promise<boolean> =>
  opened.then(
    (connection) => connection.lost,
    () => false,
  );

/** The same host, as the same user, by the same way. */
const keyOf = ({ host, user, address, port, bastion }: SshTarget): string =>
  JSON.stringify([host, user, address, port, bastion ? keyOf(bastion) : ""]);
