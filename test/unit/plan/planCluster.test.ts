import * as fc from "fast-check";
import { planCluster } from "../../../components/plan/planCluster";
import type { ClusterPlan } from "../../../components/plan/types";
import { dockerConfigs, RICH, SMALL, specOf } from "../../support/specs";

const planOf = (config = SMALL): ClusterPlan => planCluster(specOf(config));
const processOf = (plan: ClusterPlan, name: string) => plan.processes.find((process) => process.name === name)!;

describe("planCluster", () => {
  test("one master, one worker", () => {
    expect(planOf().processes.map((process) => process.name)).toEqual([
      "master-1",
      "job-master",
      "worker-small-1",
      "job-worker-small-1",
    ]);
    expect(planOf().volumes).toEqual([
      { name: "journal-master-1", kind: "journal", keep: false },
      { name: "under-storage", kind: "under-storage", keep: false },
      { name: "ramdisk-small-1", kind: "ramdisk", keep: false, sizeMiB: 256 },
    ]);
    expect(planOf().workers).toEqual([{ host: "small-1", ramdiskMiB: 256, capacityBytes: 268435456 }]);
  });

  test("a bit of everything", () => {
    const plan = planOf(RICH);
    expect(plan.processes.map(({ name, hostname, after }) => [name, hostname, after.join(" ")])).toEqual([
      ["master-1", "master-1", ""],
      ["master-2", "master-2", "master-1"],
      ["master-3", "master-3", "master-2"],
      ["job-master", "job-master", "master-1 master-2 master-3"],
      ["worker-small-1", "small-1", "master-1 master-2 master-3"],
      ["worker-large-1", "large-1", "master-1 master-2 master-3"],
      ["worker-large-2", "large-2", "master-1 master-2 master-3"],
      ["job-worker-small-1", "job-small-1", "job-master worker-small-1"],
      ["job-worker-large-1", "job-large-1", "job-master worker-large-1"],
      ["job-worker-large-2", "job-large-2", "job-master worker-large-2"],
      ["proxy", "proxy", "master-1 master-2 master-3"],
      ["fuse-data", "fuse-data", "worker-small-1"],
      ["fuse-scratch", "fuse-scratch", "worker-small-1"],
    ]);
    expect(plan.alluxioPaths).toEqual(["/data", "/datasets/cifar"]);
    expect(plan.mounts).toEqual([
      {
        name: "data",
        alluxioPath: "/data",
        contents: "immutable",
        options: ["allow_other", "kernel_cache", "attr_timeout=600", "entry_timeout=600"],
        readAheadKiB: 1024,
        workers: ["small-1"],
        processes: ["fuse-data"],
      },
      {
        name: "scratch",
        mountPoint: "/mnt/scratch/alluxio",
        alluxioPath: "/",
        contents: "changing",
        options: ["allow_other", "attr_timeout=0", "entry_timeout=0"],
        workers: ["small-1", "large-1", "large-2"],
        processes: ["fuse-scratch"],
      },
    ]);
  });

  test("every size of a worker is the one integer of its ramdisk", () => {
    const plan = planOf({ ...SMALL, workers: [{ name: "odd", ramdisk: "62.51GB" }] });
    const properties = processOf(plan, "worker-odd-1").properties;
    expect(plan.volumes.find((volume) => volume.kind === "ramdisk")?.sizeMiB).toBe(64010);
    expect(plan.workers[0]?.capacityBytes).toBe(64010 * 1024 * 1024);
    expect(properties["alluxio.worker.ramdisk.size"]).toBe("64010MB");
    expect(properties["alluxio.worker.tieredstore.level0.dirs.quota"]).toBe("64010MB");
  });

  test("workers of one machine that share a tier's folder keep their blocks apart", () => {
    const plan = planOf(RICH);
    const folders = ["worker-large-1", "worker-large-2"].map(
      (name) => processOf(plan, name).properties["alluxio.worker.tieredstore.level1.dirs.path"],
    );
    expect(folders).toEqual(["/ssd/alluxio/large-1", "/ssd/alluxio/large-2"]);
    expect(plan.workers.map((worker) => worker.capacityBytes)).toEqual(
      [256, 1536, 1536].map((size) => size * 1024 ** 2),
    );
  });

  test("a mount short-circuits by bearing its worker's name and seeing its ramdisk, or does neither", () => {
    const plan = planOf(RICH);
    expect(processOf(plan, "fuse-data").properties["alluxio.user.hostname"]).toBe("small-1");
    expect(processOf(plan, "fuse-data").volumes).toEqual([{ source: "ramdisk-small-1", path: "/mnt/ramdisk" }]);
    expect(processOf(plan, "fuse-scratch").properties["alluxio.user.hostname"]).toBeUndefined();
    expect(processOf(plan, "fuse-scratch").properties["alluxio.user.short.circuit.enabled"]).toBe("false");
    expect(processOf(plan, "fuse-scratch").volumes).toEqual([]);
  });

  test("options of the user replace those of contents, and allow_other stays, once", () => {
    const plan = planOf({ ...SMALL, mounts: [{ name: "data", options: ["ro", "allow_other"] }] });
    expect(plan.mounts[0]?.options).toEqual(["allow_other", "ro"]);
  });

  test("every master knows all masters, and no process is told to format", () => {
    const plan = planOf(RICH);
    for (const master of plan.processes.filter((process) => process.role === "master")) {
      expect(master.properties["alluxio.master.embedded.journal.addresses"]).toBe(
        "master-1:19200,master-2:19200,master-3:19200",
      );
      expect(master.properties["alluxio.master.hostname"]).toBe(master.hostname);
      expect(master.properties["alluxio.master.journal.type"]).toBe("EMBEDDED");
    }
    expect(JSON.stringify(plan)).not.toMatch(/format(?!ter)/i);
  });

  test("the user's properties reach every process and win over ours", () => {
    const plan = planOf({ ...SMALL, properties: { "alluxio.user.file.writetype.default": "ASYNC_THROUGH" } });
    for (const process of plan.processes) {
      expect(process.properties["alluxio.user.file.writetype.default"]).toBe("ASYNC_THROUGH");
    }
  });

  test("only ports that differ from Alluxio's own become properties", () => {
    const plan = planOf({ ...SMALL, ports: { workerWeb: 31000 } });
    expect(processOf(plan, "worker-small-1").properties["alluxio.worker.web.port"]).toBe("31000");
    expect(processOf(plan, "worker-small-1").healthPort).toBe(31000);
    expect(Object.keys(planOf().processes[0]!.properties).filter((key) => key.endsWith(".port"))).toEqual([]);
  });

  test("published ports follow each other, or are left to Docker", () => {
    const published = (plan: ClusterPlan) =>
      plan.processes.flatMap((process) => process.ports.flatMap((port) => port.published ?? []));
    expect(published(planOf({ ...RICH, ports: { published: 20500 } }))).toEqual([20500, 20501, 20502]);
    expect(published(planOf(RICH))).toEqual(["any", "any", "any"]);
  });

  describe("for any valid spec", () => {
    const forAnyPlan = (holds: (plan: ClusterPlan) => void): void =>
      fc.assert(
        fc.property(dockerConfigs, (config) => holds(planOf(config))),
        { numRuns: 40 },
      );

    test("names and host names are unique", () =>
      forAnyPlan((plan) => {
        for (const key of ["name", "hostname"] as const) {
          const values = plan.processes.map((process) => process[key]);
          expect(new Set(values).size).toBe(values.length);
        }
        expect(new Set(plan.volumes.map((volume) => volume.name)).size).toBe(plan.volumes.length);
      }));

    test("a process starts after those it names", () =>
      forAnyPlan((plan) => {
        const names = plan.processes.map((process) => process.name);
        plan.processes.forEach((process, i) => {
          for (const earlier of process.after) expect(names.slice(0, i)).toContain(earlier);
        });
      }));

    test("every volume is used and every used volume is planned", () =>
      forAnyPlan((plan) => {
        const used = new Set(plan.processes.flatMap((process) => process.volumes.map((volume) => volume.source)));
        expect([...used].sort()).toEqual(plan.volumes.map((volume) => volume.name).sort());
      }));

    test("memory is the sum of its parts", () =>
      forAnyPlan((plan) => {
        const processes = plan.processes.reduce((total, process) => total + process.memoryMiB, 0);
        const ramdisks = plan.volumes.reduce((total, volume) => total + (volume.sizeMiB ?? 0), 0);
        expect(plan.memoryMiB).toBe(processes + ramdisks);
      }));

    test("it is plain data, and the same each time", () =>
      fc.assert(
        fc.property(dockerConfigs, (config) => {
          expect(JSON.parse(JSON.stringify(planOf(config)))).toEqual(planOf(config));
        }),
        { numRuns: 25 },
      ));
  });
});
