import type { Consequence } from "./consequences";
import { mastersIn } from "./quorum";
import { dividingChanges, rolloutSteps } from "./rollout";
import type { ClusterPlan, ProcessPlan, Role } from "./types";
import { compareVersions } from "./versions";

/** What clients notice while a change is applied: which reads go on, and which wait or break. */
export function interruptions(
  before: ClusterPlan,
  after: ClusterPlan,
  consequences: readonly Pick<Consequence, "change">[],
): string[] {
  const restarted = new Set(
    consequences.flatMap(({ change }) => (change.startsWith("restart ") ? [change.slice("restart ".length)] : [])),
  );
  const changed = (role: Role): ProcessPlan[] =>
    after.processes.filter((process) => process.role === role && restarted.has(process.name));
  const dividing = dividingChanges(mastersIn(before)[0]!.properties, mastersIn(after)[0]!.properties);
  if (dividing.length > 0) {
    return [
      `old and new processes cannot talk (${dividing.join(", ")}): all restart at once, and reads wait or fail meanwhile`,
    ];
  }
  return [
    ...masters(before, after, changed("master")),
    ...workers(after, changed("worker")),
    ...changed("fuse").map(
      (process) =>
        `mount ${process.mount ?? process.name} is away for seconds while ${process.name} restarts: files open in it break`,
    ),
  ];
}

function masters(before: ClusterPlan, after: ClusterPlan, changed: readonly ProcessPlan[]): string[] {
  if (changed.length === 0) return [];
  const had = before.processes.filter((process) => process.role === "master").length;
  return [
    "the journal is backed up before the first master is touched",
    had > 1
      ? "masters restart one at a time, the leader last, each when the quorum is complete again: opens and lists wait " +
        "seconds while the lead moves"
      : "the only master restarts: opens and lists wait until it leads again",
    ...(compareVersions(before.version, after.version) < 0
      ? [`Alluxio ${after.version} may write a journal that ${before.version} cannot read: the way back is that backup`]
      : []),
  ];
}

function workers(after: ClusterPlan, changed: readonly ProcessPlan[]): string[] {
  if (changed.length === 0) return [];
  const total = after.processes.filter((process) => process.role === "worker").length;
  if (total === 1)
    return [`the only worker restarts: reads of what is not cached by a client wait or fail until it is back`];
  const names = new Set(changed.map((process) => process.name));
  const batches = rolloutSteps(after)
    .map((step) => step.filter((name) => names.has(name)).length)
    .filter((count) => count > 0);
  const most = Math.max(...batches);
  if (most === total)
    return [
      "all workers restart at the same time: reads of what is not cached by a client wait or fail until they are back",
    ];
  return [
    `workers restart ${most === 1 ? "one at a time" : `${most} at a time`}, ${changed.length} of ${total}, each ` +
      `${most === 1 ? "one" : "batch"} when those before it are registered again: reads go on from the others and the under storage`,
  ];
}
