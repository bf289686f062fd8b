import { formatProblems, SpecError } from "../../../components/spec/format-problems";
import { parseSpec } from "../../../components/spec/parse";
import type { ClusterSpec } from "../../../components/spec/spec";
import { SMALLEST, VALID } from "./samples";

const found = (raw: unknown, stack = "dev") =>
  (parseSpec(raw, { stack }).problems ?? []).map(({ rule, path }) => `${rule} ${path}`);

function specOf(raw: unknown, stack = "dev"): ClusterSpec {
  const { spec, problems } = parseSpec(raw, { stack });
  if (spec === undefined) throw new SpecError(problems);
  return spec;
}

describe("a valid spec", () => {
  test.each(Object.entries(VALID))("of target %s is accepted", (target, config) => {
    expect(parseSpec(config, { stack: "dev" }).problems).toBeUndefined();
    expect(specOf(config).target).toBe(target);
  });

  test("on docker has workers <group>-<n>, and mounts resolve groups to them in the order written", () => {
    const spec = specOf(VALID.docker);
    expect(spec.mounts.map((mount) => mount.workers)).toEqual([
      ["small-1", "small-2", "large-1"],
      ["small-2", "large-1"],
    ]);
    expect(spec.mounts.map((mount) => mount.mountPoint)).toEqual([undefined, "/srv/work"]);
    expect(spec.workers.map((group) => group.ramdisk.mebibytes)).toEqual([512, 64010]);
    expect(spec.ports).toMatchObject({ published: 28000, masterWeb: 18999, masterRpc: 19998 });
  });

  test("on hosts has workers named by their hosts, as many as those", () => {
    const spec = specOf(VALID.hosts);
    expect(spec.workers.map((group) => group.count)).toEqual([2, 1]);
    expect(spec.mounts[0]?.workers).toEqual(["blue4", "titan34", "v2r2-dfx-8"]);
  });

  test("on other targets mounts below /mnt/alluxio by default", () => {
    expect(specOf({ ...VALID.kubernetes, mounts: [{ name: "data" }] }).mounts[0]?.mountPoint).toBe("/mnt/alluxio/data");
  });

  test.each([
    ["dev", "dev"],
    ["Dev_2", "dev-2"],
    ["feature/My Branch", "feature-my-branch"],
  ])("takes from stack %p the name %p", (stack, name) => {
    expect(specOf(SMALLEST, stack).name).toBe(name);
    expect(specOf(SMALLEST, stack).kubernetes.namespace).toBe(name);
  });

  test("names a worker twice, by group and by itself, but mounts there once", () => {
    const config = { ...SMALLEST, mounts: [{ name: "data", workers: ["small-1", "small"] }] };
    expect(specOf(config).mounts[0]?.workers).toEqual(["small-1"]);
  });
});

describe("several mistakes", () => {
  const MISTAKEN = {
    name: "Alnair",
    version: 2.9,
    masters: { count: 2 },
    workers: [{ name: "gpu", ramdisk: "10XB" }, { name: "gpu", ramdisk: "1GB", cout: 2 }, { name: "cpu" }],
    underStorage: { volume: {}, uri: "s3://id:key@bucket" },
    mounts: [
      { name: "a", mountPoint: "mnt/a" },
      { name: "b", mountPoint: "/mnt/b", options: ["nonempty"] },
      { name: "c", mountPoint: "/mnt/b/c" },
    ],
    properties: { "alluxio.worker.ramdisk.size": "1GB", "aws.secretKey": "abc" },
    ports: { masterWeb: 19998, workerRpc: 0 },
    lables: { team: "vision" },
  };

  test("are all reported, in the order of the spec", () => {
    expect(found(MISTAKEN)).toEqual([
      "names.form name",
      "shape.quote version",
      "masters.count masters.count",
      "sizes.unit-unknown workers[0].ramdisk",
      "shape.key workers[1].cout",
      "names.repeated workers[1].name",
      "shape.required workers[2].ramdisk",
      "underStorage.one underStorage",
      "underStorage.uri-secret underStorage.uri",
      "paths.absolute mounts[0].mountPoint",
      "options.refused mounts[1].options[0]",
      "mounts.nested mounts[2].mountPoint",
      'properties.decided properties["alluxio.worker.ramdisk.size"]',
      'properties.secret properties["aws.secretKey"]',
      "ports.clash ports.masterWeb",
      "ports.range ports.workerRpc",
      "shape.key lables",
    ]);
  });

  test("read well", () => {
    const few = { ...SMALLEST, version: 2.9, workers: [{ name: "small", ramdsk: "1GB" }], target: "dokcer" };
    expect(formatProblems(parseSpec(few, { stack: "dev" }).problems ?? [], "Pulumi.dev.yaml (alluxio:cluster)")).toBe(
      `3 mistakes in Pulumi.dev.yaml (alluxio:cluster):

  target: "dokcer"
    must be "docker", "hosts" or "kubernetes".
    Did you mean "docker"?

  version: 2.9
    YAML reads this as a number, but a text is needed: write it in quotes.

  workers[0].ramdsk
    is not a field of a worker group.
    Did you mean "ramdisk"?`,
    );
  });

  test("are one error for callers that throw", () => {
    const error = new SpecError(parseSpec({ ...SMALLEST, workers: [] }, { stack: "dev" }).problems ?? []);
    expect(error.problems).toHaveLength(1);
    expect(error.message).toMatch(/^1 mistake in alluxio:cluster:\n\n {2}workers: \[\]\n/);
  });
});

