import { announcementOf, namesOf } from "../../../components/plan/announcement";
import { judge } from "../../../components/plan/confirmation";
import { consequencesOf } from "../../../components/plan/consequences";
import { planCluster } from "../../../components/plan/planCluster";
import type { ClusterConfig } from "../../../components/spec/config";
import { BASE } from "../../support/changes";
import { RICH, specOf } from "../../support/specs";

function announced(before: ClusterConfig, after: ClusterConfig): string {
  const [old, now] = [planCluster(specOf(before)), planCluster(specOf(after))];
  return announcementOf(old, now, judge(consequencesOf(old, now), [], "3f9c"));
}

test.each<[string, ClusterConfig, Partial<ClusterConfig>]>([
  ["a heap of one role", BASE, { heaps: { worker: "1GB" } }],
  ["an upgrade of one master", BASE, { version: "2.9.6" }],
  ["a downgrade", BASE, { version: "2.9.0" }],
  ["a property on three masters", RICH, { properties: { "alluxio.user.file.passive.cache.enabled": "false" } }],
  ["one master to three", BASE, { masters: { count: 3 } }],
  ["three masters to one", RICH, { masters: { count: 1 } }],
  ["a smaller ramdisk", BASE, { workers: [{ ...BASE.workers[0]!, ramdisk: "256MB" }] }],
  ["another under storage", BASE, { underStorage: { path: "/nfs/a" } }],
  ["a port that divides old from new", BASE, { ports: { masterRpc: 20998 } }],
  ["nothing that runs", BASE, { masters: { journal: { keep: true } } }],
])("%s", (_, before, after) => {
  expect(announced(before, { ...before, ...after })).toMatchSnapshot();
});

const eight: ClusterConfig = { ...BASE, workers: [{ name: "gpu", ramdisk: "1GB", count: 8 }] };

test.each<[string, ClusterConfig, string]>([
  ["a quarter of the workers, unless the spec says otherwise", eight, "workers restart 2 at a time, 8 of 8, "],
  [
    "the share that the spec names",
    { ...eight, rollout: { workersPercent: 50 } },
    "workers restart 4 at a time, 8 of 8, ",
  ],
  ["all", { ...eight, rollout: { workersPercent: 100 } }, "all workers restart at the same time: "],
])("workers restart by batches: %s", (_, config, expected) => {
  expect(announced(config, { ...config, heaps: { worker: "1GB" } })).toContain(expected);
});

test("the restart of three thousand workers is one line each for them and their job workers", () => {
  const many: ClusterConfig = { ...BASE, workers: [{ name: "gpu", ramdisk: "1GB", count: 3000 }] };
  expect(announced(many, { ...many, version: "2.9.6", labels: { team: "vision" } })).toMatchSnapshot();
});

test.each<[string[], string]>([
  [["a-1", "a-2"], "a-1, a-2"],
  [["a-1", "a-2", "a-3", "a-4", "a-5", "a-6", "a-7"], "a-1 to a-7 (7)"],
  [["a-1", "a-2", "a-3", "b-1", "b-2", "x", "y-9", "y-10"], "a-1 to a-3 (3), b-1 to b-2 (2), x, y-9 to y-10 (2)"],
  [["a", "b", "c", "d", "e", "f", "g", "h"], "a, b, c, d, e, f and 2 more"],
])("namesOf(%j)", (names, expected) => {
  expect(namesOf(names)).toBe(expected);
});
