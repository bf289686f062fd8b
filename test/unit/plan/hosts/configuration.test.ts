import fc from "fast-check";
import { withSecrets } from "../../../../components/plan/hosts/configuration";
import { planHosts } from "../../../../components/plan/hosts/planHosts";
import type { FilePlan, HostPlan, ServicePlan } from "../../../../components/plan/hosts/types";
import { planCluster } from "../../../../components/plan/planCluster";
import type { ClusterConfig } from "../../../../components/spec/config";
import { hostsConfigs, SEED_PAGE } from "../../../support/hosts";
import { specOf } from "../../../support/specs";

const hostsOf = (config: ClusterConfig): readonly HostPlan[] => planHosts(specOf(config)).hosts;
const servicesOf = ({ services, mounts }: HostPlan): ServicePlan[] => [
  ...services,
  ...mounts.map(({ service }) => service),
];
const fileOf = (host: HostPlan, path: string): FilePlan => host.files.find((file) => file.path.endsWith(path))!;

/** As java.util.Properties reads it, as far as it is written here. */
const parse = (content: string): Record<string, string> =>
  Object.fromEntries(
    content
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const equals = line.indexOf("=");
        const value = line
          .slice(equals + 1)
          .replace(/\\(u([0-9a-f]{4})|.)/g, (_, one: string, unit?: string) =>
            unit ? String.fromCharCode(parseInt(unit, 16)) : one,
          );
        return [line.slice(0, equals), value];
      }),
  );

describe("each process has a configuration of its own", () => {
  test("with its properties, exactly, whatever is in them", () =>
    fc.assert(
      fc.property(hostsConfigs, (config) => {
        const spec = specOf(config);
        const planned = new Map(planCluster(spec).processes.map((process) => [process.name, process]));
        for (const host of hostsOf(config)) {
          for (const { process, configuration } of servicesOf(host)) {
            expect(parse(fileOf(host, `${configuration}/alluxio-site.properties`).content)).toEqual({
              ...planned.get(process)!.properties,
              "alluxio.work.dir": `${spec.hosts.prefix}/work`,
            });
          }
        }
      }),
      { numRuns: 25 },
    ));

  test("and what one mount is told reaches neither the other nor the worker", () => {
    const [, blue4] = hostsOf({ ...SEED_PAGE, mounts: [{ name: "a", shortCircuit: false }, { name: "b" }] });
    const told = (process: string) => parse(fileOf(blue4!, `/conf/${process}/alluxio-site.properties`).content);
    const name = "alluxio.user.short.circuit.enabled";
    expect([told("fuse-a")[name], told("fuse-b")[name], told("worker")[name]]).toEqual(["false", "true", undefined]);
    expect([told("fuse-a"), told("fuse-b")].map((one) => one["alluxio.fuse.web.port"])).toEqual([undefined, "50000"]);
  });

  test("its unit says where it is", () => {
    for (const host of hostsOf(SEED_PAGE)) {
      for (const { content, configuration } of servicesOf(host)) {
        expect(content).toContain(`\nEnvironment=ALLUXIO_CONF_DIR=${configuration}\n`);
      }
    }
  });
});

describe("alluxio-env.sh", () => {
  const config = { ...SEED_PAGE, jvmOptions: ["-XX:+UseG1GC"], hosts: { java: { home: "/usr/lib/jvm/java-11" } } };

  test("has the heap of that process alone, and its Java", () => {
    expect(fileOf(hostsOf(config)[1]!, "/conf/worker/alluxio-env.sh").content).toBe(
      "export ALLUXIO_LOGS_DIR='/opt/alluxio/logs'\nexport ALLUXIO_USER_LOGS_DIR='/opt/alluxio/logs/user'\n" +
        "export ALLUXIO_WORKER_JAVA_OPTS='-Xmx512m -XX:MaxDirectMemorySize=512m -XX:+UseG1GC'\n" +
        "export JAVA_HOME='/usr/lib/jvm/java-11'\n",
    );
  });

  test("of FUSE takes back the heap that Alluxio's script begins with, which a smaller one would contradict", () => {
    expect(fileOf(hostsOf(config)[1]!, "/conf/fuse-fuse2/alluxio-env.sh").content).toContain(
      "ALLUXIO_FUSE_JAVA_OPTS='-Xms64m -Xmx512m ",
    );
  });
});

describe("the commands that people start", () => {
  test("know the masters, and nothing of a process", () => {
    const [master, worker] = hostsOf(SEED_PAGE);
    const files = ["alluxio-env.sh", "alluxio-site.properties", "log4j.properties", "metrics.properties"];
    const names = ({ files }: HostPlan) =>
      files.map(({ path }) => path.split("/alluxio-2.8.0/conf/")[1]).filter((path) => path !== undefined);
    expect(names(master!)).toEqual([...files.slice(0, 3), "masters", "metrics.properties", "workers"]);
    expect(names(worker!)).toEqual(files);
    const properties = parse(fileOf(worker!, "/alluxio-2.8.0/conf/alluxio-site.properties").content);
    expect(properties["alluxio.master.rpc.addresses"]).toBe("v2r2-dfx-8:19998");
    expect(Object.keys(properties).filter((name) => /worker|fuse|journal/.test(name))).toEqual([]);
  });

  test("answer on their standard output, and log to a file", () => {
    const [master] = hostsOf(SEED_PAGE);
    expect(fileOf(master!, "/alluxio-2.8.0/conf/log4j.properties").content).not.toContain("Console");
    expect(fileOf(master!, "/conf/master/log4j.properties").content).toContain("rootLogger=INFO,Console\n");
  });
});

