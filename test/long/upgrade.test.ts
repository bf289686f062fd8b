import { listed, processesOf, turnOf } from "../support/cluster";
import { leaderOf, mastersOf, pathsIn, quorumOf, THREE, threeMasters } from "../support/masters";
import { must } from "../support/process";
import { readingWhile, throughMount, writeUnread } from "../support/reader";
import { setUpVersion } from "../support/setUpVersion";
import { TestStack } from "../support/testStack";

/** Versions of Alluxio that the masters, and the leader's workers, run. */
async function versionsOf(clusterId: string): Promise<string[]> {
  const asked = await Promise.all(
    (await mastersOf(clusterId)).map((master) =>
      must("docker", "exec", master, "curl", "-s", "-m", "5", "http://127.0.0.1:19999/api/v1/master/info"),
    ),
  );
  return asked.map((text) => (JSON.parse(text) as { version: string }).version);
}

describe("an upgrade of three masters and two workers", () => {
  const stack = new TestStack("ha", (config) => {
    threeMasters(config);
    config.version = "2.9.4";
  });
  let clusterId: string;
  let mount: string;

  beforeAll(async () => {
    await setUpVersion("2.9.6");
    const outputs = await stack.bringUp();
    clusterId = outputs.clusterId;
    mount = outputs.mountPoints["data"]!;
  }, 1_200_000);
  afterAll(() => stack.remove(), 180_000);

  test("2.9.4 → 2.9.6: a backup, masters with the leader last, then workers, each step gated; reads go on", async () => {
    const files = await writeUnread(await leaderOf(clusterId), "/unread", 1000, 128 * 1024);
    const paths = await pathsIn(await leaderOf(clusterId));
    const before = await processesOf(clusterId);
    stack.edit((config) => (config.version = "2.9.6"));
    const up = stack.up();
    const { wrongMeanwhile, longestGapSeconds } = await readingWhile(
      files,
      throughMount(`${mount}/unread`),
      () => turnOf("fuse-data", before, clusterId, up),
      250,
    );
    const { code, output } = await up;
    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
    expect(wrongMeanwhile).toEqual([]);
    expect(longestGapSeconds).toBeLessThan(60);

    expect(output).toContain("Alluxio 2.9.6 may write a journal that 2.9.4 cannot read: the way back is that backup");
    const [, backup = ""] = /the journal is backed up: (\S+)/.exec(output) ?? [];
    await must("docker", "exec", await leaderOf(clusterId), "test", "-s", backup);
    expect(await versionsOf(clusterId)).toEqual(["2.9.6", "2.9.6", "2.9.6"]);
    expect(await quorumOf(clusterId)).toEqual(THREE);
    expect(await pathsIn(await leaderOf(clusterId))).toEqual(paths);
    expect(await listed(await leaderOf(clusterId), "/unread/f1")).toEqual({ persisted: true, inMemory: "100%" });
    expect((await stack.up("--expect-no-changes")).code).toBe(0);
  }, 1_200_000);

  test("the way down is refused", async () => {
    stack.edit((config) => (config.version = "2.9.4"));
    const { code, output } = await stack.pulumi("preview");
    expect(code).not.toBe(0);
    expect(output).toMatch(/metadata loss: downgrade 2\.9\.6→2\.9\.4: Alluxio 2\.9\.4 may not read the journal/);
    expect(output).toMatch(/confirm: \["downgrade 2\.9\.6→2\.9\.4 @[0-9a-f]{4}"\]/);
    stack.edit((config) => (config.version = "2.9.6"));
  }, 120_000);

  test("a worker that cannot start stops the change: the rest is named, untouched, and done by the next up", async () => {
    const before = await processesOf(clusterId);
    const BROKEN = "alluxio.worker.block.annotator.class";
    // Only a worker makes one, and a string is none.
    stack.edit((config) => (config.properties![BROKEN] = "java.lang.String"));
    const stopped = await stack.up();
    expect(stopped.code).not.toBe(0);
    expect(stopped.output).toMatch(
      /error: worker-cache-1 did not become healthy within \d+ s after its change: its container is .*started again 3 times.*its log says: .*Not attempted: worker-cache-2, job-worker-cache-2, fuse-data\./s,
    );
    const after = await processesOf(clusterId);
    const untouched = [...after].filter(([name, { pid }]) => pid === before.get(name)?.pid).map(([name]) => name);
    expect(untouched.sort()).toEqual(["fuse-data", "job-worker-cache-2", "supervisor-data", "worker-cache-2"]);

    stack.edit((config) => Reflect.deleteProperty(config.properties!, BROKEN));
    const fixed = await stack.up();
    expect([fixed.code, fixed.code === 0 ? "" : fixed.output]).toEqual([0, ""]);
    expect((await stack.up("--expect-no-changes")).code).toBe(0);
    const last = await processesOf(clusterId);
    const kept = [...last].filter(([name, { pid }]) => pid === before.get(name)?.pid).map(([name]) => name);
    expect(kept.sort()).toEqual(["fuse-data", "job-worker-cache-2", "supervisor-data", "worker-cache-2"]);
  }, 1_200_000);
});

describe("a lost journal", () => {
  const stack = new TestStack("local", (config) => (config.underStorage = { volume: {} }));
  afterAll(() => stack.remove(), 180_000);

  test("is restored from the last backup, by the lines that the refusal prints", async () => {
    await stack.init();
    expect((await stack.up()).code).toBe(0);
    const { clusterId, mountPoints } = await stack.outputs();
    const master = (await processesOf(clusterId)).get("master-1")!.name;
    const files = await writeUnread(master, "/data/kept", 8);
    // Another heap restarts the master, and so makes a backup.
    stack.edit((config) => (config.heaps!.master = "224MB"));
    expect((await stack.up()).code).toBe(0);
    const paths = await pathsIn(master);

    const journal = `${master.split("-master-")[0]!}-journal-master-1-${clusterId.slice(0, 4)}`;
    await must("docker", "rm", "--force", master);
    await must("docker", "volume", "rm", journal);
    const refused = await stack.pulumi("preview", "--refresh");
    expect(refused.code).not.toBe(0);
    const [, line] = /\n\s*confirm: \["(lose [^"]+)"\]/.exec(refused.output) ?? [];
    const [, uri] = /properties: \{"alluxio.master.journal.init.from.backup": "([^"]+)"\}/.exec(refused.output) ?? [];
    stack.edit((config) => {
      config.confirm = [line!];
      config.properties = { ...config.properties, "alluxio.master.journal.init.from.backup": uri! };
    });
    const restored = await stack.up("--refresh");
    expect([restored.code, restored.code === 0 ? "" : restored.output]).toEqual([0, ""]);
    expect(await pathsIn(master)).toEqual(paths);
    for (const [file, digest] of files) {
      const read = await must("timeout", "60", "sha256sum", `${mountPoints["data"]!}/kept/${file}`);
      expect(read.split(" ")[0]).toBe(digest);
    }
  }, 900_000);
});
