import { unitId } from "../../components/plan/hosts/names";
import { dividingChanges } from "../../components/plan/rollout";
import type { Role } from "../../components/plan/types";
import { PORT_PROPERTIES } from "../../components/spec/rules/decided-properties";
import { DEFAULT_PORTS, type PortName } from "../../components/spec/spec";
import { writeBackup } from "../probes/backup";
import { askMaster, isLeader } from "../probes/leader";
import { askQuorum, dismiss, elect } from "../probes/quorum";
import { parseProperties } from "../probes/runningProperties";
import type { Clock } from "../clock";
import { isStale } from "../resources/hosts/service";
import type { RolloutAccess, RolloutCluster } from "../rollout/access";
import type { ComparedProcess, RunningProcess } from "../rollout/process";
import { orInstead } from "../rpc/resource";
import type { Installation } from "../../components/plan/hosts/installation";
import { hostCommands } from "./hostCommands";
import { lookAtMount, parseHostMount } from "./hostFuseMount";
import { conditionOf, journalOf, lookAtService, parseUnitSight, runOf } from "./hostService";
import type { Hosts } from "./hosts";

/** A service of a host, as far as one has to know it to see how it runs. */
export interface RolledService {
  readonly host: string;
  readonly unit: string;
  readonly role: Role;
  readonly healthPort: number;
  /** Of a FUSE process. */
  readonly mountPoint?: string;
}

/** A process as the program declares its service: a difference restarts it. */
export interface DeclaredService extends RolledService {
  readonly unitText: string;
  /** Of what it reads when it starts; with credentials `<of all else>-<with them>`. */
  readonly configDigest: string;
  /** Path of its alluxio-site.properties. */
  readonly site: string;
  /** Masters: what decides whether old and new can talk to each other. @default {} */
  readonly properties?: Readonly<Record<string, string>>;
}

export interface HostRolloutCluster extends RolloutCluster {
  readonly installation: Installation;
  readonly masterWebPort: number;
  /** By {@link unitId}: the masters, and whatever else is asked about. */
  readonly services: Readonly<Record<string, RolledService>>;
}

const WEB_PORTS: Readonly<Record<Role, PortName>> = {
  master: "masterWeb",
  "job-master": "jobMasterWeb",
  worker: "workerWeb",
  "job-worker": "jobWorkerWeb",
  proxy: "proxyWeb",
  fuse: "fuseWeb",
};

/**
 * Of what a master is told, what tells here whether old and new can talk to each other. Which port an old master answers on
 * is known from nowhere once its file is written anew.
 */
export const TALKING = [
  "alluxio.master.rpc.port",
  "alluxio.master.embedded.journal.port",
  "alluxio.security.authentication.type",
  PORT_PROPERTIES.masterWeb,
] as const;

/** File. Prints ports and whom the process lets in, and no secret. */
const SITE = `grep -a -E '^alluxio\\.([a-z.]+\\.port|security\\.authentication\\.type)=' -- "$1" 2>/dev/null
exit 0
`;

