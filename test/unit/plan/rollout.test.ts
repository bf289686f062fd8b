import * as fc from "fast-check";
import { planCluster } from "../../../components/plan/planCluster";
import { leaderWhileAway, rolloutSteps } from "../../../components/plan/rollout";
import { backupDirectory } from "../../../components/plan/backup";
import type { ClusterConfig } from "../../../components/spec/config";
import { dockerConfigs, RICH, SMALL, specOf } from "../../support/specs";

const stepsOf = (config: ClusterConfig) => rolloutSteps(planCluster(specOf(config)));

describe("rolloutSteps", () => {
  test("masters one at a time, then the job master, workers with their job workers, the proxy, mounts one at a time", () => {
    expect(stepsOf(RICH)).toEqual([
      ["master-1"],
      ["master-2"],
      ["master-3"],
      ["job-master"],
      ["worker-small-1", "job-worker-small-1"],
      ["worker-large-1", "job-worker-large-1"],
      ["worker-large-2", "job-worker-large-2"],
      ["proxy"],
      ["fuse-data"],
      ["fuse-scratch"],
    ]);
  });

  test.each<[number, number | undefined, number[]]>([
    [1, undefined, [1]],
    [7, undefined, [1, 1, 1, 1, 1, 1, 1]],
    [8, undefined, [2, 2, 2, 2]],
    [13, undefined, [3, 3, 3, 3, 1]],
    [8, 25, [2, 2, 2, 2]],
    [8, 1, [1, 1, 1, 1, 1, 1, 1, 1]],
    [8, 49, [3, 3, 2]],
    [8, 50, [4, 4]],
    [3, 99, [2, 1]],
    [3, 100, [3]],
  ])("%d workers, %s percent of them at a time", (count, workersPercent, expected) => {
    const rollout = workersPercent === undefined ? {} : { rollout: { workersPercent } };
    const sizes = stepsOf({ ...SMALL, workers: [{ name: "a", ramdisk: "64MB", count }], ...rollout })
      .map((step) => step.filter((name) => name.startsWith("worker-")).length)
      .filter((size) => size > 0);
    expect(sizes).toEqual(expected);
  });

  test("every process of any spec is in exactly one step, after those it needs, and the other workers serve", () =>
    fc.assert(
      fc.property(dockerConfigs, fc.integer({ min: 1, max: 100 }), (config, workersPercent) => {
        const plan = planCluster(specOf({ ...config, rollout: { workersPercent } }));
        const steps = rolloutSteps(plan);
        const stepOf = new Map(steps.flatMap((step, i) => step.map((name) => [name, i] as const)));
        expect(steps.flat().sort()).toEqual(plan.processes.map((process) => process.name).sort());
        for (const process of plan.processes)
          for (const before of process.after) expect(stepOf.get(before)).toBeLessThanOrEqual(stepOf.get(process.name)!);
        const workers = plan.processes.filter((process) => process.role === "worker").length;
        for (const step of steps) {
          const away = step.filter((name) => name.startsWith("worker-")).length;
          expect(away).toBeLessThanOrEqual(Math.max(1, (workers * workersPercent) / 100));
        }
      }),
      { numRuns: 30 },
    ));
});

test.each([
  ["it does not lead", ["a", "b", "c"], "a", "b", undefined],
  ["the last takes over", ["a", "b", "c"], "a", "a", "c"],
  ["the last takes over from any other", ["a", "b", "c"], "b", "b", "c"],
  ["the first takes over from the last", ["a", "b", "c"], "c", "c", "a"],
  ["there is nobody else", ["a"], "a", "a", undefined],
  ["nobody leads", ["a", "b", "c"], "a", undefined, undefined],
])("leaderWhileAway: %s", (_, masters, away, leader, expected) => {
  expect(leaderWhileAway(masters, away, leader)).toBe(expected);
});

test.each<[string, Partial<ClusterConfig>, string]>([
  ["a volume", {}, "/opt/alluxio/underFSStorage/.alluxio_backups"],
  ["a path", { underStorage: { path: "/nfs/data" } }, "/nfs/data/.alluxio_backups"],
  ["an address", { underStorage: { uri: "s3://bucket/x" } }, "/alluxio_backups"],
  ["what the user has chosen", { properties: { "alluxio.master.backup.directory": "/b" } }, "/b"],
])("backups are written to %s", (_, config, expected) => {
  expect(backupDirectory(planCluster(specOf({ ...SMALL, ...config })))).toBe(expected);
});
