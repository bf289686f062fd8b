import type { Benchmark } from "./benchmark";
import { devCluster } from "./benchmarks/dev-cluster";
import { fuseReads } from "./benchmarks/fuse-reads";
import { hostsAnsible } from "./benchmarks/hosts-ansible";
import { hostsDrift } from "./benchmarks/hosts-drift";
import { hostsPreviewSize } from "./benchmarks/hosts-preview-size";
import { hostsRepair } from "./benchmarks/hosts-repair";
import { mountHealing } from "./benchmarks/mount-healing";
import { noChangePreview } from "./benchmarks/no-change-preview";
import { previewSize } from "./benchmarks/preview-size";

/** In the order in which they run and stand on the page. */
export const BENCHMARKS: readonly Benchmark[] = [
  ...[devCluster, noChangePreview, previewSize, fuseReads, mountHealing],
  ...[hostsAnsible, hostsDrift, hostsRepair, hostsPreviewSize],
];
