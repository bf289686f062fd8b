import { join } from "node:path";
import { digestOf, fuseReads, listed, processesOf, registeredWorkers, writeRandom } from "../../support/cluster";
import { must, run, until } from "../../support/process";
import { readingWhile, throughMount, writeUnread } from "../../support/reader";
import type { DevCluster } from "./cluster";

const LARGER_HEAP = "112MB";

/** Processes restart and change, and nothing is lost. */
export function changeTests(dev: DevCluster): void {
  test("a master that is restarted, and one that is made anew, keep every path and every byte", async () => {
    const file = join(dev.mounts["data"]!, "kept");
    const digest = writeRandom(file, 8);
    const paths = async (): Promise<string[]> => {
      const text = await must("docker", "exec", await dev.nameOf("master-1"), "alluxio", "fs", "ls", "-R", "/");
      return text
        .split("\n")
        .map((line) => line.split(/\s+/).pop()!)
        .sort();
    };
    const before = await paths();
    expect(before).toContain("/kept");

    await must("docker", "restart", await dev.nameOf("master-1"));
    await until(
      "both workers are back",
      120,
      async () => Object.keys(await registeredWorkers(await dev.nameOf("master-1"))).length === 2,
    );
    expect([await paths(), digestOf(file)]).toEqual([before, digest]);

    await must("docker", "rm", "--force", await dev.nameOf("master-1"));
    expect((await dev.stack.up("--refresh")).code).toBe(0);
    expect([await paths(), digestOf(file)]).toEqual([before, digest]);
  }, 300_000);

  test("larger heaps of the workers are announced, and restart them one at a time while reads go on", async () => {
    const master = await dev.nameOf("master-1");
    const files = await writeUnread(master, "/unread", 400, 256 * 1024);
    const before = await processesOf(dev.clusterId);
    dev.stack.edit((config) => (config.heaps!.worker = LARGER_HEAP));
    let said = "";
    const fuse = await dev.nameOf("fuse-data");
    const served = await fuseReads(fuse);
    const { reads, wrong, longestGapSeconds } = await readingWhile(
      files,
      throughMount(join(dev.mounts["data"]!, "unread")),
      async () => {
        const up = await dev.stack.up();
        expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
        said = up.output;
      },
    );
    expect(said).toContain(
      [
        "the change of dev:",
        "  - restart: worker-small-1, worker-large-1: JVM options changed",
        "while it is applied:",
        "  - workers restart one at a time, 2 of 2, each one when those before it are registered again: reads go on from the others and the under storage",
      ].join("\n    "),
    );
    expect(wrong).toEqual([]);
    expect((await fuseReads(fuse)) - served).toBeGreaterThanOrEqual(reads.length);
    expect(longestGapSeconds).toBeLessThan(60);
    const after = await processesOf(dev.clusterId);
    const touched = [...after].filter(([name, { id }]) => id !== before.get(name)?.id).map(([name]) => name);
    expect(touched.sort()).toEqual(["worker-large-1", "worker-small-1"]);
    expect(await listed(master, "/unread/f1")).toEqual({ persisted: true, inMemory: "100%" });
  }, 900_000);

  test("a smaller ramdisk, and an end of it all, are refused while a file is in the caches alone, until that very loss is confirmed", async () => {
    const master = await dev.nameOf("master-1");
    await must(
      ...(["docker", "exec", master, "bash", "-c"] as const),
      "echo precious > /tmp/p && alluxio fs -Dalluxio.user.file.writetype.default=MUST_CACHE copyFromLocal /tmp/p /precious",
    );
    dev.stack.edit((config) => (config.workers[1]!.ramdisk = "256MB"));
    const refused = await dev.stack.pulumi("preview");
    expect(refused.code).not.toBe(0);
    expect(refused.output).not.toContain("map[");
    expect(refused.output).toContain(
      "data loss: give up 1 file not persisted: 1 file may be in the caches alone (/precious).",
    );
    const [, line] = /confirm: \["(give up 1 file not persisted @[0-9a-f]{4})"\]/.exec(refused.output) ?? [];
    dev.stack.edit((config) => (config.confirm = [line!]));
    const accepted = await dev.stack.pulumi("preview");
    expect([accepted.code, accepted.code === 0 ? "" : accepted.output]).toEqual([0, ""]);

    const processes = await processesOf(dev.clusterId);
    for (const [program, ...args] of [
      ["node_modules/.bin/alluxioctl", "down", "--yes"],
      ["npm", "stop"],
    ] as const) {
      const ended = await run(program, args, { env: dev.stack.env });
      expect([ended.code, ended.output]).toEqual([
        1,
        expect.stringContaining("give up 1 file not persisted: 1 file may be in the caches alone (/precious)."),
      ]);
    }
    expect(await processesOf(dev.clusterId)).toEqual(processes);

    await must("docker", "exec", master, "alluxio", "fs", "persist", "/precious");
    const safe = await dev.stack.pulumi("preview");
    expect(safe.output).toMatch(/nothing is lost with the caches: of \d+ files looked at, each is persisted/);
    expect(safe.output).toContain(`confirm holds "${line!}", which nothing asks for: remove it`);
    dev.stack.edit((config) => {
      config.workers[1]!.ramdisk = "512MB";
      config.confirm = [];
    });
  }, 300_000);
}
