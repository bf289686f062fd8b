import * as fc from "fast-check";
import { canDecommission, compareVersions, reportsWorkerVersion } from "../../../components/plan/versions";

const version = fc.array(fc.nat(20), { minLength: 3, maxLength: 3 }).map((numbers) => numbers.join("."));

describe("compareVersions", () => {
  test.each([
    ["2.9.4", "2.9.4", 0],
    ["2.9.4", "2.9.6", -1],
    ["2.9.10", "2.9.4", 1],
    ["2.8.1", "2.9.0", -1],
    ["2.9", "2.9.0", 0],
    ["10.0.0", "9.9.9", 1],
  ])("%s and %s: %d", (a, b, expected) => {
    expect(compareVersions(a, b)).toBe(expected);
  });

  test("is an order", () =>
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(compareVersions(a, a)).toBe(0);
        expect(compareVersions(a, b) + compareVersions(b, a)).toBe(0);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
      }),
    ));
});

describe("what came with 2.9.4", () => {
  test.each([
    ["2.8.0", false],
    ["2.9.0", false],
    ["2.9.3", false],
    ["2.9.4", true],
    ["2.9.6", true],
  ])("%s: %s", (version, has) => {
    expect(canDecommission(version)).toBe(has);
    expect(reportsWorkerVersion(version)).toBe(has);
  });
});
