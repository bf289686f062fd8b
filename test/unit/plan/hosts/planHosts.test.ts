import fc from "fast-check";
import { planHosts } from "../../../../components/plan/hosts/planHosts";
import type { HostPlan, HostsPlan, ServicePlan } from "../../../../components/plan/hosts/types";
import { planCluster } from "../../../../components/plan/planCluster";
import type { ClusterConfig } from "../../../../components/spec/config";
import { hostsConfigs, SEED_PAGE } from "../../../support/hosts";
import { specOf } from "../../../support/specs";

const planOf = (config: ClusterConfig): HostsPlan => planHosts(specOf(config));
const servicesOf = ({ services, mounts }: HostPlan): ServicePlan[] => [
  ...services,
  ...mounts.map(({ service }) => service),
];
const units = (host: HostPlan): { path: string; content: string }[] => [
  ...servicesOf(host),
  ...(host.ramdisk ? [host.ramdisk] : []),
];
const settings = (content: string, name: string): string[] =>
  [...content.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, value]) => value!);

/** All properties look at the same specs, which are planned once. */
const SPECS = { seed: Date.now() & 0x7fffffff, numRuns: 25 };
const known = new Map<string, HostsPlan>();
const holds = (property: (plan: HostsPlan, config: ClusterConfig) => void): void =>
  fc.assert(
    fc.property(hostsConfigs, (config) => {
      const key = JSON.stringify(config);
      const plan = known.get(key) ?? planOf(config);
      property(known.set(key, plan).get(key)!, config);
    }),
    SPECS,
  );

describe("for any valid spec", () => {
  test("each process is in exactly one unit, on its host", () =>
    holds((plan, config) => {
      const planned = plan.hosts.flatMap((host) => servicesOf(host).map(({ process }) => `${host.host} ${process}`));
      const expected = planCluster(specOf(config)).processes.map(({ hostname, name }) => `${hostname} ${name}`);
      expect(planned.sort()).toEqual(expected.sort());
    }));

  test("no two units, files, directories or links of a host have one path", () =>
    holds((plan) => {
      for (const host of plan.hosts) {
        const paths = [
          ...units(host).map(({ path }) => path),
          ...host.files.map(({ path }) => path),
          ...host.directories.map(({ path }) => path),
          ...host.mounts.map(({ mountPoint }) => mountPoint.path),
          ...(host.ramdisk ? [host.ramdisk.mountPoint] : []),
          host.release.directory,
          host.release.link.path,
          ...(host.java?.archive ? [host.java.home] : []),
        ];
        expect(new Set(paths).size).toBe(paths.length);
      }
    }));

  test("every file is in a directory that is made before, by root", () =>
    holds((plan) => {
      for (const host of plan.hosts) {
        const paths = host.directories.map(({ path }) => path);
        // The release has its own.
        const owners = new Map([[`${host.release.directory}/conf`, "root"]]);
        for (const { path, owner } of host.directories) owners.set(path, owner);
        expect(new Set(host.files.map(({ path }) => owners.get(path.slice(0, path.lastIndexOf("/")))))).toEqual(
          new Set(["root"]),
        );
        expect(paths.filter((path, i) => paths.slice(i).some((later) => path.startsWith(`${later}/`)))).toEqual([]);
      }
    }));

  test("every step of start comes after what its units wait for, and every unit starts and rolls once", () =>
    holds((plan) => {
      const key = ({ host, unit }: { host: string; unit: string }): string => `${host} ${unit}`;
      const all = plan.hosts.flatMap((host) => servicesOf(host).map(({ unit }) => key({ host: host.host, unit })));
      for (const steps of [plan.startSteps, plan.rollingSteps]) {
        expect(steps.flat().map(key).sort()).toEqual([...all].sort());
      }
      const stepOf = new Map(plan.startSteps.flatMap((step, i) => step.map((unit) => [key(unit), i])));
      for (const host of plan.hosts) {
        for (const { unit, after } of servicesOf(host)) {
          for (const other of after)
            expect(stepOf.get(key(other))).toBeLessThan(stepOf.get(key({ host: host.host, unit }))!);
        }
      }
    }));

  test("nothing formats anything, and no secret stands anywhere", () =>
    holds((plan) => {
      for (const host of plan.hosts) {
        const texts = [...units(host), ...host.files].map(({ content }) => content).join("\n");
        expect(texts).not.toMatch(/format(?!ted|ter)/i);
        expect(texts).not.toContain("secretKey");
      }
    }));

  test("what a process is told of secrets, it alone may read, and never by its command line or environment", () =>
    holds((plan, config) => {
      for (const { files, user } of plan.hosts) {
        const secret = files.filter(({ secrets }) => secrets !== undefined);
        const masters = files.filter(({ path }) => path.endsWith("/conf/master/alluxio-site.properties"));
        expect(secret).toEqual(config.underStorage.uri === undefined ? [] : masters);
        for (const { owner, group, mode } of secret)
          expect({ owner, group, mode }).toEqual({ owner: user.name, group: user.group, mode: "0600" });
      }
    }));

  test("units are lines of sections, settings and nothing else", () =>
    holds((plan) => {
      for (const host of plan.hosts) {
        for (const { content } of units(host)) {
          const lines = content.split("\n");
          expect(lines.filter((line) => !/^(|\[[A-Z]\w+\]|[A-Z]\w+=.*)$/.test(line))).toEqual([]);
        }
      }
    }));

  test("a mount never has a view of its own of the file system, every other process has", () =>
    holds((plan) => {
      const sandboxed =
        /^(Protect\w+|Private\w+|Read\w+Paths|InaccessiblePaths|NoNewPrivileges|Restrict\w+|LockPersonality|SystemCall\w+)=/m;
      for (const { services, mounts } of plan.hosts) {
        for (const { service } of mounts) expect(service.content).not.toMatch(sandboxed);
        for (const { content } of services) expect(content).toMatch(sandboxed);
      }
    }));

  test("a limit of memory holds what the process is planned with, and the ramdisk of whoever may fill it", () =>
    holds((plan, config) => {
      const cluster = planCluster(specOf(config));
      for (const host of plan.hosts) {
        for (const { process, memoryLimitMiB, content } of servicesOf(host)) {
          const planned = cluster.processes.find(({ name }) => name === process)!;
          const mount = config.mounts?.find(({ name }) => name === planned.mount);
          const writes = ["worker", "job-worker"].includes(planned.role) || mount?.shortCircuit === true;
          expect(memoryLimitMiB).toBeGreaterThan(planned.memoryMiB + (writes ? host.ramdisk!.sizeMiB : 0));
          expect(settings(content, "MemoryMax")).toEqual([`${memoryLimitMiB}M`]);
        }
        const jvms = cluster.processes
          .filter(({ hostname }) => hostname === host.host)
          .reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
        expect(host.memoryMiB).toBe(jvms + (host.ramdisk?.sizeMiB ?? 0));
      }
    }));

  test("no two processes of a host open the same port", () =>
    holds((plan) => {
      for (const { ports } of plan.hosts) expect(new Set(ports.map(({ port }) => port)).size).toBe(ports.length);
    }));

  test("it is plain data, and the same each time", () =>
    holds((plan, config) => {
      expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      expect(planOf(config)).toEqual(plan);
    }));
});

