import { PORT_PROPERTIES } from "../spec/rules/decided-properties";
import { DEFAULT_PORTS, type ClusterSpec, type FuseMountSpec, type PortName } from "../spec/spec";
import { ROOT_OPTION_PREFIX } from "./credentials";
import { JOURNAL_FOLDER } from "./quorum";
import { jobMasterHostname, mastersOf, proxyHostname, type PlannedMaster, type PlannedWorker } from "./topology";
import { JOURNAL_PATH, RAMDISK_PATH, underStorageUri } from "./volumes";

/** The user of the official image, and so Alluxio's superuser. */
const IMAGE_USER = "alluxio";

export type Properties = Readonly<Record<string, string>>;

/** What every process and every shell of the cluster must agree on. */
export function commonProperties(spec: ClusterSpec): Properties {
  const masters = mastersOf(spec);
  return {
    ...listPorts(spec),
    // A worker refuses to start when it knows a single master by this list alone.
    "alluxio.master.hostname": masters[0]!.hostname,
    "alluxio.master.rpc.addresses": addresses(masters, spec.ports.masterRpc),
    "alluxio.job.master.hostname": jobMasterHostname(spec),
    "alluxio.job.master.rpc.addresses": `${jobMasterHostname(spec)}:${spec.ports.jobMasterRpc}`,
    // Written once to the ramdisk and to the under storage before a close returns. Alluxio's own default,
    // ASYNC_THROUGH, loses what a dead worker had not yet persisted.
    "alluxio.user.file.writetype.default": "CACHE_THROUGH",
    // Looks a new release up on the internet, and the cloud's metadata service on the way.
    "alluxio.master.update.check.enabled": "false",
    "alluxio.exit.collect.info": "false",
    ...spec.properties,
  };
}

export function masterProperties(spec: ClusterSpec, master: PlannedMaster): Properties {
  return {
    ...commonProperties(spec),
    "alluxio.master.hostname": master.hostname,
    "alluxio.master.journal.type": "EMBEDDED",
    [JOURNAL_FOLDER]: spec.target === "hosts" ? spec.masters.journal.path : JOURNAL_PATH,
    "alluxio.master.embedded.journal.addresses": addresses(mastersOf(spec), spec.ports.journal),
    "alluxio.master.mount.table.root.ufs": underStorageUri(spec),
    ...prefixed(ROOT_OPTION_PREFIX, spec.underStorage.options),
    // By default a standby answers on no port but the journal's, and nothing could tell a frozen one from a healthy one.
    "alluxio.standby.master.web.enabled": "true",
    // Until then a dead worker counts as live; Alluxio's default is five minutes.
    "alluxio.master.worker.timeout": "1min",
    ...spec.properties,
  };
}

export function jobMasterProperties(spec: ClusterSpec): Properties {
  return {
    "alluxio.master.journal.type": "EMBEDDED",
    [JOURNAL_FOLDER]: spec.target === "hosts" ? spec.masters.journal.path : JOURNAL_PATH,
    "alluxio.job.master.embedded.journal.addresses": `${jobMasterHostname(spec)}:${spec.ports.jobMasterJournal}`,
    ...commonProperties(spec),
  };
}

export function workerProperties(spec: ClusterSpec, worker: PlannedWorker): Properties {
  const size = worker.ramdisk.toString();
  const tiers = Object.fromEntries(
    worker.tiers.flatMap((tier, i) => [
      [`alluxio.worker.tieredstore.level${i + 1}.alias`, tier.alias],
      [`alluxio.worker.tieredstore.level${i + 1}.dirs.path`, `${tier.path}/${worker.name}`],
      [`alluxio.worker.tieredstore.level${i + 1}.dirs.quota`, tier.quota.toString()],
    ]),
  );
  return {
    "alluxio.worker.hostname": worker.name,
    "alluxio.worker.ramdisk.size": size,
    "alluxio.worker.tieredstore.levels": String(1 + worker.tiers.length),
    "alluxio.worker.tieredstore.level0.alias": "MEM",
    "alluxio.worker.tieredstore.level0.dirs.path": RAMDISK_PATH,
    "alluxio.worker.tieredstore.level0.dirs.quota": size,
    ...tiers,
    ...commonProperties(spec),
  };
}

/** A job worker stands beside its worker: it bears its name, so that jobs run where the blocks are, and sees its ramdisk. */
export function jobWorkerProperties(spec: ClusterSpec, worker: PlannedWorker): Properties {
  return {
    "alluxio.job.worker.hostname": worker.name,
    "alluxio.worker.hostname": worker.name,
    "alluxio.user.hostname": worker.name,
    ...commonProperties(spec),
  };
}

export function proxyProperties(spec: ClusterSpec): Properties {
  return { "alluxio.proxy.hostname": proxyHostname(spec), ...commonProperties(spec) };
}

export function fuseProperties(spec: ClusterSpec, mount: FuseMountSpec, worker: string, webPort: number): Properties {
  return {
    // Short circuit: the client bears the name of the worker whose ramdisk it sees, and so opens the block files itself.
    ...(mount.shortCircuit ? { "alluxio.user.hostname": worker } : {}),
    "alluxio.user.short.circuit.enabled": String(mount.shortCircuit),
    "alluxio.fuse.jnifuse.libfuse.version": spec.target === "hosts" ? String(spec.hosts.libfuse) : "3",
    // Opening /dev/fuse may take root; towards the masters the process is the user that they run as.
    "alluxio.security.login.username": spec.target === "hosts" ? spec.hosts.service.user : IMAGE_USER,
    // The one thing that answers for this JVM without asking a master.
    "alluxio.fuse.web.enabled": "true",
    ...commonProperties(spec),
    ...(webPort === spec.ports.fuseWeb ? {} : { [PORT_PROPERTIES.fuseWeb]: String(webPort) }),
  };
}

function listPorts(spec: ClusterSpec): Properties {
  const names = Object.keys(DEFAULT_PORTS) as PortName[];
  return Object.fromEntries(
    names
      .filter((name) => spec.ports[name] !== DEFAULT_PORTS[name])
      .map((name) => [PORT_PROPERTIES[name], String(spec.ports[name])]),
  );
}

const addresses = (masters: readonly PlannedMaster[], port: number): string =>
  masters.map((master) => `${master.hostname}:${port}`).join(",");

const prefixed = (prefix: string, properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [prefix + key, value]));
