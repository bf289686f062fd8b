import type { ClusterSpec } from "../../spec/spec";
import { RESTORE_PROPERTY } from "../backup";
import { layoutOf } from "./layout";
import { usesUnderStorage } from "./storage";
import type { HostPlan, HostsPlan, ServiceUserPlan } from "./types";

/**
 * What a cluster asks of its machines before anything is touched: as little of the plan as preflight needs, for it stands in
 * the state, and a host whose entry changes is looked at again.
 */
export interface ClusterDemands {
  readonly common: CommonDemands;
  readonly hosts: Readonly<Record<string, HostDemands>>;
}

/** The same on every host: all are looked at again when it changes. */
export interface CommonDemands {
  /** Directory that everything is installed in. */
  readonly prefix: string;
  /** `own`: that of the PATH; `brought`: the cluster brings it; else the home of one that each host has. */
  readonly java: "own" | "brought" | { readonly home: string };
  readonly libfuse: 2 | 3;
  readonly user: Pick<ServiceUserPlan, "name" | "group" | "uid" | "gid">;
  /** Whether hosts load an archive themselves. */
  readonly downloads: boolean;
  /** Directory of the root under storage. */
  readonly underStorage?: string;
  /** Hosts of the masters, which every host has to reach. */
  readonly masters: readonly string[];
}

export interface HostDemands {
  /** Everything that may be used at once: JVMs and a full ramdisk. */
  readonly memoryMiB: number;
  /** Port → process that opens it. */
  readonly ports: Readonly<Record<string, string>>;
  /** Units of the processes. */
  readonly units: readonly string[];
  /** Directory that is written to → what must be free there before the first start, in MiB. */
  readonly places: Readonly<Record<string, number>>;
  readonly ramdisk?: {
    readonly path: string;
    readonly source: string;
    readonly unit: string;
    readonly sizeMiB: number;
  };
  /** Mount point → its unit. */
  readonly mountPoints: Readonly<Record<string, string>>;
  readonly usesUnderStorage: boolean;
  /** Of a master that is to begin with a backup: that file, which has to be there as long as the journal is not. */
  readonly backup?: { readonly path: string; readonly journal: string };
  /** Where its sshd listens: a port that is surely served before the cluster is. */
  readonly sshPort: number;
}

/**
 * What must be free wherever a cluster writes, so that it starts at all: logs, the journal, the first files. How much will
 * come nobody knows.
 */
export const SMALLEST_FREE_MIB = 512;
const DEFAULT_SSH_PORT = 22;

/** Pure: the same spec always gives the same demands. */
export function demandsOf({ hosts }: HostsPlan, spec: ClusterSpec): ClusterDemands {
  const { java, libfuse, release } = spec.hosts;
  const user = hosts[0]?.user;
  const { user: name, group } = spec.hosts.service;
  return {
    common: {
      prefix: layoutOf(spec).prefix,
      java: java === undefined ? "own" : "home" in java ? { home: java.home } : "brought",
      libfuse,
      user: {
        name,
        group,
        ...(user?.uid === undefined ? {} : { uid: user.uid }),
        ...(user?.gid === undefined ? {} : { gid: user.gid }),
      },
      downloads: [release, java].some((archive) => archive !== undefined && "url" in archive),
      ...(spec.underStorage.kind === "path" ? { underStorage: spec.underStorage.path } : {}),
      masters: [...new Set(spec.masters.hosts)],
    },
    hosts: Object.fromEntries(hosts.map((host) => [host.host, hostDemands(host, spec)])),
  };
}

function hostDemands({ host, memoryMiB, mounts, ports, ramdisk, services }: HostPlan, spec: ClusterSpec): HostDemands {
  return {
    memoryMiB,
    ports: Object.fromEntries(ports.map(({ port, process }) => [String(port), process])),
    units: [...services, ...mounts.map(({ service }) => service)].map(({ unit }) => unit),
    places: placesOf(host, services, spec),
    ...(ramdisk === undefined
      ? {}
      : {
          ramdisk: {
            path: ramdisk.mountPoint,
            source: ramdisk.source,
            unit: ramdisk.unit,
            sizeMiB: ramdisk.sizeMiB,
          },
        }),
    mountPoints: Object.fromEntries(mounts.map(({ mountPoint, service }) => [mountPoint.path, service.unit])),
    usesUnderStorage: spec.underStorage.kind === "path" && services.some(({ role }) => usesUnderStorage(role)),
    ...(services.some(({ role }) => role === "master") ? backupOf(spec) : {}),
    sshPort: sshPortOf(host, spec),
  };
}

/** What lies in an object store nobody can look at from here. */
function backupOf({ masters, properties }: ClusterSpec): Pick<HostDemands, "backup"> {
  const path = properties[RESTORE_PROPERTY];
  return path?.startsWith("/") === true ? { backup: { path, journal: masters.journal.path } } : {};
}

function placesOf(host: string, services: HostPlan["services"], spec: ClusterSpec): Record<string, number> {
  const keepsJournal = services.some(({ role }) => role === "master" || role === "job-master");
  const tiers = spec.workers.find(({ hosts }) => hosts.includes(host))?.tiers ?? [];
  return {
    [layoutOf(spec).prefix]: SMALLEST_FREE_MIB,
    ...(keepsJournal ? { [spec.masters.journal.path]: SMALLEST_FREE_MIB } : {}),
    ...Object.fromEntries(tiers.map(({ path, quota }) => [path, quota.mebibytes])),
  };
}

function sshPortOf(host: string, { hosts, workers }: ClusterSpec): number {
  const own = Object.hasOwn(hosts.addresses, host) ? hosts.addresses[host] : undefined;
  const group = workers.find((one) => one.hosts.includes(host))?.ssh;
  return own?.port ?? group?.port ?? hosts.port ?? DEFAULT_SSH_PORT;
}