describe("what a process may write", () => {
  const config: ClusterConfig = {
    ...SEED_PAGE,
    masters: { hosts: ["v2r2-dfx-8"], journal: { path: "/data/journal" } },
    workers: [{ name: "a", ramdisk: "1GB", hosts: ["blue4"], tiers: [{ alias: "SSD", path: "/ssd", quota: "1GB" }] }],
    proxy: { enabled: true },
    dataSets: [{ name: "odd", source: '/nfs/"50%"/../$x' }],
    properties: { "alluxio.tmp.dirs": "/scratch/a,/scratch/b", "alluxio.user.app.id": "/not/a/directory" },
    hosts: {},
  };
  const of = (one: ClusterConfig, role: string): string => {
    const services = planOf(one).hosts.flatMap(servicesOf);
    return services.find((service) => service.role === role)!.content;
  };

  test.each([
    ["master", '/data/journal -/nfs/alluxio "-/nfs/$x" -/scratch/a -/scratch/b'],
    ["job-master", '/data/journal -/nfs/alluxio "-/nfs/$x" -/scratch/a -/scratch/b'],
    ["worker", '/mnt/ramdisk /ssd/blue4 -/nfs/alluxio "-/nfs/$x" -/scratch/a -/scratch/b'],
    ["job-worker", '/mnt/ramdisk /ssd/blue4 -/nfs/alluxio "-/nfs/$x" -/scratch/a -/scratch/b'],
    ["proxy", "-/scratch/a -/scratch/b"],
  ])("%s: its own directories, the under storages, what properties name", (role, paths) => {
    expect(settings(of(config, role), "ReadWritePaths")).toEqual([`/opt/alluxio/work /opt/alluxio/logs ${paths}`]);
  });

  test("it starts on mounted file systems only", () => {
    expect(settings(of(config, "master"), "RequiresMountsFor")).toEqual(['/data/journal /nfs/alluxio "/nfs/$x"']);
    expect(settings(of(config, "worker"), "RequiresMountsFor")).toEqual([
      '/mnt/ramdisk /ssd/blue4 /nfs/alluxio "/nfs/$x"',
    ]);
    expect(settings(of(config, "fuse"), "RequiresMountsFor")).toEqual(["/mnt /mnt/ramdisk /ssd/blue4"]);
    expect(settings(of(config, "proxy"), "RequiresMountsFor")).toEqual([]);
    const remote = { ...config, mounts: [{ name: "far", shortCircuit: false }] };
    expect(settings(of(remote, "fuse"), "RequiresMountsFor")).toEqual(["/mnt/alluxio"]);
  });

  test("/tmp is its own, unless something of the machine that it uses is there", () => {
    expect(settings(of(config, "worker"), "PrivateTmp")).toEqual(["yes"]);
    for (const path of ["/tmp/data", "/var/tmp/data"]) {
      expect(settings(of({ ...config, underStorage: { path } }, "worker"), "PrivateTmp")).toEqual([]);
    }
    expect(settings(of({ ...config, underStorage: { path: "/tmpfs" } }, "worker"), "PrivateTmp")).toEqual(["yes"]);
  });
});

test("a spec of another target has no machines", () => {
  const { release: _, ...hosts } = specOf(SEED_PAGE).hosts;
  expect(() => planHosts({ ...specOf(SEED_PAGE), hosts })).toThrow("no release");
});
