import { randomBytes } from "node:crypto";
import { mkdirSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { physicalName } from "../../components/plan/names";
import type { ProcessPlan } from "../../components/plan/types";
import type { Bench } from "../benchmark";
import { defaultFuse, type DefaultFusePlace } from "../peers/default-fuse";
import { detachBelow, docker, removeLabelled } from "./docker";
import { fileSystemOf } from "./reads";
import { exampleConfig, imageOf, planOf } from "./spec";
import { BenchStack } from "./stack";
import { until } from "./until";

const MOUNT_SECONDS = 90;
/** How `stat` calls what libfuse serves. */
const FUSE = "fuseblk";

/** The local cluster with its own mount, and the same data mounted once more with Alluxio's default options. */
export async function localByBoth(bench: Bench, changes: Parameters<typeof exampleConfig>[2] = {}) {
  const config = exampleConfig(bench.project, "local", changes);
  const plan = planOf(config);
  const stack = new BenchStack(bench);
  await stack.init({ "alluxio:cluster": config });
  bench.cleanup(() => stack.destroy());
  bench.tell("brings the local cluster up");
  await stack.up();
  const { clusterId, network, mountPoints } = await stack.outputs();
  const name = (part: string): string => physicalName(plan.name, part, clusterId);
  const { name: mount, alluxioPath } = plan.mounts[0]!;
  const mountPoint = mountPoints[mount]!;
  const fuse = plan.processes.find((process) => process.role === "fuse")!;
  const ramdisk = name(plan.volumes.find((volume) => volume.kind === "ramdisk")!.name);
  const mountRoot = dirname(mountPoint);
  const image = imageOf(bench.project, plan);
  const peer = await mountByDefault(bench, fuse, { network, ramdisk, mountRoot, alluxioPath, image });
  return { ours: { container: name(fuse.name), mountPoint }, peer, ramdisk, webPort: fuse.healthPort };
}

/** Mounts a cluster once more beside its own mounts, by hand and with Alluxio's default options. */
async function mountByDefault(
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
