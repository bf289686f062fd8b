import { checkBackup, checkByHand } from "./checks/byHand";
import { checkMemory, checkPlaces } from "./checks/capacity";
import { checkClocks } from "./checks/clock";
import { isInTheWay, type Finding, type Trouble } from "./checks/finding";
import { checkVersions, majorityOf, versionsOf, type Versions } from "./checks/majority";
import { checkPeers } from "./checks/peers";
import { checkClaims, checkMountPoints, checkPorts } from "./checks/ports";
import { checkFuse, checkJava, checkSystem, checkUser, userWarning } from "./checks/software";
import { isUnasked, type HostSurroundings, type Sight } from "./checks/surroundings";
import {
  checkRoot,
  checkSameRoot,
  identityOf,
  mostFrequent,
  type RootIdentity,
  type TokenSight,
} from "./checks/underStorage";
import type { ClusterDemands, HostDemands } from "./demands";

/** What earlier looks have found, for hosts that are not looked at this time. Plain JSON data. */
export interface Known {
  /** The versions that most hosts have. */
  readonly versions: Versions;
  readonly root?: RootIdentity;
}

export interface CheckContext {
  /** Absent: the cluster is not made yet, so that nothing on any host is its own. */
  readonly clusterId?: string;
  readonly known?: Known;
  readonly token?: TokenSight;
}

/**
 * What the hosts cannot give to a plan; none where it fits. Pure.
 *
 * @param seen the hosts that were looked at, all or some
 * @returns in the order of `seen`, of each host what it is refused for before what is only odd
 * @example checkHosts(demandsOf(planHosts(spec), spec), { blue4: surroundings }) // [{ host: "blue4", what: "port 19998", ... }]
 */
export function checkHosts(
  demands: ClusterDemands,
  seen: Readonly<Record<string, Sight>>,
  context: CheckContext = {},
): Finding[] {
  const asked = askedOf(seen);
  const off = new Set(Object.keys(seen).filter((host) => !asked.has(host)));
  const clocks = checkClocks(new Map([...asked].map(([host, { clock }]) => [host, clock])));
  const roots = checkSameRoot(rootsOf(demands, asked), {
    users: Object.values(demands.hosts).filter(({ usesUnderStorage }) => usesUnderStorage).length,
    ...(context.known?.root === undefined ? {} : { known: context.known.root }),
    ...(context.token === undefined ? {} : { token: context.token }),
  });
  const versions = versionsAmong(demands, asked, context.known);
  const uids = uidsOf(demands, asked);
  return Object.entries(seen).flatMap(([host, sight]): Finding[] => {
    if (isUnasked(sight)) {
      const { fault: what, found, remedy } = sight.unasked;
      return [{ host, what, found, remedy, level: "refused" }];
    }
    const own = demands.hosts[host];
    if (own === undefined) return [];
    const troubles = [
      ...checkHost(demands, own, sight, context.clusterId),
      ...checkPeers(host, sight, off),
      ...present(clocks.get(host)),
      ...present(roots.get(host)),
      ...userWarning(demands.common, uids, host),
      ...checkVersions(versionsOf(sight, demands.common.libfuse), versions),
    ];
    const problems = troubles.filter(isInTheWay);
    // What is refused need not be called odd as well.
    const oddities = troubles.filter((one) => !isInTheWay(one) && !problems.some(({ what }) => what === one.what));
    return [...problems, ...oddities].map((one) => ({ host, ...one }));
  });
}

/** What one host alone shows. */
function checkHost(
  { common }: ClusterDemands,
  demands: HostDemands,
  seen: HostSurroundings,
  clusterId: string | undefined,
): Trouble[] {
  return [
    ...checkSystem(seen),
    ...checkUser(common, seen),
    ...checkMemory(demands, seen),
    ...checkPlaces(common, demands, seen),
    ...checkClaims(demands, seen, clusterId),
    ...checkPorts(demands, seen, clusterId),
    ...checkMountPoints(demands, seen),
    ...checkByHand(demands, seen),
    ...checkBackup(demands, seen),
    ...checkJava(common, seen),
    ...checkFuse(common, demands, seen),
    ...(common.underStorage !== undefined && demands.usesUnderStorage
      ? checkRoot(common.underStorage, common.user.name, seen)
      : []),
  ];
}

/** What is to be known of these hosts when others are looked at. */
export function knownAfter(demands: ClusterDemands, seen: Readonly<Record<string, Sight>>, before?: Known): Known {
  const asked = askedOf(seen);
  const identities = [...rootsOf(demands, asked).values()];
  const root = identities.length > 0 ? mostFrequent(identities) : before?.root;
  return { versions: versionsAmong(demands, asked, before), ...(root === undefined ? {} : { root }) };
}

const present = <T>(one: T | undefined): T[] => (one === undefined ? [] : [one]);

const askedOf = (seen: Readonly<Record<string, Sight>>): Map<string, HostSurroundings> =>
  new Map(Object.entries(seen).flatMap(([host, sight]) => (isUnasked(sight) ? [] : [[host, sight] as const])));

function rootsOf(
  { common: { underStorage }, hosts }: ClusterDemands,
  asked: ReadonlyMap<string, HostSurroundings>,
): Map<string, RootIdentity> {
  return new Map(
    [...asked].flatMap(([host, { root }]) =>
      underStorage === undefined || typeof root !== "object" || hosts[host]?.usesUnderStorage !== true
        ? []
        : [[host, identityOf(root)] as const],
    ),
  );
}

const uidsOf = ({ hosts }: ClusterDemands, asked: ReadonlyMap<string, HostSurroundings>): Map<string, number> =>
  new Map(
    [...asked].flatMap(([host, { user }]) =>
      user.uid === undefined || hosts[host]?.usesUnderStorage !== true ? [] : [[host, user.uid] as const],
    ),
  );

/** Of all hosts where most of them were looked at, else as it was known. */
function versionsAmong(
  { common: { libfuse }, hosts }: ClusterDemands,
  asked: ReadonlyMap<string, HostSurroundings>,
  known: Known | undefined,
): Versions {
  const among = majorityOf([...asked.values()].map((one) => versionsOf(one, libfuse)));
  const most = asked.size * 2 > Object.keys(hosts).length;
  return most ? { ...known?.versions, ...among } : { ...among, ...known?.versions };
}
