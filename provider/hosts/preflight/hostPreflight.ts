import { isByHand } from "../../../components/plan/hosts/checks/byHand";
import {
  isUnasked,
  type AlluxioProcess,
  type Sight,
  type Unasked,
} from "../../../components/plan/hosts/checks/surroundings";
import type { ClusterDemands } from "../../../components/plan/hosts/demands";
import type { UnpersistedSight } from "../../../components/plan/unpersisted";
import { asUserOfMaster } from "../../probes/asUserOfMaster";
import { LIST_UNPERSISTED, parseUnpersisted } from "../../probes/unpersisted";
import type { HostPreflightAccess } from "../../resources/hosts/preflight";
import { orInstead, UserError } from "../../rpc/resource";
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
  return withUnpersisted(hosts, demands, Object.fromEntries(sights));
}

const MASTER = "alluxio.master.AlluxioMaster";
/** A list of more files than that is not waited for here; `alluxioctl adopt` waits longer. */
const LIST_SECONDS = 60;

/** With what a cluster made by hand tells of files that are in its caches alone, at the first of its masters. */
async function withUnpersisted(
  hosts: Hosts,
  demands: ClusterDemands,
  sights: Record<string, Sight>,
): Promise<Record<string, Sight>> {
  for (const [host, sight] of Object.entries(sights)) {
    if (isUnasked(sight)) continue;
    const held = sight.portsInUse.find(
      (one) => one.process?.alluxio?.mainClass === MASTER && isByHand(one, demands.hosts[host]!, sight),
    );
    const master = held?.process?.alluxio;
    if (master) return { ...sights, [host]: { ...sight, unpersisted: await listUnpersisted(hosts, host, master) } };
  }
  return sights;
}

function listUnpersisted(
  hosts: Hosts,
  host: string,
  { home, confDir, uid, gid, user }: AlluxioProcess,
): Promise<UnpersistedSight> {
  const look = {
    script: asUserOfMaster(LIST_UNPERSISTED),
    args: [home, confDir, String(uid), String(gid), user],
    what: "a list of the files in the Alluxio that was made by hand",
    seconds: LIST_SECONDS,
  };
  return orInstead(
    async () => parseUnpersisted(await hosts.look(host, look)) ?? { unknown: "the list did not come to its end" },
    ({ message }) => ({ unknown: message }),
  );
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
