import { formatPath, select } from "../path";
import { DEFAULT_PORTS, type PortName } from "../spec";
import { entriesOf, finding, type ConfigDraft, type Rule, type RuleContext } from "./rule";
import { sshField } from "./ssh-places";

const PORT_NAMES = Object.keys(DEFAULT_PORTS) as PortName[];
const FIELDS = [...PORT_NAMES.map((name) => `ports.${name}`), "ports.published", ...sshField("port")];
export const HIGHEST_PORT = 65535;
const SSH_PORT = 22;

const MASTER: readonly PortName[] = ["masterRpc", "masterWeb", "journal"];
const JOB_MASTER: readonly PortName[] = ["jobMasterRpc", "jobMasterWeb", "jobMasterJournal"];
const WORKER: readonly PortName[] = ["workerRpc", "workerWeb"];
const JOB_WORKER: readonly PortName[] = ["jobWorkerRpc", "jobWorkerData", "jobWorkerWeb"];

export const PORT_RULES: readonly Rule[] = [
  {
    name: "ports.range",
    path: FIELDS,
    message: `A port is from 1 to ${HIGHEST_PORT}.`,
    example: { yaml: "ports: { masterWeb: 70000 }", at: "ports.masterWeb" },
    *check(config) {
      for (const pattern of FIELDS) {
        for (const { path, value } of select(config, pattern)) {
          if (typeof value === "number" && !isPort(value)) yield finding(path, `must be from 1 to ${HIGHEST_PORT}.`);
        }
      }
    },
  },
  {
    name: "ports.clash",
    path: PORT_NAMES.map((name) => `ports.${name}`),
    message:
      "No two ports that are open on the same machine are equal. On target docker each process has a network of its own; elsewhere all processes of a machine share one.",
    example: { yaml: "ports: { masterWeb: 19998 }", at: "ports.masterWeb" },
    *check(config, context) {
      const said = new Set<string>();
      for (const machine of machines(config, context)) {
        for (const [index, name] of machine.entries()) {
          for (const other of machine.slice(0, index)) {
            const port = portOf(config, name);
            // The two defaults differ, so at least one was set: that is the one to change.
            const [set, kept] = config.ports?.[name] === undefined ? [other, name] : [name, other];
            if (port === undefined || port !== portOf(config, other) || said.has(`${set} ${kept}`)) continue;
            said.add(`${set} ${kept}`);
            const state = config.ports?.[kept] === undefined ? " (its default)" : "";
            yield finding(["ports", set], `is already the port of ${kept}${state}, in the same place: choose another.`);
          }
        }
      }
    },
  },
  {
    name: "ports.ssh",
    path: PORT_NAMES.map((name) => `ports.${name}`),
    message: "On target hosts no port is that of SSH.",
    example: {
      yaml: "{ target: hosts, masters: { hosts: [h1] }, workers: [{ name: a, ramdisk: 1GB, hosts: [h1] }], underStorage: { path: /nfs }, ports: { masterWeb: 22 } }",
      at: "ports.masterWeb",
    },
    *check(config, { target, sound }) {
      if (target !== "hosts" || !sound("hosts") || !sound("workers")) return;
      const taken = sshPorts(config);
      for (const name of PORT_NAMES) {
        const field = taken.get(portOf(config, name) ?? 0);
        if (field !== undefined)
          yield finding(["ports", name], `is the port of SSH on the hosts (${field}): choose another.`);
      }
    },
  },
  {
    name: "ports.published-range",
    path: ["ports.published"],
    message: "The ports published for all masters, one after the other from `ports.published` on, exist.",
    example: { yaml: "{ ports: { published: 65534 }, masters: { count: 3 } }", at: "ports.published" },
    *check({ ports, masters }) {
      const first = ports?.published;
      const count = masters?.count ?? 1;
      if (first === undefined || !isPort(first) || count > HIGHEST_PORT || first + count - 1 <= HIGHEST_PORT) return;
      yield finding(
        ["ports", "published"],
        `is too high: ${count} masters take ${first} to ${first + count - 1}, and ports end at ${HIGHEST_PORT}.`,
        String(HIGHEST_PORT - count + 1),
      );
    },
  },
];

function isPort(value: number): boolean {
  return value >= 1 && value <= HIGHEST_PORT;
}

/** @returns the port, unless what is written there has already been refused. */
export function portOf({ ports }: ConfigDraft, name: PortName): number | undefined {
  const port = ports?.[name] ?? DEFAULT_PORTS[name];
  return isPort(port) ? port : undefined;
}

/** The ports of SSH on the hosts of the cluster, and the field that says so. */
function sshPorts(config: ConfigDraft): Map<number, string> {
  const fields = ["hosts.port", "workers[].ssh.port", "hosts.addresses.*.port"];
  const given = fields.flatMap((field) => [...select(config, field)]);
  const ports = new Map(given.map(({ path, value }) => [Number(value), formatPath(path)]));
  // Where ~/.ssh/config names another one, only the look at the hosts can tell.
  return config.hosts?.port === undefined && !ports.has(SSH_PORT) ? ports.set(SSH_PORT, "hosts.port") : ports;
}

/** The ports that are open in one place, for every kind of place. */
export function machines(config: ConfigDraft, { target, sound }: RuleContext): (readonly PortName[])[] {
  const proxy: readonly PortName[] = config.proxy?.enabled === true ? ["proxyWeb"] : [];
  const fuse: readonly PortName[] = (config.mounts?.length ?? 0) > 0 ? ["fuseWeb"] : [];
  const masters = [...MASTER, ...JOB_MASTER, ...proxy];
  const workers = [...WORKER, ...JOB_WORKER, ...fuse, ...proxy];
  const together = [...MASTER, ...JOB_MASTER, ...WORKER, ...JOB_WORKER, ...proxy, ...fuse];
  switch (target) {
    case undefined:
      return [];
    case "docker":
      return [MASTER, JOB_MASTER, WORKER, JOB_WORKER];
    case "kubernetes":
      return [together];
    case "hosts": {
      const masterHosts = config.masters?.hosts ?? [];
      const workerHosts = [...entriesOf(config.workers)].flatMap(({ value }) => value.hosts ?? []);
      const known = sound("masters") && sound("workers");
      const shared = known && masterHosts.some((host) => host !== undefined && workerHosts.includes(host));
      return shared ? [together] : [masters, workers];
    }
  }
}
