import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import type { ClusterConfig } from "../../components/spec/config";

const STACK = join(__dirname, "../../Pulumi.alnair.yaml");

/** The cluster of the seed page: its nodes, capacities and version, and two FUSE mounts on every worker. */
export const SEED_PAGE = (parse(readFileSync(STACK, "utf8")) as { config: { "alluxio:cluster": ClusterConfig } })
  .config["alluxio:cluster"];

const SHA256 = "0123456789abcdef".repeat(4);
/** What a directory of somebody else may be called. */
const source = fc.constantFrom(
  "/nfs/coco",
  '/nfs/it\'s-"50%"-$HOME',
  "/srv/ü/日本",
  "s3://bucket/coco",
  "/tmp/coco",
  "/nfs/back\\slash",
);

/**
 * Valid configurations of target hosts: masters that share a host with a worker or not, groups with and without tiers,
 * mounts of some of them, and texts that mean something to systemd, shells and property files.
 */
export const hostsConfigs: fc.Arbitrary<ClusterConfig> = fc
  .record({
    masters: fc.constantFrom(1, 3),
    together: fc.boolean(),
    groups: fc.array(
      fc.record({
        size: fc.integer({ min: 64, max: 200_000 }),
        count: fc.integer({ min: 1, max: 4 }),
        ssd: fc.boolean(),
      }),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    mounts: fc.array(
      fc.record({
        contents: fc.constantFrom("immutable" as const, "changing" as const),
        group: fc.option(fc.nat({ max: 2 }), { nil: undefined }),
        shortCircuit: fc.boolean(),
      }),
      { maxLength: 3 },
    ),
    sources: fc.uniqueArray(source, { maxLength: 2 }),
    value: fc.constantFrom(
      "plain",
      "two words",
      "q\"u'o\\te",
      "50% $HOME $(id) `id`",
      "日本",
      "a=b:c#d!e",
      "/tmp/x,/var/y",
    ),
    credentials: fc.boolean(),
    more: fc.record({
      version: fc.constantFrom("2.8.1", "2.9.4", "2.9.6"),
      proxy: fc.record({ enabled: fc.boolean() }),
      jvmOptions: fc.subarray(["-XX:+UseG1GC", "-Xlog:gc*:file=/tmp/a;b&c(d)|<>#~!{}"]),
    }),
    hosts: fc.record({
      prefix: fc.constantFrom("/opt/alluxio", "/srv/a+b=c@d~e/alluxio-x"),
      java: fc.constantFrom({ home: "/usr/lib/jvm/java-11" }, { file: "~/jre.tgz", sha256: SHA256 }),
      service: fc.constantFrom({}, { user: "tachyon", group: "research", uid: 1200 }),
      libfuse: fc.constantFrom(2, 3),
    }),
  })
  .map(({ masters, together, groups, mounts, sources, value, credentials, more, hosts }) => {
    const names = groups.map((_, i) => `g${i}`);
    const workers = groups.map(({ size, count, ssd }, g) => ({
      name: `g${g}`,
      ramdisk: `${size}MB`,
      hosts: Array.from({ length: count }, (_, i) => `w${g}-${i}.example.org`),
      ...(ssd ? { tiers: [{ alias: "SSD" as const, path: "/ssd", quota: "1GB" }] } : {}),
    }));
    return {
      ...more,
      target: "hosts",
      masters: { count: masters, hosts: [together ? workers[0]!.hosts[0]! : "m0", "m1", "m2"].slice(0, masters) },
      workers,
      underStorage: credentials
        ? { uri: "s3://bucket/x", credentials: { "s3a.secretKey": "ufsSecret" } }
        : { path: "/nfs/data" },
      mounts: mounts.map(({ contents, group, shortCircuit }, i) => ({
        name: `mount${"abc".charAt(i)}`,
        contents,
        shortCircuit,
        ...(group === undefined || names[group] === undefined ? {} : { workers: [names[group]] }),
      })),
      dataSets: sources.map((one, i) => ({ name: `set${i}`, source: one })),
      properties: { "alluxio.user.app.id": value },
      hosts: { ...hosts, release: { file: "~/alluxio.tar.gz", sha256: SHA256 } },
    };
  });
