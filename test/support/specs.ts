import * as fc from "fast-check";
import type { ClusterConfig } from "../../components/spec/config";
import { parseSpec } from "../../components/spec/parse";
import type { ClusterSpec } from "../../components/spec/spec";

/** A valid spec, or the reasons why it is not one. */
export function specOf(config: ClusterConfig, stack = "dev"): ClusterSpec {
  const parsed = parseSpec(config, { stack });
  if (parsed.problems) throw new Error(JSON.stringify(parsed.problems, undefined, 2));
  return parsed.spec;
}

/** The smallest spec that says something. */
export const SMALL: ClusterConfig = {
  workers: [{ name: "small", ramdisk: "256MB" }],
  underStorage: { volume: {} },
};

/** Two workers of different size, two mounts, HA: a bit of everything that target docker has. */
export const RICH: ClusterConfig = {
  masters: { count: 3 },
  workers: [
    { name: "small", ramdisk: "256MB" },
    { name: "large", ramdisk: "512MB", count: 2, tiers: [{ alias: "SSD", path: "/ssd/alluxio", quota: "1GB" }] },
  ],
  underStorage: { volume: { keep: true } },
  mounts: [
    { name: "data", workers: ["small"], contents: "immutable", alluxioPath: "/data" },
    { name: "scratch", mountPoint: "/mnt/scratch/alluxio", shortCircuit: false },
  ],
  dataSets: [{ name: "cifar" }],
  proxy: { enabled: true },
};

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/).filter((text) => !/^(master|proxy|fuse|job)/.test(text));
const size = fc.integer({ min: 1, max: 200_000 }).map((mebibytes) => `${mebibytes}MB`);

/** Valid configurations for target docker. */
export const dockerConfigs: fc.Arbitrary<ClusterConfig> = fc
  .record({
    masters: fc.record({ count: fc.constantFrom(1, 3, 5) }),
    groups: fc.uniqueArray(fc.tuple(name, size, fc.integer({ min: 1, max: 5 })), {
      minLength: 1,
      maxLength: 4,
      selector: ([n]) => n,
    }),
    mounts: fc.uniqueArray(fc.tuple(name, fc.constantFrom("immutable" as const, "changing" as const)), {
      maxLength: 3,
      selector: ([n]) => n,
    }),
    proxy: fc.boolean(),
    keep: fc.boolean(),
  })
  .map(({ masters, groups, mounts, proxy, keep }) => ({
    masters,
    workers: groups.map(([group, ramdisk, count]) => ({ name: group, ramdisk, count })),
    underStorage: { volume: { keep } },
    mounts: mounts.map(([mount, contents]) => ({ name: mount, contents })),
    proxy: { enabled: proxy },
  }));
