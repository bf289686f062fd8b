import * as fc from "fast-check";
import { defaultMountRoot, physicalName, suffixOf } from "../../../components/plan/names";

const ids = fc.stringMatching(/^[0-9a-f]{16}$/);
const words = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);

describe("names on a machine", () => {
  test("cluster, part, and four characters of the cluster id", () => {
    expect(physicalName("dev", "master-1", "3f9c2ab1d4e5")).toBe("dev-master-1-3f9c");
    expect(suffixOf("3f9c2ab1d4e5")).toBe("3f9c");
    expect(defaultMountRoot("dev", "3f9c2ab1d4e5")).toBe("/mnt/alluxio/dev-3f9c");
  });

  test("clusters of one name in two clones share none, as their ids differ at once", () =>
    fc.assert(
      fc.property(words, words, ids, ids, (cluster, part, one, other) => {
        fc.pre(suffixOf(one) !== suffixOf(other));
        expect(physicalName(cluster, part, one)).not.toBe(physicalName(cluster, part, other));
        expect(defaultMountRoot(cluster, one)).not.toBe(defaultMountRoot(cluster, other));
      }),
    ));

  test("Docker takes every name", () =>
    fc.assert(
      fc.property(words, words, ids, (cluster, part, id) => {
        expect(physicalName(cluster, part, id)).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/);
      }),
    ));
});
