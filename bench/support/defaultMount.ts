import { randomBytes } from "node:crypto";
import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import type { ProcessPlan } from "../../components/plan/types";
import type { Bench } from "../benchmark";
import { defaultFuse, type DefaultFusePlace } from "../peers/default-fuse";
import { detachBelow, docker, removeLabelled } from "./docker";
import { fileSystemOf } from "./reads";
import { until } from "./until";

const MOUNT_SECONDS = 90;
/** How `stat` calls what libfuse serves. */
const FUSE = "fuseblk";

/** Mounts a cluster once more beside its own mounts, by hand and with Alluxio's default options. */
export async function mountByDefault(
  bench: Bench,
  fuse: ProcessPlan,
  place: Omit<DefaultFusePlace, "name" | "label" | "mountPoint">,
): Promise<{ container: string; mountPoint: string }> {
  const container = `bench-fuse-${randomBytes(3).toString("hex")}`;
  const label = `alluxio.bench=${container}`;
  const mountPoint = join(place.mountRoot, container);
  bench.cleanup(async () => {
    await removeLabelled(label);
    await detachBelow(mountPoint);
    rmdirSync(mountPoint);
  });
  mkdirSync(mountPoint);
  await docker(...defaultFuse(fuse, { ...place, name: container, label, mountPoint }));
  await until(`${mountPoint} is mounted`, MOUNT_SECONDS, async () => (await fileSystemOf(mountPoint)) === FUSE);
  return { container, mountPoint };
}
