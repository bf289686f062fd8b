import type { Sight, Unasked } from "../../../components/plan/hosts/checks/surroundings";
import type { ClusterDemands } from "../../../components/plan/hosts/demands";
import type { HostPreflightAccess } from "../../resources/hosts/preflight";
import { UserError } from "../../rpc/resource";
import { Slots } from "../../transports/slots";
import { SshError } from "../../transports/sshErrors";
import type { Hosts } from "../hosts";
import { parseProbe } from "./parseProbe";
import { placesOf, probeOf } from "./probeScript";
import { proveRoot } from "./rootToken";

/** Looks at hosts before anything is touched. */
export function hostPreflight(hosts: Hosts, clock: { now(): number } = Date): HostPreflightAccess {
  return {
    probe: (demands, names) => probeHosts(hosts, demands, names, clock),
    prove: (demands, clusterId, who) => proveRoot(hosts, demands, clusterId, who),
  };
}

/** Connections that are opened at once: with more of them each takes longer, until it takes too long. */
const AT_ONCE = 64;

/**
 * Many at once.
 *
 * @returns in the order of the names, also what cannot be asked, and why
 */
export async function probeHosts(
  hosts: Hosts,
  demands: ClusterDemands,
  names: readonly string[],
  clock: { now(): number } = Date,
): Promise<Record<string, Sight>> {
  const slots = new Slots(AT_ONCE);
  const sights = await Promise.all(
    names.map(async (host) => [host, await slots.use(() => probeHost(hosts, demands, host, clock))] as const),
  );
  return Object.fromEntries(sights);
}

async function probeHost(
  hosts: Hosts,
  demands: ClusterDemands,
  host: string,
  clock: { now(): number },
): Promise<Sight> {
  const own = demands.hosts[host]!;
  try {
    const asked = clock.now();
    const text = await hosts.look(host, probeOf(host, demands));
    const window = { asked, answered: clock.now() };
    return parseProbe(text, window, placesOf(own), demands.common.underStorage !== undefined && own.usesUnderStorage);
  } catch (error) {
    if (error instanceof UserError) return unaskedOf(host, error);
    throw error;
  }
}

/** Of a host that cannot be asked: what was found, and what is to be done, which stands at the end of what SSH says. */
export function unaskedOf(host: string, error: UserError): Unasked {
  const message = error.message.startsWith(`host ${host} `)
    ? error.message.slice(`host ${host} `.length)
    : error.message;
  const fault = error instanceof SshError ? error.fault : "the look";
  const at = error instanceof SshError ? endOfFinding(error, message) : undefined;
  if (at === undefined) return { unasked: { fault, found: message, remedy: "log in there, and see what keeps it" } };
  return { unasked: { fault, found: message.slice(0, at), remedy: message.slice(at).replace(/^[:.] /, "") } };
}

function endOfFinding({ fault, reason }: SshError, message: string): number | undefined {
  const at = (mark: string): number | undefined => {
    const position = message.lastIndexOf(mark);
    return position < 0 ? undefined : position;
  };
  switch (fault) {
    case "unreachable":
      return reason === "other" ? undefined : at(": ");
    case "authentication refused":
      return at(". Put the ");
    case "host key changed":
    case "host key not pinned":
    case "sudo refused":
      return at(": ");
    default:
      return undefined;
  }
}
