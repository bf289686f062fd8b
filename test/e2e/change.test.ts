import { join } from "node:path";
import type { ClusterConfig } from "../../components/spec/config";
import { listed, processesOf } from "../support/cluster";
import { must } from "../support/process";
import { readingWhile, throughMount, writeUnread } from "../support/reader";
import { TestStack } from "../support/testStack";

/** Two workers and a mount. */
function spec(config: ClusterConfig): void {
  config.mounts = [{ name: "data", workers: ["small"] }];
  config.workers = [
    { name: "small", ramdisk: "128MB" },
    { name: "large", ramdisk: "256MB" },
  ];
  config.heaps!.worker = "112MB";
  config.confirm = [];
}

/** One cluster for all tests; what a test asks for of it is taken back. */
describe("changes of a running cluster", () => {
  const stack = new TestStack("dev", (config) => {
    spec(config);
    config.heaps!.worker = "96MB";
  });
  afterEach(() => stack.edit(spec));
  let clusterId: string;
  let mount: string;
  const nameOf = async (process: string): Promise<string> => (await processesOf(clusterId)).get(process)!.name;

  beforeAll(async () => {
    await stack.init();
    const up = await stack.up();
    if (up.code !== 0) throw new Error(up.output);
    const outputs = await stack.outputs();
    clusterId = outputs.clusterId;
    mount = outputs.mountPoints["data"]!;
  }, 900_000);
  afterAll(() => stack.remove(), 180_000);

  test("larger heaps of the workers are announced, and restart them one at a time while reads go on", async () => {
    const master = await nameOf("master-1");
    const files = await writeUnread(master, "/unread", 400, 256 * 1024);
    const before = await processesOf(clusterId);
    stack.edit(spec);
    let said = "";
    const { wrong, longestGapSeconds } = await readingWhile(files, throughMount(join(mount, "unread")), async () => {
      const up = await stack.up();
      expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
      said = up.output;
    });
    expect(said).toContain(
      [
        "the change of dev:",
        "  - restart: worker-small-1, worker-large-1: JVM options changed",
        "while it is applied:",
        "  - workers restart one at a time, 2 of 2, each one when those before it are registered again: reads go on from the others and the under storage",
      ].join("\n    "),
    );
    expect(wrong).toEqual([]);
    expect(longestGapSeconds).toBeLessThan(60);
    const after = await processesOf(clusterId);
    const touched = [...after].filter(([name, { id }]) => id !== before.get(name)?.id).map(([name]) => name);
    expect(touched.sort()).toEqual(["worker-large-1", "worker-small-1"]);
    expect(await listed(master, "/unread/f1")).toEqual({ persisted: true, inMemory: "100%" });
  }, 900_000);

  test("a smaller ramdisk is refused while a file is in the caches alone, until that very loss is confirmed", async () => {
    const master = await nameOf("master-1");
    await must(
      ...(["docker", "exec", master, "bash", "-c"] as const),
      "echo precious > /tmp/p && alluxio fs -Dalluxio.user.file.writetype.default=MUST_CACHE copyFromLocal /tmp/p /precious",
    );
    stack.edit((config) => (config.workers[1]!.ramdisk = "128MB"));
    const refused = await stack.pulumi("preview");
    expect(refused.code).not.toBe(0);
    expect(refused.output).not.toContain("map[");
    expect(refused.output).toContain(
      "data loss: give up 1 file not persisted: 1 file may be in the caches alone (/precious).",
    );
    const [, line] = /confirm: \["(give up 1 file not persisted @[0-9a-f]{4})"\]/.exec(refused.output) ?? [];
    stack.edit((config) => (config.confirm = [line!]));
    const accepted = await stack.pulumi("preview");
    expect([accepted.code, accepted.code === 0 ? "" : accepted.output]).toEqual([0, ""]);

    await must("docker", "exec", master, "alluxio", "fs", "persist", "/precious");
    const safe = await stack.pulumi("preview");
    expect(safe.output).toMatch(/nothing is lost with the caches: of \d+ files looked at, each is persisted/);
    expect(safe.output).toContain(`confirm holds "${line!}", which nothing asks for: remove it`);
  }, 300_000);

  test("a lost journal is refused by preview and up, which name the last backup and how to restore it", async () => {
    const master = await nameOf("master-1");
    const folder = "/opt/alluxio/underFSStorage/.alluxio_backups";
    await must("docker", "exec", master, "alluxio", "fsadmin", "backup", folder, "--allow-leader");
    const names = await must("docker", "exec", master, "ls", folder);
    const backup = names.split("\n").find((name) => name.endsWith(".gz"))!;
    const journal = `dev-journal-master-1-${clusterId.slice(0, 4)}`;
    await must("docker", "rm", "--force", master);
    await must("docker", "volume", "rm", journal);
    for (const verb of [["preview"], ["up", "--yes", "--skip-preview"]] as const) {
      const refused = await stack.pulumi(verb[0], ...verb.slice(1));
      expect(refused.code).not.toBe(0);
      expect(refused.output).toContain(`volume ${journal} is gone, and with it the journal of master-1`);
      expect(refused.output).toContain(`The last backup of the journal is ${folder}/${backup}`);
      expect(refused.output).toMatch(new RegExp(`confirm: \\["lose ${journal} @[0-9a-f]{4}"\\]`));
    }
  }, 300_000);
});
