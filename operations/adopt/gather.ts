import { posix } from "node:path";
import type { UnpersistedSight } from "../../components/plan/unpersisted";
import { DEFAULT_PORTS } from "../../components/spec/spec";
import { PORT_PROPERTIES } from "../../components/spec/rules/decided-properties";
import { asUserOfMaster } from "../../provider/probes/asUserOfMaster";
import { isLeader } from "../../provider/probes/leader";
import { LIST_UNPERSISTED, parseUnpersisted } from "../../provider/probes/unpersisted";
import { UserError } from "../../provider/rpc/resource";
import type { Ask } from "./ask";
import type { ClusterFacts, HostFacts, Installation, LeaderFacts, Member } from "./facts";
import { ASK_MASTER, LOOK, LOOK_AT_PATHS } from "./lookScript";
import { parseLook, parseMasterAnswer, parsePaths } from "./parseLook";
import { isKnown } from "./redact";
import { effective } from "./effective";
import { directoryOf, rootUnderStorage, storagePaths } from "./storagePaths";

const LOOK_SECONDS = 60;
const PATHS_SECONDS = 120;
const MASTER_SECONDS = 30;
/** The JVM lists some ten thousand files a second. */
const LIST_SECONDS = 600;

/** Host names that mean whoever reads them. */
const ITSELF = /^(?:localhost(?:\..*)?|127\..*|::1)$/i;

/**
 * Looks at a hand-made cluster, from the files of one of its masters on. Nothing is changed anywhere.
 *
 * @param connect makes these hosts reachable, all at once. Throws where one of them must not be connected to
 * @param home where Alluxio is, for a cluster that is stopped
 * @throws UserError where the first host cannot be looked at, or has no Alluxio
 */
export async function gather(
  start: string,
  connect: (hosts: readonly string[]) => Ask,
  home?: string,
): Promise<ClusterFacts> {
  const look = async (ask: Ask, host: string, hint: string | undefined): Promise<HostFacts> => {
    const question = { script: LOOK, args: [hint ?? ""], what: "a look at what is of Alluxio", seconds: LOOK_SECONDS };
    const { stdout, asRoot } = await ask(host, question);
    return parseLook(stdout, asRoot);
  };
  const first = await look(connect([start]), start, home);
  const installation = installationOf(first, start);
  const member = (entry: string): Member => ({ entry, host: isSelf(entry, first) ? start : entry });
  const named = { masters: installation.masters.map(member), workers: installation.workers.map(member) };
  const others = [...new Set([...named.masters, ...named.workers].map(({ host }) => host))].filter(
    (one) => one !== start,
  );

  const ask = connect([start, ...others]);
  const silent: Record<string, string> = {};
  const looks = await Promise.all(
    others.map(async (host): Promise<[string, HostFacts][]> => {
      try {
        return [[host, await look(ask, host, installation.home)]];
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        silent[host] = error.message;
        return [];
      }
    }),
  );
  const seen: Record<string, HostFacts> = { [start]: first, ...Object.fromEntries(looks.flat()) };
  const same = sameMachines(seen);
  const unified = ({ entry, host }: Member): Member => ({ entry, host: same.get(host) ?? host });
  const masters = named.masters.map(unified);
  const workers = named.workers.map(unified);
  const kept = Object.entries(seen).filter(([host]) => same.get(host) === host);

  const alive = Object.fromEntries(kept);
  const leader = await askLeader(ask, masters, alive);
  const root = leader?.mountTable["/"]?.uri ?? rootUnderStorage(first);
  const shared = isKnown(root) ? directoryOf(root) : undefined;
  const lookAtPaths = async (host: string, facts: HostFacts): Promise<[string, HostFacts]> => {
    const args = storagePaths(
      facts,
      shared,
      masters.some((one) => one.host === host),
    );
    const question = { script: LOOK_AT_PATHS, args, what: "a look at its directories", seconds: PATHS_SECONDS };
    return [host, { ...facts, ...parsePaths((await ask(host, question)).stdout) }];
  };
  const hosts = Object.fromEntries(await Promise.all(kept.map((one) => lookAtPaths(...one))));
  const unpersisted = await listUnpersisted(ask, leader, hosts);
  return { start, hosts, silent, masters, workers, ...(leader === undefined ? {} : { leader }), unpersisted };
}

