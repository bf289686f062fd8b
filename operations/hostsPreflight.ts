import { checkHosts } from "../components/plan/hosts/checkHosts";
import { isInTheWay, type Finding } from "../components/plan/hosts/checks/finding";
import { demandsOf } from "../components/plan/hosts/demands";
import { planHosts } from "../components/plan/hosts/planHosts";
import type { ClusterSpec } from "../components/spec/spec";
import type { Hosts } from "../provider/hosts/hosts";
import { probeHosts } from "../provider/hosts/preflight/hostPreflight";

/** What all hosts of a cluster can give. */
export interface PreflightReport {
  readonly cluster: string;
  /** Absent: the cluster is not up. */
  readonly clusterId?: string;
  /** Whether nothing is in the way. */
  readonly fine: boolean;
  readonly hosts: readonly string[];
  readonly problems: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly notes: readonly string[];
}

/** Looks at every host of a spec at once, and writes nothing anywhere. */
export async function preflightOf(hosts: Hosts, spec: ClusterSpec, clusterId?: string): Promise<PreflightReport> {
  const demands = demandsOf(planHosts(spec), spec);
  const names = Object.keys(demands.hosts);
  const seen = await probeHosts(hosts, demands, names);
  const findings = checkHosts(demands, seen, clusterId === undefined ? {} : { clusterId });
  const problems = findings.filter(isInTheWay);
  const users = Object.values(demands.hosts).filter(({ usesUnderStorage }) => usesUnderStorage).length;
  return {
    cluster: spec.name,
    ...(clusterId === undefined ? {} : { clusterId }),
    fine: problems.length === 0,
    hosts: names,
    problems,
    warnings: findings.filter((one) => !isInTheWay(one)),
    notes: demands.common.underStorage !== undefined && users > 1 ? [tokenNote(demands.common.underStorage)] : [],
  };
}

const tokenNote = (path: string): string =>
  `nothing was written to ${path}: that it is the same on all hosts is proved by a token when they are first brought up`;