describe("secrets", () => {
  const config: ClusterConfig = {
    ...SEED_PAGE,
    underStorage: { uri: "s3://bucket/x", credentials: { "s3a.secretKey": "ufsSecret" } },
  };
  const file = fileOf(hostsOf(config)[0]!, "/conf/master/alluxio-site.properties");

  test("are added where they are known, whatever they are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (secret) => {
        expect(parse(withSecrets(file, { ufsSecret: secret, other: "x" }))).toEqual({
          ...parse(file.content),
          "alluxio.master.mount.table.root.option.s3a.secretKey": secret,
        });
      }),
    );
  });

  test("one that is missing is told by the name of its key", () => {
    expect(() => withSecrets(file, {})).toThrow(
      "config key ufsSecret, which /opt/alluxio/conf/master/alluxio-site.properties needs",
    );
  });

  test("a file without any stays as it is", () => {
    const other = fileOf(hostsOf(config)[0]!, "/conf/job-master/alluxio-site.properties");
    expect(withSecrets(other, {})).toBe(other.content);
  });

  test("who keeps them must start again with others", () => {
    const keeping = (one: ClusterConfig) =>
      new Set(
        hostsOf(one)
          .flatMap(servicesOf)
          .filter(({ keepsCredentials }) => keepsCredentials)
          .map(({ role }) => role),
      );
    expect(keeping(config)).toEqual(new Set(["master", "worker", "job-worker"]));
    expect(keeping(SEED_PAGE)).toEqual(new Set());
  });
});

describe("the digest of a process changes exactly when what it reads does", () => {
  const digests = (config: ClusterConfig): Map<string, string> =>
    new Map(
      hostsOf(config)
        .flatMap(servicesOf)
        .map(({ process, digest }) => [process, digest]),
    );
  const changed = (after: Partial<ClusterConfig>, before: ClusterConfig = SEED_PAGE): string[] => {
    const old = digests(before);
    return [...digests({ ...before, ...after })]
      .filter(([name, digest]) => old.has(name) && old.get(name) !== digest)
      .map(([name]) => name);
  };
  const ALL = [...digests(SEED_PAGE).keys()];
  const starting = (...roles: string[]): string[] => ALL.filter((name) => roles.some((role) => name.startsWith(role)));
  const [large, small] = SEED_PAGE.workers as [ClusterConfig["workers"][0], ClusterConfig["workers"][0]];
  const [fuse2, data] = SEED_PAGE.mounts as [
    NonNullable<ClusterConfig["mounts"]>[0],
    NonNullable<ClusterConfig["mounts"]>[0],
  ];

  test.each<[string, Partial<ClusterConfig>, readonly string[]]>([
    ["a property of all", { properties: { "alluxio.user.app.id": "x" } }, ALL],
    ["the heap of FUSE", { heaps: { fuse: "1GB" } }, starting("fuse")],
    ["the heap of workers", { heaps: { worker: "1GB" } }, starting("worker")],
    [
      "a larger ramdisk of one group",
      { workers: [{ ...large, ramdisk: "110GB" }, small] },
      ["worker-blue4", "worker-titan34"],
    ],
    ["a worker more", { workers: [{ ...large, hosts: [...large.hosts!, "new1"] }, small] }, []],
    ["one mount reads over the network", { mounts: [{ ...fuse2, shortCircuit: false }, data] }, starting("fuse-fuse2")],
    ["the options of a mount, which its command has", { mounts: [{ ...fuse2, contents: "immutable" }, data] }, []],
    ["a mount more", { mounts: [fuse2, data, { name: "third" }] }, []],
    ["two masters more", { masters: { count: 3, hosts: ["v2r2-dfx-8", "m2", "m3"] } }, ALL],
    [
      "another place of the journal",
      { masters: { hosts: ["v2r2-dfx-8"], journal: { path: "/j" } } },
      starting("master", "job-master"),
    ],
    ["another under storage", { underStorage: { path: "/nfs/b" } }, ["master-1"]],
    ["credentials", { underStorage: { uri: "s3://b/x", credentials: { "s3a.secretKey": "key" } } }, ["master-1"]],
    ["another version", { version: "2.9.4" }, ALL],
    ["other bytes of the same version", { hosts: { release: { file: "/a.tgz", sha256: "1".repeat(64) } } }, ALL],
    ["another Java", { hosts: { java: { home: "/j" } } }, ALL],
    ["another libfuse", { hosts: { libfuse: 2 } }, starting("fuse")],
    ["labels", { labels: { team: "vision" } }, []],
    ["how a host is reached", { hosts: { user: "me", addresses: { blue4: { address: "10.0.0.1" } } } }, []],
    ["the proxy", { proxy: { enabled: true } }, []],
  ])("%s", (_, after, expected) => {
    expect(changed(after).sort()).toEqual([...expected].sort());
  });

  test("for any two specs", () =>
    fc.assert(
      fc.property(hostsConfigs, hostsConfigs, (one, other) => {
        const read = (config: ClusterConfig) => {
          const spec = specOf(config);
          const { prefix, release, java } = spec.hosts;
          return new Map(
            planCluster(spec).processes.map(({ name, role, properties, jvmOptions }) => [
              name,
              {
                prefix,
                java,
                sha256: release!.sha256,
                properties: Object.entries(properties).sort(),
                jvmOptions,
                credentials: role === "master" && spec.underStorage.credentials,
              },
            ]),
          );
        };
        const [before, after, was, is] = [digests(one), digests(other), read(one), read(other)];
        for (const [name, digest] of after) {
          if (!before.has(name)) continue;
          const same = JSON.stringify(was.get(name)) === JSON.stringify(is.get(name));
          expect([name, digest === before.get(name)]).toEqual([name, same]);
        }
      }),
      { numRuns: 25 },
    ));
});
