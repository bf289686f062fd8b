import fc from "fast-check";
import { demandsOf, SMALLEST_FREE_MIB, type ClusterDemands } from "../../../../components/plan/hosts/demands";
import { planHosts } from "../../../../components/plan/hosts/planHosts";
import type { ClusterConfig } from "../../../../components/spec/config";
import { hostsConfigs, SEED_PAGE } from "../../../support/hosts";
import { specOf } from "../../../support/specs";

const demands = (config: ClusterConfig): ClusterDemands => demandsOf(planHosts(specOf(config)), specOf(config));

test("of the cluster of the seed page: its master, and a worker", () => {
  const { common, hosts } = demands(SEED_PAGE);
  expect(common).toEqual({
    prefix: "/opt/alluxio",
    java: "own",
    libfuse: 3,
    user: { name: "alluxio", group: "alluxio" },
    downloads: true,
    underStorage: "/nfs/alluxio",
    masters: ["v2r2-dfx-8"],
  });
  expect(hosts["v2r2-dfx-8"]).toEqual({
    memoryMiB: expect.any(Number) as number,
    ports: {
      "19998": "master-1",
      "19999": "master-1",
      "19200": "master-1",
      "20001": "job-master",
      "20002": "job-master",
      "20003": "job-master",
    },
    units: ["alluxio-alnair-master.service", "alluxio-alnair-job-master.service"],
    places: { "/opt/alluxio": SMALLEST_FREE_MIB, "/opt/alluxio/journal": SMALLEST_FREE_MIB },
    mountPoints: {},
    usesUnderStorage: true,
    sshPort: 22,
  });
  expect(hosts["blue4"]).toMatchObject({
    places: { "/opt/alluxio": SMALLEST_FREE_MIB },
    ramdisk: { path: "/mnt/ramdisk", source: "alluxio-alnair-ramdisk", unit: "mnt-ramdisk.mount", sizeMiB: 102_400 },
    mountPoints: {
      "/mnt/fuse2": "alluxio-alnair-fuse-fuse2.service",
      "/mnt/fuse3/data": "alluxio-alnair-fuse-data.service",
    },
  });
});

test("what differs by host: SSH's port, tiers with their quota; what is brought needs no look", () => {
  const { common, hosts } = demands({
    ...SEED_PAGE,
    workers: [
      {
        ...{ name: "large", ramdisk: "1GB", hosts: ["blue4", "titan34"], ssh: { port: 2200 } },
        tiers: [{ alias: "SSD", path: "/ssd", quota: "3GB" }],
      },
    ],
    hosts: {
      port: 2222,
      java: { file: "/jre.tgz", sha256: "0".repeat(64) },
      release: { file: "/alluxio.tgz", sha256: "0".repeat(64) },
      addresses: { titan34: { port: 22 } },
    },
  });
  expect(common).toMatchObject({ java: "brought", downloads: false });
  expect(Object.values(hosts).map(({ sshPort }) => sshPort)).toEqual([2222, 2200, 22]);
  expect(hosts["blue4"]?.places).toEqual({ "/opt/alluxio": SMALLEST_FREE_MIB, "/ssd": 3072 });
});

test("for any spec: plain data with every host, unit and port of the plan", () =>
  fc.assert(
    fc.property(hostsConfigs, (config) => {
      const plan = planHosts(specOf(config));
      const { hosts } = demandsOf(plan, specOf(config));
      expect(JSON.parse(JSON.stringify(hosts))).toEqual(hosts);
      expect(Object.keys(hosts)).toEqual(plan.hosts.map(({ host }) => host));
      for (const { host, mounts, ports, services } of plan.hosts) {
        expect(Object.keys(hosts[host]!.ports).map(Number).sort()).toEqual(ports.map(({ port }) => port).sort());
        expect(hosts[host]!.units).toHaveLength(services.length + mounts.length);
      }
    }),
    { numRuns: 20 },
  ));
