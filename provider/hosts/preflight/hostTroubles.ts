import { checkHosts } from "../../../components/plan/hosts/checkHosts";
import type { HostPreflightAccess, HostPreflightInputs } from "../../resources/hosts/preflight";
import { orInstead } from "../../rpc/resource";
import { isUnknown } from "../../rpc/values";

/**
 * Why something on a host does not get healthy, as far as preflight can see it: a port that somebody has taken meanwhile, a disk
 * that has filled up. An unchanged host is not looked at before; behind an error the look costs nobody anything. A provider
 * lives for one run, and hears in it what the hosts have to give before anything depends on it.
 */
export class HostTroubles {
  private demands: HostPreflightInputs | undefined;

  constructor(private readonly access: Pick<HostPreflightAccess, "probe">) {}

  expect(demands: HostPreflightInputs): void {
    this.demands = demands;
  }

  /** What this host cannot give now, and what to do, as a sentence; empty where nothing of it is missing. */
  async on(host: string): Promise<string> {
    const { demands } = this;
    if (demands?.hosts[host] === undefined) return "";
    const seen = await orInstead(
      () => this.access.probe(demands, [host]),
      () => ({}),
    );
    const context = isUnknown(demands.clusterId) ? {} : { clusterId: demands.clusterId };
    const problems = checkHosts(demands, seen, context).filter(({ level }) => level === "refused");
    if (problems.length === 0) return "";
    const told = problems.map(({ what, found, remedy }) => `${what}: ${found} (to do: ${remedy})`);
    return `Preflight finds there: ${told.join("; ")}.`;
  }
}
