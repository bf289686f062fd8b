import { join } from "node:path";
import { must } from "../../support/process";
import type { DevCluster } from "./cluster";

/** Where no mount of the cluster belongs. */
export const elsewhere = (dev: DevCluster): string => join(dev.mounts["data"]!, "../elsewhere");

/** A second FUSE process in a container, at a path. */
export async function serveAlso(container: string, path: string): Promise<void> {
  // Its web server would find the port taken.
  const environment = ["--env", "ALLUXIO_JAVA_OPTS=-Dalluxio.fuse.web.enabled=false"];
  const script = 'mkdir -p "$1"; exec integration/fuse/bin/alluxio-fuse mount -n -o allow_other "$1" /';
  await must("docker", "exec", "--detach", ...environment, container, "sh", "-c", script, "sh", path);
}

export const layersAt = async (path: string): Promise<number> =>
  (await must("cat", "/proc/self/mountinfo")).split("\n").filter((line) => line.split(" ")[4] === path).length;
