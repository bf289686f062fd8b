import type { ClusterSpec } from "../../spec/spec";
import type { PlannedWorker } from "../topology";
import { RAMDISK_PATH } from "../volumes";
import { ownedBy } from "./serviceUser";
import { renderUnit, UNIT_DIRECTORY } from "./systemd/unit";
import { unitLine } from "./systemd/quoting";
import { unitNameOfPath } from "./systemd/unitName";
import type { RamdiskPlan } from "./types";

/**
 * The tmpfs that a worker caches in. Its root is the worker's; others may look in, as Alluxio's clients on the machine open
 * the block files themselves, and below it Alluxio sets modes of its own (`alluxio.worker.data.folder.permissions`).
 */
export function planRamdisk(worker: PlannedWorker, spec: Pick<ClusterSpec, "name" | "hosts">): RamdiskPlan {
  const sizeMiB = worker.ramdisk.mebibytes;
  const source = `alluxio-${spec.name}-ramdisk`;
  const root = ownedBy(spec.hosts.service, "0755");
  const options = [
    ...[`size=${sizeMiB}M`, `mode=${root.mode}`, `uid=${root.owner}`, `gid=${root.group}`],
    ...["nosuid", "nodev", "noexec"],
  ];
  const unit = unitNameOfPath(RAMDISK_PATH, "mount");
  return {
    mountPoint: RAMDISK_PATH,
    ...root,
    source,
    sizeMiB,
    options,
    unit,
    path: `${UNIT_DIRECTORY}/${unit}`,
    content: renderUnit({
      Unit: [["Description", unitLine(`Ramdisk of the Alluxio worker of ${spec.name}`)]],
      Mount: [
        ["What", unitLine(source)],
        ["Where", unitLine(RAMDISK_PATH)],
        ["Type", "tmpfs"],
        ["Options", unitLine(options.join(","))],
      ],
      Install: [["WantedBy", "multi-user.target"]],
    }),
  };
}
