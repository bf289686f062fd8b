import { join } from "node:path";
import { listed, processesOf, turnOf } from "../support/cluster";
import { leaderOf, mastersOf, pathsIn, quorumOf, THREE, threeMasters } from "../support/masters";
import { must, until } from "../support/process";
import { readingWhile, throughMount, writeUnread } from "../support/reader";
import { TestStack } from "../support/testStack";

/** One cluster of three masters and two workers; each test leaves it as it found it. */
describe("three masters", () => {
  const stack = new TestStack("ha", threeMasters);
  let clusterId: string;
  let mount: string;

  beforeAll(async () => {
    const outputs = await stack.bringUp();
    clusterId = outputs.clusterId;
    mount = outputs.mountPoints["data"]!;
  }, 600_000);
  afterAll(() => stack.remove(), 180_000);

  const unread = async (folder: string, count: number) => {
    const files = await writeUnread(await leaderOf(clusterId), `/${folder}`, count, 128 * 1024);
    return { files, read: throughMount(join(mount, folder)) };
  };

  test("the leader is killed: reads go on within 60 s, and it comes back with its journal", async () => {
    const { files, read } = await unread("killed", 400);
    const leader = await leaderOf(clusterId);
    const paths = await pathsIn(leader);
    const { wrong, longestGapSeconds } = await readingWhile(files, read, async () => {
      await new Promise((done) => setTimeout(done, 3000));
      await must("docker", "kill", leader);
      const successor = async () => (await leaderOf(clusterId)) !== leader;
      await until("another master leads", 60, () => successor().catch(() => false));
      await new Promise((done) => setTimeout(done, 20_000));
    });
    expect(wrong).toEqual([]);
    expect(longestGapSeconds).toBeLessThan(60);

    const up = await stack.up("--refresh");
    expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
    await until("the quorum is complete", 60, async () => {
      return JSON.stringify(await quorumOf(clusterId)) === JSON.stringify(THREE);
    });
    // It was started in place: its volume was not made anew, and it knows what the others know.
    await must("docker", "exec", leader, "test", "-d", "/journal/raft");
    expect(await pathsIn(leader)).toEqual(paths);
  }, 600_000);

  test("a property changes on all: one master at a time, the leader last, while reads go on", async () => {
    const { files, read } = await unread("property", 1000);
    const before = await processesOf(clusterId);
    const folder = "/opt/alluxio/underFSStorage/.alluxio_backups";
    stack.edit((config) => (config.properties!["alluxio.user.file.passive.cache.enabled"] = "false"));
    const up = stack.up();
    // The mount itself restarts at the end: until then every read must succeed.
    const { wrongMeanwhile, longestGapSeconds } = await readingWhile(
      files,
      read,
      () => turnOf("fuse-data", before, clusterId, up),
      250,
    );
    const { code, output } = await up;
    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
    expect(wrongMeanwhile).toEqual([]);
    expect(longestGapSeconds).toBeLessThan(60);

    expect(output).toMatch(new RegExp(`the journal is backed up: ${folder}/alluxio-backup-[-0-9]+\\.gz`));
    const started = await startsOf(clusterId);
    expect(started.slice(0, 4)).toEqual(["master-1", "master-2", "master-3", "job-master"]);
    expect(started.slice(-2)).toEqual(["fuse-data", "supervisor-data"]);
    expect(await quorumOf(clusterId)).toEqual(THREE);
    // No cache was lost: a worker and its job worker never let go of the ramdisk at the same time.
    expect(await listed(await leaderOf(clusterId), "/killed/f1")).toEqual({ persisted: true, inMemory: "100%" });
    expect((await stack.up("--expect-no-changes")).code).toBe(0);
  }, 900_000);

  test("the journal of one of three is lost: its loss is accepted, and the others fill it again", async () => {
    const paths = await pathsIn(await leaderOf(clusterId));
    const [master = ""] = await mastersOf(clusterId).then((all) => all.filter((name) => name.includes("-master-2-")));
    const journal = `ha-journal-master-2-${clusterId.slice(0, 4)}`.replace(/^ha/, master.split("-master-")[0]!);
    await must("docker", "rm", "--force", master);
    await must("docker", "volume", "rm", journal);
    const refused = await stack.pulumi("preview", "--refresh");
    expect(refused.output).toContain("hold the same metadata: with the loss accepted, their masters fill the new one");
    const [, line] = /confirm: \["(lose [^"]+)"\]/.exec(refused.output) ?? [];
    stack.edit((config) => (config.confirm = [line!]));
    const up = await stack.up("--refresh");
    expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
    await until("the quorum is complete", 120, async () => {
      return JSON.stringify(await quorumOf(clusterId)) === JSON.stringify(THREE);
    });
    expect(await pathsIn(await leaderOf(clusterId))).toEqual(paths);
  }, 600_000);
});

/** The processes in the order in which their containers were made. */
async function startsOf(clusterId: string): Promise<string[]> {
  const made = await Promise.all(
    [...(await processesOf(clusterId))].map(async ([name, { id }]) => ({
      name,
      at: await must("docker", "inspect", "--format", "{{.Created}}", id),
    })),
  );
  return made.sort((a, b) => a.at.localeCompare(b.at)).map((one) => one.name);
}