/** A cluster of services of hosts that is being changed. */
export function hostRollout(hosts: Hosts, clock: Clock): RolloutAccess<DeclaredService, HostRolloutCluster> {
  const commandsOf = ({ installation }: HostRolloutCluster) => hostCommands(hosts, installation);

  const siteOf = async ({ host, site }: DeclaredService): Promise<Readonly<Record<string, string>>> =>
    parseProperties(await hosts.look(host, { script: SITE, args: [site], what: site }));

  const look = async (cluster: HostRolloutCluster, service: RolledService): Promise<Sight> => {
    const { host, unit, mountPoint, healthPort } = service;
    const asked = { host, clusterId: cluster.clusterId, unit: { name: unit } };
    if (mountPoint === undefined) {
      const text = await lookAtService(hosts, { ...asked, health: { port: healthPort, path: "/" } });
      const condition = conditionOf(text);
      return { text, serving: condition === "running", state: condition };
    }
    const text = await lookAtMount(hosts, { ...asked, mountPoint });
    const { process, condition } = parseHostMount(text, mountPoint);
    const serving = process === "running" && condition === "mounted";
    return { text, serving, state: condition === "mounted" ? process : `${process}, its mount is ${condition}` };
  };

  const running = (service: RolledService, { text, serving, state }: Sight): RunningProcess | undefined => {
    // Nobody of this cluster has ever started it.
    if (parseUnitSight(text).configDigest === "") return undefined;
    const { restarts, ageSeconds } = runOf(text);
    // By the age, for the clocks of hosts differ.
    const startedAt = clock.now() - ageSeconds * 1000;
    return { id: unitId(service), serving, state, restarts, startedAt };
  };

  const unseen = (service: RolledService, why: string): RunningProcess => ({
    ...{ id: unitId(service), serving: false, state: `not to be seen (${why})` },
    ...{ restarts: 0, startedAt: 0 },
  });

  return {
    bearer: "service",
    // What was started here stands in the host's ledger; a host that lost it has nothing that could be kept serving.
    absentMastersAreNew: true,

    compare: (cluster, declared) =>
      orInstead<ComparedProcess | undefined, ComparedProcess>(
        async () => {
          const site = await siteOf(declared);
          const sight = await look(cluster, { ...declared, healthPort: answeringPort(declared, site) });
          const found = running(declared, sight);
          return found && { ...found, ...compared(declared, parseUnitSight(sight.text), site) };
        },
        // One dead host must not keep the others from being looked at.
        ({ message }) => ({ ...unseen(declared, message), ...UNKNOWN, master: declared.role === "master" }),
      ),

    async inspect(cluster, process) {
      const isMaster = ({ role, host }: RolledService): boolean => role === "master" && host === process;
      const service = cluster.services[process] ?? Object.values(cluster.services).find(isMaster);
      if (!service) return undefined;
      return orInstead(
        async () => running(service, await look(cluster, service)),
        ({ message }) => unseen(service, message),
      );
    },

    async leader(cluster) {
      for (const master of cluster.masters) {
        const view = await orInstead(
          () => askMaster(commandsOf(cluster), master, cluster.masterWebPort),
          () => undefined,
        );
        if (view && isLeader(view)) return view;
      }
      return undefined;
    },

    quorum: (cluster) => askQuorum(commandsOf(cluster), cluster.masters),

    now: async () => clock.now(),

    async lastError(cluster, id) {
      const service = cluster.services[id];
      if (!service) return "its journal is not known";
      return orInstead(
        async () => lastErrorIn(await journalOf(hosts, service.host, service.unit)),
        ({ message }) => message,
      );
    },

    backup: (cluster, leader, directory) => writeBackup(commandsOf(cluster), leader, directory),
    elect: (cluster, leader, address) => elect(commandsOf(cluster), leader, address),
    dismiss: (cluster, address) => dismiss(commandsOf(cluster), cluster.masters, address),
  };
}

interface Sight extends Pick<RunningProcess, "serving" | "state"> {
  readonly text: string;
}

type Comparison = Omit<ComparedProcess, keyof RunningProcess>;

const UNKNOWN: Comparison = { master: false, differs: false, dividing: [], credentialsAlone: false };

/** The port on which it answers that runs: its file is written anew only after this look. */
function answeringPort({ role, healthPort }: DeclaredService, site: Readonly<Record<string, string>>): number {
  const name = WEB_PORTS[role];
  if (Object.keys(site).length === 0) return healthPort;
  return Number(site[PORT_PROPERTIES[name]] ?? DEFAULT_PORTS[name]);
}

export function compared(
  declared: DeclaredService,
  seen: { readonly unitText: string; readonly configDigest: string },
  site: Readonly<Record<string, string>>,
): Comparison {
  const { role, unitText, configDigest, properties = {} } = declared;
  const master = role === "master";
  const stale = (digest: (text: string) => string): boolean =>
    isStale(
      { unit: { text: seen.unitText }, configDigest: digest(seen.configDigest) },
      { unit: { text: unitText }, configDigest: digest(configDigest) },
    );
  const differs = stale((digest) => digest);
  return {
    master,
    differs,
    // What it was told is not known where its file is gone.
    dividing: master && Object.keys(site).length > 0 ? dividing(site, properties) : [],
    credentialsAlone: master && differs && !stale((digest) => digest.replace(/-.*$/, "")),
  };
}

function dividing(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] {
  const web = PORT_PROPERTIES.masterWeb;
  return [...dividingChanges(before, after), ...(before[web] === after[web] ? [] : [web])];
}

const LONGEST = 300;

function lastErrorIn(journal: string): string {
  const lines = journal.trim().split("\n");
  const error = lines.filter((line) => /ERROR|FATAL|[Ee]rror:|Exception|Unrecognized/.test(line)).at(-1);
  if (error !== undefined) return `its journal says: ${error.trim().slice(0, LONGEST)}`;
  return `its journal ends: ${lines.at(-1)!.trim().slice(0, LONGEST) || "with nothing"}`;
}
