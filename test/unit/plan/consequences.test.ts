import * as fc from "fast-check";
import { consequencesOf, type Consequence } from "../../../components/plan/consequences";
import { planCluster } from "../../../components/plan/planCluster";
import type { ClusterPlan } from "../../../components/plan/types";
import type { ClusterConfig } from "../../../components/spec/config";
import { CLUSTER_SCHEMA, type Schema } from "../../../components/spec/schema";
import { BASE, SPEC_CHANGES } from "../../support/changes";
import { dockerConfigs, RICH, SMALL, specOf } from "../../support/specs";

const planOf = (config: ClusterConfig): ClusterPlan => planCluster(specOf(config));
const between = (before: ClusterConfig, after: ClusterConfig): Consequence[] =>
  consequencesOf(planOf(before), planOf(after));
const tell = ({ effect, change, mustConfirm, impossible }: Consequence): string =>
  `${effect}${impossible ? "!!" : mustConfirm ? "!" : ""}: ${change}`;

describe("one change of a spec has exactly these consequences", () => {
  test.each(SPEC_CHANGES.map((row, i) => [`${i + 1} ${row.field}`, row] as const))("%s", (_, row) => {
    expect(between(row.before, row.after).map(tell)).toEqual(row.does);
  });

  test("each row changes something", () => {
    for (const { before, after } of SPEC_CHANGES) expect(specOf(after)).not.toEqual(specOf(before));
  });

  test("every field of target docker has a row", () => {
    const covered = new Set(SPEC_CHANGES.map((row) => row.field));
    expect(leavesOf(CLUSTER_SCHEMA).filter((field) => !covered.has(field) && !OF_OTHER_TARGETS.test(field))).toEqual([
      // Another target is another plan altogether: tested below.
      "target",
    ]);
  });

  test("another target is another cluster", () => {
    const plan = planOf(BASE);
    expect(consequencesOf(plan, { ...plan, target: "kubernetes" }).map(tell)).toEqual([
      "data loss!: target docker→kubernetes",
    ]);
  });
});

describe("what is in the ramdisk", () => {
  test("a removed worker, and a tier that goes or shrinks, lose a cache", () => {
    const losses = (after: Partial<ClusterConfig>) =>
      between(RICH, { ...RICH, ...after })
        .map(tell)
        .filter((line) => line.includes("loss"));
    const [small, large] = RICH.workers as [ClusterConfig["workers"][0], ClusterConfig["workers"][0]];
    expect(losses({ workers: [small, { ...large, count: 1 }] })).toEqual(["cache loss: remove ramdisk-large-2"]);
    expect(losses({ workers: [small, { ...large, tiers: [] }] })).toEqual([
      "cache loss: remove tier /ssd/alluxio/large-1",
      "cache loss: remove tier /ssd/alluxio/large-2",
    ]);
  });
});

describe("masters", () => {
  test("fewer of them: the quorum would find no majority, whatever is confirmed", () => {
    const before: ClusterConfig = { ...SMALL, masters: { count: 3 } };
    const losses = between(before, SMALL).filter((one) => one.effect.endsWith("loss"));
    expect(losses.map(tell)).toEqual([
      "metadata loss!!: masters 3→1",
      "metadata loss!: remove journal-master-2",
      "metadata loss!: remove journal-master-3",
    ]);
  });

  test("a journal that is kept is not lost", () => {
    const journal = { keep: true };
    const before: ClusterConfig = { ...SMALL, masters: { count: 3, journal } };
    const after: ClusterConfig = { ...SMALL, masters: { count: 1, journal } };
    expect(between(before, after).map(tell).join("\n")).not.toContain("remove journal");
  });
});

describe("for any valid spec", () => {
  test("no change has no consequence", () =>
    fc.assert(
      fc.property(dockerConfigs, (config) => {
        const plan = planOf(config);
        expect(consequencesOf(plan, plan)).toEqual([]);
        expect(consequencesOf(plan, JSON.parse(JSON.stringify(plan)) as ClusterPlan)).toEqual([]);
      }),
      { numRuns: 50 },
    ));

  test("going from one to another starts and stops exactly what differs, and says each thing once", () =>
    fc.assert(
      fc.property(dockerConfigs, dockerConfigs, (one, other) => {
        const [before, after] = [planOf(one), planOf(other)];
        const told = consequencesOf(before, after);
        const names = (plan: ClusterPlan): string[] => plan.processes.map((process) => process.name);
        const of = (effect: string): string[] =>
          told.filter((consequence) => consequence.effect === effect).map((one) => one.change.replace(/^\w+ /, ""));
        expect(of("start")).toEqual(names(after).filter((name) => !names(before).includes(name)));
        expect(of("stop")).toEqual(names(before).filter((name) => !names(after).includes(name)));
        expect(new Set(told.map(tell)).size).toBe(told.length);
      }),
      { numRuns: 50 },
    ));

  test("a volume that goes without being kept is never lost in silence", () =>
    fc.assert(
      fc.property(dockerConfigs, dockerConfigs, (one, other) => {
        const [before, after] = [planOf(one), planOf(other)];
        const left = new Set(after.volumes.map((volume) => volume.name));
        const lost = before.volumes.filter((volume) => !left.has(volume.name) && !volume.keep);
        const told = consequencesOf(before, after);
        for (const volume of lost) {
          const consequence = told.find((one) => one.change === `remove ${volume.name}`);
          expect(consequence?.mustConfirm).toBe(volume.kind !== "ramdisk");
        }
      }),
      { numRuns: 50 },
    ));
});

const OF_OTHER_TARGETS =
  /^(hosts|kubernetes)\.|^masters\.(hosts|journal\.path)$|^workers\[\]\.(hosts$|ssh\.)|\.source$/;

/** Paths of the fields that hold no further fields. */
function leavesOf(schema: Schema, path = ""): string[] {
  switch (schema.kind) {
    case "object":
      return Object.entries(schema.fields).flatMap(([name, field]) =>
        leavesOf(field.schema, path === "" ? name : `${path}.${name}`),
      );
    case "list":
      return schema.of.kind === "object" ? leavesOf(schema.of, `${path}[]`) : [path];
    default:
      return [path];
  }
}
