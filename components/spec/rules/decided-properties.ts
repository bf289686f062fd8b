import type { Target } from "../config";
import type { PortName } from "../spec";

/** Alluxio's property of each port (property reference, 2.9). */
export const PORT_PROPERTIES: Readonly<Record<PortName, string>> = {
  masterRpc: "alluxio.master.rpc.port",
  masterWeb: "alluxio.master.web.port",
  journal: "alluxio.master.embedded.journal.port",
  jobMasterRpc: "alluxio.job.master.rpc.port",
  jobMasterWeb: "alluxio.job.master.web.port",
  jobMasterJournal: "alluxio.job.master.embedded.journal.port",
  workerRpc: "alluxio.worker.rpc.port",
  workerWeb: "alluxio.worker.web.port",
  jobWorkerRpc: "alluxio.job.worker.rpc.port",
  jobWorkerData: "alluxio.job.worker.data.port",
  jobWorkerWeb: "alluxio.job.worker.web.port",
  proxyWeb: "alluxio.proxy.web.port",
  fuseWeb: "alluxio.fuse.web.port",
};

export interface DecidedProperty {
  /** The property, or with a `*` at its end all that start so. */
  readonly property: string;
  /** The field that decides it; absent where the program does, and no field can. */
  readonly field?: string;
  /** Absent: on every target. */
  readonly only?: Target;
}

/** Properties that follow from the spec. Tuning next to them (time-outs, watermarks) stays free. */
export const DECIDED_PROPERTIES: readonly DecidedProperty[] = [
  { property: "alluxio.worker.ramdisk.size", field: "workers[].ramdisk" },
  { property: "alluxio.worker.memory.size", field: "workers[].ramdisk" },
  { property: "alluxio.worker.tieredstore.levels", field: "workers[].tiers" },
  { property: "alluxio.worker.tieredstore.level0.alias", field: "workers[].ramdisk" },
  { property: "alluxio.worker.tieredstore.level0.dirs.*", field: "workers[].ramdisk" },
  { property: "alluxio.worker.tieredstore.level1.alias", field: "workers[].tiers" },
  { property: "alluxio.worker.tieredstore.level1.dirs.*", field: "workers[].tiers" },
  { property: "alluxio.worker.tieredstore.level2.alias", field: "workers[].tiers" },
  { property: "alluxio.worker.tieredstore.level2.dirs.*", field: "workers[].tiers" },
  { property: "alluxio.worker.block.store.type", field: "workers[].ramdisk" },
  { property: "alluxio.worker.page.store.*", field: "workers[].ramdisk" },
  { property: "alluxio.worker.hostname", field: "workers" },
  { property: "alluxio.worker.container.hostname", field: "workers" },
  { property: "alluxio.job.worker.hostname", field: "workers" },
  { property: "alluxio.worker.fuse.*", field: "mounts" },
  { property: "alluxio.worker.data.server.domain.socket.*", field: "mounts[].shortCircuit" },
  { property: "alluxio.user.short.circuit.enabled", field: "mounts[].shortCircuit" },
  { property: "alluxio.user.hostname", field: "mounts[].workers" },
  { property: "alluxio.fuse.mount.point", field: "mounts[].mountPoint" },
  { property: "alluxio.fuse.mount.alluxio.path", field: "mounts[].alluxioPath" },
  { property: "alluxio.fuse.mount.options", field: "mounts[].options" },
  { property: "alluxio.fuse.mount.*", field: "mounts" },
  { property: "alluxio.fuse.web.enabled" },
  { property: "alluxio.fuse.jnifuse.libfuse.version" },
  { property: "alluxio.master.hostname", field: "masters" },
  { property: "alluxio.master.rpc.addresses", field: "masters" },
  { property: "alluxio.master.embedded.journal.addresses", field: "masters" },
  { property: "alluxio.master.journal.type", field: "masters.journal" },
  { property: "alluxio.master.journal.folder", field: "masters.journal" },
  { property: "alluxio.job.master.hostname", field: "masters" },
  { property: "alluxio.job.master.rpc.addresses", field: "masters" },
  { property: "alluxio.job.master.embedded.journal.addresses", field: "masters" },
  { property: "alluxio.zookeeper.*", field: "masters.count" },
  { property: "alluxio.proxy.hostname", field: "proxy" },
  { property: "alluxio.standby.master.web.enabled" },
  { property: "alluxio.web.ui.enabled" },
  { property: "alluxio.master.mount.table.root.option.*", field: "underStorage.options" },
  { property: "alluxio.master.mount.table.root.*", field: "underStorage" },
  { property: "alluxio.underfs.address", field: "underStorage" },
  { property: "alluxio.home" },
  { property: "alluxio.conf.dir" },
  { property: "alluxio.work.dir", field: "hosts.prefix", only: "hosts" },
  ...Object.entries(PORT_PROPERTIES).map(([port, property]) => ({ property, field: `ports.${port}` })),
];

/** @returns the row that decides a property, or undefined where the user may set it. */
export function decidedProperty(name: string, target: Target | undefined): DecidedProperty | undefined {
  return DECIDED_PROPERTIES.filter(({ only }) => only === undefined || only === target).find(({ property }) =>
    property.endsWith("*") ? name.startsWith(property.slice(0, -1)) : name === property,
  );
}
