import { isDeepStrictEqual } from "node:util";
import { checkHosts, knownAfter, type CheckContext, type Known } from "../../../components/plan/hosts/checkHosts";
import { isInTheWay, type Finding } from "../../../components/plan/hosts/checks/finding";
import type { Sight } from "../../../components/plan/hosts/checks/surroundings";
import type { TokenSight } from "../../../components/plan/hosts/checks/underStorage";
import type { ClusterDemands } from "../../../components/plan/hosts/demands";
import { changesBetween } from "../../rpc/changes";
import { UserError, type Progress, type ResourceKind } from "../../rpc/resource";
import { isUnknown, plain } from "../../rpc/values";
import { clusterIdMistakes } from "./onHost";

/** What the hosts of a cluster have to give, before anything on them is touched. */
export interface HostPreflightInputs extends ClusterDemands {
  readonly clusterId: string;
}

export interface HostPreflightState extends HostPreflightInputs {
  /** What the looks have found, for those hosts that are not looked at next time. */
  readonly known?: Known;
}

export interface HostPreflightAccess {
  /** Looks at these hosts at once, and changes nothing. Whoever cannot be asked is among the answers. */
  probe(demands: ClusterDemands, hosts: readonly string[]): Promise<Readonly<Record<string, Sight>>>;
  /**
   * One host writes a token into the root under storage, the others look for it, and it is removed again.
   * @throws UserError where a host is lost meanwhile
   */
  prove(
    demands: ClusterDemands,
    clusterId: string,
    who: { readonly writers: readonly string[]; readonly readers: readonly string[] },
  ): Promise<TokenSight>;
}

interface How {
  /** Whether something is touched afterwards; else it is a preview. */
  readonly acts: boolean;
  readonly progress: Progress | undefined;
}

/**
 * Looks at hosts before anything is touched: at new and changed ones, all at once, on preview too. Everything that one of
 * them cannot give is told in one table. An unchanged cluster costs no connection.
 *
 * That the under storage is the same on all hosts is proved when they are first made part of the cluster, by a token.
 *
 * @param expected hears in each run of the program what the hosts have to give
 */
export function hostPreflightKind(
  access: HostPreflightAccess,
  table: (findings: readonly Finding[], looked: number) => string,
  expected: (demands: HostPreflightInputs) => void = () => undefined,
): ResourceKind<HostPreflightInputs, HostPreflightState> {
  const settled = (
    news: HostPreflightInputs,
    seen: Readonly<Record<string, Sight>>,
    before?: Known,
  ): HostPreflightState => ({ ...news, known: knownAfter(news, seen, before) });

  const tell = (findings: readonly Finding[], looked: number, { acts, progress }: How): void => {
    const problems = findings.filter(isInTheWay);
    const isRefused = acts ? problems.length > 0 : problems.some(({ level }) => level === "refused");
    if (isRefused)
      throw new UserError(`the hosts cannot run the cluster yet, and nothing was touched: ${table(problems, looked)}`);
    const verdict =
      problems.length > 0
        ? "the hosts can run the cluster once what was made by hand has ended there, and no sooner is anything touched"
        : "the hosts can run the cluster; still";
    if (findings.length > 0) progress?.warn(`${verdict}: ${table(findings, looked)}`);
  };

  const look = async (
    news: HostPreflightInputs,
    state: HostPreflightState | undefined,
    how: How,
  ): Promise<HostPreflightState> => {
    const names = hostsToLookAt(state, news);
    if (names.length === 0) return settled(news, {}, state?.known);
    how.progress?.status(`looks at ${names.length} host${names.length === 1 ? "" : "s"}`);
    const seen = await access.probe(news, names);
    const context: CheckContext = {
      ...(isUnknown(news.clusterId) ? {} : { clusterId: news.clusterId }),
      ...(state?.known === undefined || !sameRoot(state, news) ? {} : { known: state.known }),
    };
    const findings = checkHosts(news, seen, context);
    if (!how.acts || findings.some(isInTheWay)) {
      tell(findings, names.length, how);
      return settled(news, seen, context.known);
    }
    const who = whoProves(state, news);
    const token = who && (await access.prove(news, news.clusterId, who));
    tell(token ? checkHosts(news, seen, { ...context, token }) : findings, names.length, how);
    return settled(news, seen, context.known);
  };

  return {
    token: "alluxio:hosts:Preflight",
    check: async ({ news }) => {
      expected(news);
      return clusterIdMistakes({ host: "", clusterId: news.clusterId });
    },
    diff: ({ state, news }) => [
      ...changesBetween(plain(state.common), plain(news.common), "common"),
      ...changesBetween(plain(state.hosts), plain(news.hosts), "hosts"),
    ],
    preview: async ({ news, state, progress }) => plain(await look(news, state, { acts: false, progress })),
    create: async ({ name, news, progress }) => ({
      id: name,
      state: await look(news, undefined, { acts: true, progress }),
    }),
    // It is about what is to come; what is there already the other resources look at.
    read: async ({ state }) => state,
    update: ({ state, news, progress }) => look(news, state, { acts: true, progress }),
    delete: async () => undefined,
  };
}

/** The new and the changed ones; all where something has changed that concerns all. */
export function hostsToLookAt(state: HostPreflightState | undefined, news: HostPreflightInputs): string[] {
  const all = Object.keys(news.hosts);
  if (state === undefined || !isDeepStrictEqual(plain(state.common), plain(news.common))) return all;
  return all.filter((host) => !isDeepStrictEqual(state.hosts[host], plain(news.hosts[host]!)));
}

const sameRoot = (state: HostPreflightState, news: HostPreflightInputs): boolean =>
  state.common.underStorage === news.common.underStorage;

/**
 * Who writes the token, and who looks for it. Hosts that have proved it before vouch for those that are new.
 *
 * @returns undefined where there is nothing to be proved
 */
export function whoProves(
  state: HostPreflightState | undefined,
  news: HostPreflightInputs,
): { readonly writers: readonly string[]; readonly readers: readonly string[] } | undefined {
  const users = Object.keys(news.hosts).filter((host) => news.hosts[host]!.usesUnderStorage);
  const proved =
    state !== undefined && sameRoot(state, news)
      ? users.filter((host) => state.hosts[host]?.usesUnderStorage === true)
      : [];
  const readers = users.filter((host) => !proved.includes(host));
  if (news.common.underStorage === undefined || users.length < 2 || readers.length === 0) return undefined;
  return { writers: proved.length > 0 ? proved : users, readers };
}
