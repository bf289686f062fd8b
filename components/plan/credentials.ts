import type { ClusterSpec } from "../spec/spec";
import type { ProcessPlan, Role, VolumeMount, VolumePlan } from "./types";

/** Name of the volume that hands credentials to the processes which read them. */
export const CREDENTIALS_VOLUME = "credentials";
/** Where it appears inside them: a folder a process, and in it an alluxio-site.properties of its own. */
const CREDENTIALS_PATH = "/opt/alluxio/credentials";
/** Where the image's entrypoint writes what is no secret. */
const CONFIGURATION_PATH = "/opt/alluxio/conf";
const SITE_FOLDERS = "-Dalluxio.site.conf.dir=";

/** Label of the containers that have read credentials, with their digest: other ones make a container be replaced. */
export const CREDENTIALS_LABEL = "alluxio.credentials";

/** Credentials are options of the root under storage, which are properties of the masters. */
export const ROOT_OPTION_PREFIX = "alluxio.master.mount.table.root.option.";

const hasCredentials = (spec: ClusterSpec): boolean =>
  spec.target === "docker" && Object.keys(spec.underStorage.credentials).length > 0;

export const credentialsVolumes = (spec: ClusterSpec): VolumePlan[] =>
  hasCredentials(spec) ? [{ name: CREDENTIALS_VOLUME, kind: "credentials", keep: false }] : [];

export const credentialsMounts = (spec: ClusterSpec): VolumeMount[] =>
  hasCredentials(spec) ? [{ source: CREDENTIALS_VOLUME, path: CREDENTIALS_PATH, readOnly: true }] : [];

/**
 * Alluxio reads the first alluxio-site.properties that it finds: the one with the credentials. Were that one lost, a
 * master started again would still be the master of this cluster, and only be refused by its under storage.
 */
export const credentialsJvmOptions = (spec: ClusterSpec, process: string): string[] =>
  hasCredentials(spec) ? [`${SITE_FOLDERS}${CREDENTIALS_PATH}/${process}/,${CONFIGURATION_PATH}/`] : [];

/** Whether a process reads the credentials, once, when it starts. */
export const readsCredentials = (process: Pick<ProcessPlan, "volumes">): boolean =>
  process.volumes.some((volume) => volume.source === CREDENTIALS_VOLUME);

/** A worker is told them by a master when it first reaches the under storage, and keeps them until it starts again. */
const TOLD: ReadonlySet<Role> = new Set(["worker", "job-worker"]);

/** Whether a process must start again to use other credentials. */
export const keepsCredentials = (process: Pick<ProcessPlan, "role" | "volumes">): boolean =>
  readsCredentials(process) || TOLD.has(process.role);
