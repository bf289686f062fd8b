import { environmentOf } from "../../components/docker/commands";
import type { ProcessPlan } from "../../components/plan/types";
import { RAMDISK_PATH } from "../../components/plan/volumes";

export interface DefaultFusePlace {
  readonly name: string;
  readonly label: string;
  readonly network: string;
  /** The volume with the worker's blocks. */
  readonly ramdisk: string;
  readonly mountRoot: string;
  readonly mountPoint: string;
  readonly alluxioPath: string;
  readonly image: string;
}

/** What a mount with Alluxio's own defaults knows besides. */
const LIBFUSE = "alluxio.fuse.jnifuse.libfuse.version";

/**
 * Arguments of `docker run` for a FUSE process with Alluxio's default options: libfuse 2, no mount options, so those of
 * `alluxio.fuse.mount.options`. Heap, JVM options, short circuit and all other properties are those of the process as
 * deployed, whose place it takes beside the same worker.
 */
export function defaultFuse(process: ProcessPlan, place: DefaultFusePlace): string[] {
  const { [LIBFUSE]: _, ...properties } = process.properties;
  return [
    ...["run", "-d", "--name", place.name, "--label", place.label, "--network", place.network],
    ...environmentOf({ ...process, properties }, RAMDISK_PATH).flatMap((variable) => ["-e", variable]),
    ...["-v", `${place.ramdisk}:${RAMDISK_PATH}`],
    ...["--mount", `type=bind,source=${place.mountRoot},target=${place.mountRoot},bind-propagation=rshared`],
    ...["--user", "0:0", "--cap-add", "SYS_ADMIN", "--device", "/dev/fuse", "--security-opt", "apparmor:unconfined"],
    ...[place.image, "fuse", place.mountPoint, place.alluxioPath],
  ];
}
