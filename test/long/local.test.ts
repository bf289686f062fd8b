import { join } from "node:path";
import { digestOf, processesOf, registeredWorkers, writeRandom } from "../support/cluster";
import { must, run } from "../support/process";
import { leftovers, TestStack } from "../support/testStack";

/** Two clones of the project on one Docker, both with a stack `dev` and a cluster `local`. */
describe("Pulumi.local.yaml", () => {
  const clone = new TestStack("local", (config) => {
    config.name = "local";
  });
  const other = new TestStack("local", (config) => {
    config.name = "local";
    config.mounts = [];
    config.underStorage = { volume: {} };
  });
  const idOf = async (stack: TestStack): Promise<string> => (await stack.outputs()).clusterId;

  beforeAll(async () => {
    for (const stack of [clone, other]) await stack.init();
    for (const up of await Promise.all([clone.up(), other.up()])) {
      if (up.code !== 0) throw new Error(up.output);
    }
  }, 600_000);
  afterAll(async () => {
    await other.remove();
    await clone.remove();
  }, 180_000);

  test("one worker is registered, in each of the two clones", async () => {
    for (const stack of [clone, other]) {
      const master = (await processesOf(await idOf(stack))).get("master-1")!;
      expect(await registeredWorkers(master.name)).toEqual({ "local-1": 512 * 1024 ** 2 });
    }
  });

  test("immutable contents are mounted with the kernel's cache and a read-ahead of 1 MiB", async () => {
    const mountPoint = (await clone.outputs()).mountPoints["data"]!;
    const device = await must("mountpoint", "-d", mountPoint);
    expect(await must("cat", `/sys/class/bdi/${device}/read_ahead_kb`)).toBe("1024");
    await run("sh", ["-c", 'echo 128 > "/sys/class/bdi/$1/read_ahead_kb"', "sh", device]);
    expect(await clone.drift()).toEqual([{ resource: "local-mount-data", op: "update", paths: ["readAheadKiB"] }]);
    expect((await clone.up("--refresh")).code).toBe(0);
    expect(await must("cat", `/sys/class/bdi/${device}/read_ahead_kb`)).toBe("1024");
  }, 120_000);

  test("to destroy one leaves the other as it is, and nothing of itself", async () => {
    const [gone, stays] = [await idOf(other), await idOf(clone)];
    const before = await processesOf(stays);
    expect((await other.pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0);
    expect(await leftovers(gone)).toEqual([]);
    expect(await processesOf(stays)).toEqual(before);
  }, 120_000);

  test("a kept volume is taken back by the next up, with every byte", async () => {
    const id = await idOf(clone);
    const volume = `volume local-under-storage-${id.slice(0, 4)}`;
    const digest = writeRandom(join((await clone.outputs()).mountPoints["data"]!, "kept"), 16);
    expect((await clone.pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0);
    expect(await leftovers(id)).toEqual([volume]);

    expect((await clone.up()).code).toBe(0);
    expect(await idOf(clone)).toBe(id);
    expect(digestOf(join((await clone.outputs()).mountPoints["data"]!, "kept"))).toBe(digest);
  }, 300_000);
});
