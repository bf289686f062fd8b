import { check, type Surroundings } from "../../../components/plan/check";
import { planCluster } from "../../../components/plan/planCluster";
import type { ClusterConfig } from "../../../components/spec/config";
import { RICH, SMALL, specOf } from "../../support/specs";

const ROOMY: Surroundings = { memoryMiB: 1_000_000, portsInUse: [], mountPointsInUse: [], disks: [] };
const found = (config: ClusterConfig, surroundings: Partial<Surroundings>) =>
  check(planCluster(specOf(config)), { ...ROOMY, ...surroundings }).map(({ rule, path }) => `${rule} ${path}`);

const PUBLISHED: ClusterConfig = { ...RICH, ports: { published: 20500 } };
const NEEDED = planCluster(specOf(SMALL)).memoryMiB;

describe("check", () => {
  test.each<[string, ClusterConfig, Partial<Surroundings>, string[]]>([
    ["room for everything", RICH, {}, []],
    ["exactly enough memory", SMALL, { memoryMiB: NEEDED, availableMiB: NEEDED }, []],
    ["1 MiB too little", SMALL, { memoryMiB: NEEDED - 1, availableMiB: NEEDED - 1 }, ["machine.memory workers"]],
    ["too little of it free", SMALL, { availableMiB: NEEDED - 1 }, ["machine.memory workers"]],
    ["a machine that it runs on already", SMALL, { memoryMiB: NEEDED }, []],
    ["a machine that it has outgrown", SMALL, { memoryMiB: NEEDED - 1 }, ["machine.memory workers"]],
    ["a port of ours", PUBLISHED, { portsInUse: [{ port: 20501, by: "nginx" }] }, ["machine.port ports.published"]],
    ["a port next to ours", PUBLISHED, { portsInUse: [{ port: 20503, by: "nginx" }] }, []],
    ["ports that Docker picks", RICH, { portsInUse: [{ port: 19999, by: "nginx" }] }, []],
    [
      "a mount point of ours",
      RICH,
      { mountPointsInUse: [{ path: "/mnt/scratch/alluxio", by: "nfs" }] },
      ["machine.mountPoint mounts[1].mountPoint"],
    ],
    ["the folder above it", RICH, { mountPointsInUse: [{ path: "/mnt/scratch", by: "/dev/sdb1 (xfs)" }] }, []],
    [
      "a full disk: Docker's, and a tier's",
      RICH,
      {
        disks: [
          { path: "/var/lib/docker", freeMiB: 511, dataRoot: true },
          { path: "/ssd/alluxio/large-1", freeMiB: 0, dataRoot: false },
          { path: "/ssd/alluxio/large-2", freeMiB: 512, dataRoot: false },
        ],
      },
      ["machine.disk docker", "machine.disk workers[].tiers[].path"],
    ],
    [
      "a full under storage",
      { ...SMALL, underStorage: { path: "/nfs/data" } },
      { disks: [{ path: "/nfs/data", freeMiB: 3, dataRoot: false }] },
      ["machine.disk underStorage.path"],
    ],
    [
      "everything at once",
      PUBLISHED,
      {
        memoryMiB: 100,
        portsInUse: [
          { port: 20500, by: "a" },
          { port: 20502, by: "b" },
        ],
        mountPointsInUse: [{ path: "/mnt/scratch/alluxio", by: "nfs" }],
      },
      [
        "machine.memory workers",
        "machine.port ports.published",
        "machine.port ports.published",
        "machine.mountPoint mounts[1].mountPoint",
      ],
    ],
  ])("%s", (_, config, surroundings, expected) => {
    expect(found(config, surroundings)).toEqual(expected);
  });

  test("messages say what is needed, what there is, by whom it is used and what to do", () => {
    const problems = check(planCluster(specOf(PUBLISHED)), {
      memoryMiB: 3000,
      availableMiB: 2000,
      portsInUse: [{ port: 20501, by: "container nginx" }],
      mountPointsInUse: [{ path: "/mnt/scratch/alluxio", by: "server:/export (nfs4)" }],
      disks: [{ path: "/var/lib/docker", freeMiB: 3, dataRoot: true }],
    });
    const plan = planCluster(specOf(PUBLISHED));
    expect(problems.map((problem) => problem.message)).toEqual([
      `the cluster may use ${plan.memoryMiB} MiB (ramdisks 1280 MiB, processes ${plan.memoryMiB - 1280} MiB), ` +
        "and this machine has 3000 MiB, of which 2000 MiB are free: make the ramdisks or the heaps smaller",
      "port 20501 of this machine is in use by container nginx: name another one, or leave the field out and Docker picks one",
      "server:/export (nfs4) is mounted there already: choose another folder, or leave the field out",
      "/var/lib/docker, where Docker keeps volumes and containers, has 3 MiB free, and a cluster needs at least 512 MiB to " +
        "start: free some (`docker system df` shows what takes it, `docker system prune` removes what nothing uses)",
    ]);
  });
});
