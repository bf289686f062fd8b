import { join } from "node:path";
import { digestOf, processesOf, writeRandom } from "../support/cluster";
import { quorumOf, THREE } from "../support/masters";
import { must } from "../support/process";
import { leftovers, TestStack } from "../support/testStack";

describe("Pulumi.ha.yaml", () => {
  const stack = new TestStack("ha");
  afterAll(() => stack.remove(), 180_000);

  test("three masters come up, one leads, the standbys are healthy, and a second up changes nothing", async () => {
    await stack.init();
    const up = await stack.up();
    expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
    const { clusterId, mountPoints } = await stack.outputs();
    expect(await quorumOf(clusterId)).toEqual(THREE);
    const master = (await processesOf(clusterId)).get("master-2")!.name;
    expect(await must("docker", "inspect", "--format", "{{.State.Health.Status}}", master)).toBe("healthy");
    const digest = writeRandom(join(mountPoints["data"]!, "file"), 16);
    expect(digestOf(join(mountPoints["data"]!, "file"))).toBe(digest);
    expect((await stack.up("--expect-no-changes")).code).toBe(0);
    expect(await stack.drift()).toEqual([]);

    const destroyed = await stack.pulumi("destroy", "--yes", "--skip-preview");
    expect([destroyed.code, await leftovers(clusterId)]).toEqual([
      0,
      [`volume dev-under-storage-${clusterId.slice(0, 4)}`],
    ]);
  }, 900_000);
});

/**
 * One master becomes three. The run is killed, with the engine and its plugins, at different moments of the growth;
 * afterwards the next `up` ends well, and every path and byte is there.
 */
describe("one master becomes three", () => {
  const CASES: [string, string | undefined][] = [
    ["undisturbed", undefined],
    ["killed while master-2 joins", "journal-member-master-2"],
    ["killed while master-3 joins", "journal-member-master-3"],
  ];

  test.each(CASES)(
    "%s",
    async (_, moment) => {
      const stack = new TestStack("local");
      try {
        await stack.init();
        expect((await stack.up()).code).toBe(0);
        const { clusterId, mountPoints } = await stack.outputs();
        const file = join(mountPoints["data"]!, "file");
        const digest = writeRandom(file, 16);

        stack.edit((config) => (config.masters = { count: 3 }));
        if (moment !== undefined) await stack.killedUp(moment, 15_000);
        const grown = await stack.up();
        expect([grown.code, grown.code === 0 ? "" : grown.output]).toEqual([0, ""]);

        expect(await quorumOf(clusterId)).toEqual(THREE);
        expect(digestOf(file)).toBe(digest);
        expect((await stack.up("--expect-no-changes")).code).toBe(0);
      } finally {
        await stack.remove();
      }
    },
    1_200_000,
  );
});