describe("one mistake does not drag others behind it", () => {
  test.each<[string, object, string[]]>([
    ["a target that does not exist", { ...VALID.hosts, target: "host" }, ["shape.value target"]],
    ["a mistyped target", { ...VALID.hosts, target: undefined, tagret: "hosts" }, ["shape.key tagret"]],
    [
      "a group of the wrong shape",
      { ...VALID.docker, workers: ["small", "large"] },
      ["shape.type workers[0]", "shape.type workers[1]"],
    ],
    [
      "a mistyped count",
      { ...SMALLEST, workers: [{ name: "a", ramdisk: "1GB", cont: 3 }], mounts: [{ name: "m", workers: ["a-3"] }] },
      ["shape.key workers[0].cont"],
    ],
    ["a mistyped volume", { ...SMALLEST, underStorage: { volum: {} } }, ["shape.key underStorage.volum"]],
    [
      "contents that do not exist",
      { ...SMALLEST, mounts: [{ name: "m", contents: "fixed", options: ["kernel_cache"] }] },
      ["shape.value mounts[0].contents"],
    ],
    [
      "two mounts of one name",
      { ...SMALLEST, mounts: [{ name: "m" }, { name: "m" }] },
      ["names.repeated mounts[1].name"],
    ],
  ])("%s", (_what, config, expected) => {
    expect(found(config)).toEqual(expected);
  });
});

describe("particular values", () => {
  const ramdisk = (value: unknown) => ({ ...SMALLEST, workers: [{ name: "small", ramdisk: value }] });
  const mountPoint = (value: unknown) => ({ ...SMALLEST, mounts: [{ name: "data", mountPoint: value }] });
  const options = (...values: string[]) => ({
    ...SMALLEST,
    mounts: [{ name: "data", contents: "immutable", options: values }],
  });
  const uri = (value: string) => ({ ...SMALLEST, underStorage: { uri: value } });

  test.each<[string, unknown, string[]]>([
    ["a negative size", ramdisk("-1"), ["sizes.form workers[0].ramdisk"]],
    ["a negative number", ramdisk(-1), ["sizes.form workers[0].ramdisk"]],
    ["a number without unit", ramdisk(100), ["sizes.unit-missing workers[0].ramdisk"]],
    ["a size of zero", ramdisk("0GB"), ["sizes.zero workers[0].ramdisk"]],
    ["a size in bytes", ramdisk("1048576B"), []],
    ["a size in other letters", ramdisk("1 gIb"), []],
    ["Docker's own directory", mountPoint("/var/lib/docker/x"), ["paths.system mounts[0].mountPoint"]],
    [
      "a system directory, in disguise",
      mountPoint("/mnt/../etc"),
      ["paths.normalised mounts[0].mountPoint", "paths.system mounts[0].mountPoint"],
    ],
    ["a directory that only begins like one", mountPoint("/usrdata"), []],
    [
      "the parent of default mount points",
      { ...SMALLEST, mounts: [{ name: "a" }, { name: "b", mountPoint: "/mnt/alluxio" }] },
      ["mounts.nested mounts[1].mountPoint"],
    ],
    ["no time-out for immutable data", options("attr_timeout=0"), ["options.contents mounts[0].options[0]"]],
    ["direct_io for immutable data", options("direct_io"), ["options.contents mounts[0].options[0]"]],
    ["an option with a space", options("max_read=1 "), ["options.form mounts[0].options[0]"]],
    ["an option that nobody here knows", options("splice_read"), []],
    ["an HDFS name node with a port", uri("hdfs://nn:9000/data"), []],
    ["a container and an account", uri("abfs://container@account.dfs.core.windows.net/"), []],
    [
      "a group called like another's missing worker",
      {
        ...SMALLEST,
        workers: [
          { name: "a", ramdisk: "1GB" },
          { name: "a-2", ramdisk: "1GB" },
        ],
      },
      [],
    ],
    ["a number as a label", { ...SMALLEST, labels: { year: 2024 } }, ["shape.quote labels.year"]],
    [
      "journal tuning",
      { ...SMALLEST, properties: { "alluxio.master.embedded.journal.election.timeout.min": "5s" } },
      [],
    ],
    ["an empty config", undefined, ["shape.empty "]],
    ["a list", [], ["shape.type "]],
    [
      "keys of Object",
      JSON.parse(
        '{"__proto__":1,"constructor":2,"workers":[{"name":"a","ramdisk":"1GB"}],"underStorage":{"volume":{}}}',
      ),
      ["shape.key __proto__", "shape.key constructor"],
    ],
  ])("%s", (_what, config, expected) => {
    expect(found(config)).toEqual(expected);
  });

  test("ports may be equal where each process has its own network, and clash on hosts that run both", () => {
    const same = { masterRpc: 19998, workerRpc: 19998 };
    expect(found({ ...VALID.docker, ports: same })).toEqual([]);
    expect(found({ ...VALID.hosts, ports: same })).toEqual(["ports.clash ports.workerRpc"]);
    const apart = { ...VALID.hosts, workers: [{ name: "gpu", ramdisk: "1GB", hosts: ["blue4"] }], mounts: [] };
    expect(found({ ...apart, ports: same })).toEqual([]);
  });

  test("a field that belongs elsewhere is told where", () => {
    const [problem] = parseSpec({ ...SMALLEST, ramdisk: "1GB" }, { stack: "dev" }).problems ?? [];
    expect(problem?.message).toContain("workers[].ramdisk");
  });
});

test("input that is no plain data is a problem, not an exception", () => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  const thrower = Object.defineProperty({}, "name", {
    enumerable: true,
    get: () => {
      throw new Error("no");
    },
  });
  for (const raw of [cycle, thrower, 1n, Symbol("s"), () => 1, Number.NaN, new Date(), null]) {
    expect(parseSpec(raw, { stack: "dev" }).problems).not.toHaveLength(0);
  }
});