/** The one that runs there, or that was named. */
function installationOf(facts: HostFacts, host: string): Installation {
  const [one, other] = facts.installations;
  const how = "name the directory of Alluxio there with --home, or start its processes first";
  if (one === undefined) throw new UserError(`no process of Alluxio runs on host ${host}: ${how}`);
  const master = facts.processes.find(({ role }) => role === "master");
  const running = facts.installations.find(({ confDir }) => confDir === master?.confDir);
  if (running === undefined && other !== undefined) {
    const all = facts.installations.map(({ confDir }) => confDir).join(", ");
    throw new UserError(
      `host ${host} has no master, and processes with several configurations (${all}): start at a master`,
    );
  }
  const chosen = running ?? one;
  if (chosen.masters.length > 0 && chosen.workers.length > 0) return chosen;
  const said = chosen.unreadable.length > 0 ? `cannot be read (${chosen.unreadable.join(", ")})` : "name no host";
  throw new UserError(
    `conf/masters or conf/workers of ${chosen.home} on host ${host} ${said}, so the cluster is not known`,
  );
}

const isSelf = (entry: string, { names }: HostFacts): boolean =>
  ITSELF.test(entry) || names.some((name) => name.toLowerCase() === entry.toLowerCase());

/** Every host that was asked → the first by which the same machine was asked. */
function sameMachines(hosts: Readonly<Record<string, HostFacts>>): Map<string, string> {
  const first = new Map<string, string>();
  const same = new Map<string, string>();
  for (const [host, { machineId, names }] of Object.entries(hosts)) {
    // Machines that were copied have one id; those of two names with one id are told apart by what they call themselves.
    const machine = `${machineId} ${names[0] ?? ""}`;
    if (!first.has(machine)) first.set(machine, host);
    same.set(host, first.get(machine) ?? host);
  }
  return same;
}

async function askLeader(
  ask: Ask,
  masters: readonly Member[],
  hosts: Readonly<Record<string, HostFacts>>,
): Promise<LeaderFacts | undefined> {
  for (const host of new Set(masters.map((one) => one.host))) {
    const facts = hosts[host];
    if (!facts?.processes.some(({ role }) => role === "master")) continue;
    const port = effective(facts, "master").get(PORT_PROPERTIES.masterWeb)?.value;
    const args = [isKnown(port) && /^\d+$/.test(port) ? port : String(DEFAULT_PORTS.masterWeb)];
    const { stdout } = await ask(host, {
      script: ASK_MASTER,
      args,
      what: "a question to the master",
      seconds: MASTER_SECONDS,
    });
    const answer = parseMasterAnswer(host, stdout);
    if (answer && isLeader(answer.view)) return { host, ...answer };
  }
  return undefined;
}

async function listUnpersisted(
  ask: Ask,
  leader: LeaderFacts | undefined,
  hosts: Readonly<Record<string, HostFacts>>,
): Promise<UnpersistedSight> {
  const process = hosts[leader?.host ?? ""]?.processes.find(({ role }) => role === "master");
  if (leader === undefined || process?.home === undefined) return { unknown: "no master answers" };
  const { home, confDir = posix.join(home, "conf"), uid, gid, user } = process;
  const question = {
    script: asUserOfMaster(LIST_UNPERSISTED),
    args: [home, confDir, String(uid), String(gid), user],
    what: "a list of the files in Alluxio",
    seconds: LIST_SECONDS,
  };
  try {
    return (
      parseUnpersisted((await ask(leader.host, question)).stdout) ?? { unknown: "the list did not come to its end" }
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { unknown: error.message };
  }
}
