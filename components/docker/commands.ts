import { JVM_VARIABLE } from "../plan/jvmVariable";
import { renderProperties } from "../plan/siteProperties";
import type { MountPlan, ProcessPlan } from "../plan/types";

/**
 * Arguments of the image's entrypoint: one process a container. Masters and workers never format: an empty embedded
 * journal needs none, and formatting one member of a running quorum destroys it.
 */
export function commandOf(process: ProcessPlan, mount: MountPlan | undefined, mountPoint: string): string[] {
  switch (process.role) {
    case "master":
      return ["master-only", "--no-format"];
    case "worker":
      return ["worker-only", "--no-format"];
    case "job-master":
    case "job-worker":
    case "proxy":
      return [process.role];
    case "fuse":
      if (!mount) throw new Error(`process ${process.name} serves no mount`);
      return ["fuse", `--fuse-opts=${mount.options.join(",")}`, mountPoint, mount.alluxioPath];
    default:
      return process.role satisfies never;
  }
}

/** Environment of a process, sorted by name. */
export function environmentOf(process: ProcessPlan, ramdiskPath: string | undefined): string[] {
  const variables: Record<string, string> = {
    ALLUXIO_SITE_PROPERTIES: renderProperties(process.properties),
    [JVM_VARIABLE[process.role]]: process.jvmOptions.join(" "),
    // Without it the image's start script puts /dev/shm on the command line, which wins over the properties.
    ...(ramdiskPath === undefined ? {} : { ALLUXIO_RAM_FOLDER: ramdiskPath }),
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}

/**
 * A health check that only this JVM answers: any HTTP answer will do, an accepted connection will not, for the kernel
 * accepts connections for a stopped process too.
 */
export const healthCheckOf = (process: ProcessPlan): string[] => [
  "CMD",
  "curl",
  "-s",
  "-o",
  "/dev/null",
  "-m",
  "4",
  `http://127.0.0.1:${process.healthPort}/`,
];
