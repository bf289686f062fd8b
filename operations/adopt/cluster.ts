import type { Role } from "../../components/plan/types";
import { PORT_PROPERTIES } from "../../components/spec/rules/decided-properties";
import { DEFAULT_PORTS } from "../../components/spec/spec";
import { effective, settingsOf, textOf, type Settings } from "./effective";
import type { ClusterFacts, FoundProcess, HostFacts } from "./facts";

/** How a host was reached: what the spec has to say of it. */
export interface Reach {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly hostKeys: readonly string[];
}

export interface AdoptOptions {
  readonly name: string;
  readonly prefix: string;
  /** SSH user that was asked for. */
  readonly user?: string;
  /** By the name that a host was asked by. */
  readonly reached: Readonly<Record<string, Reach>>;
  /** Machines that were connected through, by name. */
  readonly bastions: Readonly<Record<string, Reach>>;
}

/** A host as the spec will know it. */
export interface Machine {
  /** In the spec, and for the other hosts. */
  readonly name: string;
  /** By which it was asked. */
  readonly asked: string;
  readonly facts: HostFacts;
  readonly isMaster: boolean;
  readonly isWorker: boolean;
}

/** The facts, with what everything else builds on. */
export interface Cluster {
  readonly facts: ClusterFacts;
  readonly options: AdoptOptions;
  /** Masters first, in the order of conf/masters, then workers in that of conf/workers. */
  readonly machines: readonly Machine[];
  readonly masters: readonly Machine[];
  readonly workers: readonly Machine[];
}

export function clusterOf(facts: ClusterFacts, options: AdoptOptions): Cluster {
  const askedMasters = askedHosts(facts.masters, facts);
  const askedWorkers = askedHosts(facts.workers, facts);
  const machines = [...new Set([...askedMasters, ...askedWorkers])].map((asked): Machine => {
    const host = facts.hosts[asked]!;
    const isMaster = askedMasters.includes(asked);
    return {
      name: nameOf(asked, isMaster, facts),
      asked,
      facts: host,
      isMaster,
      isWorker: askedWorkers.includes(asked),
    };
  });
  const named = (asked: readonly string[]): Machine[] =>
    asked.map((one) => machines.find((machine) => machine.asked === one)!);
  return { facts, options, machines, masters: named(askedMasters), workers: named(askedWorkers) };
}

/** Those that answered, each once. */
const askedHosts = (members: ClusterFacts["masters"], { hosts }: ClusterFacts): string[] => [
  ...new Set(members.map(({ host }) => host).filter((host) => Object.hasOwn(hosts, host))),
];

const LOOPBACK = /^(?:localhost(?:\..*)?|127\..*|::1)$/i;

/**
 * What the cluster itself calls a host: a master is a member of the journal's quorum by its name, so that comes first; then
 * the line of conf/masters or conf/workers; then the name by which it was asked.
 */
function nameOf(asked: string, isMaster: boolean, facts: ClusterFacts): string {
  const host = facts.hosts[asked]!;
  const entries = [...facts.masters, ...facts.workers].filter((one) => one.host === asked).map(({ entry }) => entry);
  const own = [...host.names, ...entries, asked].map((name) => name.toLowerCase());
  const settings = isMaster ? effective(host, "master") : new Map<string, never>();
  const quorum = (textOf(settings, JOURNAL_ADDRESSES) ?? "").split(",").map((one) => one.trim().replace(/:\d+$/, ""));
  const hostname = textOf(settings, "alluxio.master.hostname") ?? "";
  const candidates = [...quorum, hostname].filter((name) => own.includes(name.toLowerCase()));
  return [...candidates, ...entries].find((name) => name !== "" && !LOOPBACK.test(name)) ?? asked;
}

export const JOURNAL_ADDRESSES = "alluxio.master.embedded.journal.addresses";

/** The members of the quorum that a master's journal knows, as `host:port`. */
export function quorumOf({ facts }: Machine, name: string): string[] {
  const settings = effective(facts, "master");
  const port = textOf(settings, PORT_PROPERTIES.journal) ?? String(DEFAULT_PORTS.journal);
  const addresses =
    textOf(settings, JOURNAL_ADDRESSES) ?? `${textOf(settings, "alluxio.master.hostname") ?? name}:${port}`;
  return addresses.split(",").map((one) => one.trim());
}

const SERVERS: readonly Role[] = ["master", "job-master", "worker", "job-worker", "proxy", "fuse"];

/** What runs, and where; where nothing of a role runs that must be there, what would. */
export interface Place {
  readonly machine: Machine;
  readonly role: Role;
  readonly process?: FoundProcess;
  readonly settings: Settings;
}

/** Every process of a role that a plan knows; and the processes that are missing, by their configuration. */
export function placesOf({ machines }: Pick<Cluster, "machines">): Place[] {
  return machines.flatMap((machine) =>
    SERVERS.flatMap((role): Place[] => {
      const processes = machine.facts.processes.filter((process) => process.role === role);
      if (processes.length > 0) {
        return processes.map((process) => ({
          machine,
          role,
          process,
          settings: settingsOf(machine.facts, role, process),
        }));
      }
      const expected = (role === "master" && machine.isMaster) || (role === "worker" && machine.isWorker);
      return expected ? [{ machine, role, settings: effective(machine.facts, role) }] : [];
    }),
  );
}
