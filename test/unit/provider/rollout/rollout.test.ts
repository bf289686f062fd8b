import { awaitProcesses, type AwaitedProcess } from "../../../../provider/rollout/awaitProcesses";
import { beginRollout, cannotSpare } from "../../../../provider/rollout/beginRollout";
import { prepareMaster, type PrepareMasterArgs } from "../../../../provider/rollout/prepareMaster";
import { differs, type DeclaredProcess, type RunningContainer } from "../../../../provider/docker/containerProcess";
import { registeredWorker } from "../../operations/samples";
import { fakeClock, notes } from "../fakes";
import { ADDRESSES, CLUSTER, declared, FakeCluster, MASTERS, running } from "./world";

describe("differs: what the engine is going to replace", () => {
  test("a container of exactly what is declared does not, whatever its image brings along", () => {
    expect(differs(declared("a"), running("a"))).toBe(false);
  });

  test.each<[string, Partial<DeclaredProcess>]>([
    ["image", { image: "sha256:2" }],
    ["host name", { hostname: "b" }],
    ["command", { command: ["a", "b"] }],
    ["environment", { environment: ["ALLUXIO_SITE_PROPERTIES=a=2"] }],
    ["a variable more", { environment: ["ALLUXIO_SITE_PROPERTIES=a=1", "ALLUXIO_RAM_FOLDER=/mnt"] }],
    ["a variable less", { environment: [] }],
    ["a label", { labels: { "alluxio.process": "a", team: "vision" } }],
    ["a label less", { labels: {} }],
    ["a mount", { mounts: { "/journal": "other" } }],
    ["a published port", { published: { "19999": 20501 } }],
    ["an entry point", { entrypoint: ["/bin/sh"] }],
  ])("%s", (_, change) => {
    expect(differs(declared("a", change), running("a"))).toBe(true);
  });
});

describe("beginRollout", () => {
  const PROCESSES = ["master-1", "master-2", "master-3", "worker-small-1"];
  const CHANGED = { image: "sha256:2" };
  const begin = async (cluster: FakeCluster, change: Partial<DeclaredProcess> = CHANGED) => {
    const progress = notes();
    const processes = Object.fromEntries(PROCESSES.map((name) => [name, declared(name, change)]));
    const clock = fakeClock();
    const result = await beginRollout(cluster, clock).call({ args: { ...CLUSTER, processes }, progress });
    return { ...result, said: progress.said, seconds: clock.seconds() };
  };
  const all = (changes: Partial<RunningContainer> = {}) => PROCESSES.map((name) => running(name, changes));

  test("a new cluster has nothing at stake, and nobody is asked", async () => {
    const cluster = new FakeCluster();
    cluster.leading = undefined;
    const nothing = { atStake: [], before: {}, workers: [], credentialsAlone: false, newMastersFirst: false };
    expect(await begin(cluster)).toEqual({ ...nothing, said: [], seconds: 0 });
  });

  test("no change: nothing at stake", async () => {
    const { atStake, before } = await begin(new FakeCluster(...all()), {});
    expect(atStake).toEqual([]);
    expect(before["master-1"]).toEqual({ id: "master-1-id", serving: true });
  });

  test("what serves and is going to be replaced is at stake; what ails is not", async () => {
    const ailing = running("worker-small-1", { serving: false, state: "exited with code 1" });
    const { atStake, workers } = await begin(new FakeCluster(...all().slice(0, 3), ailing));
    expect([atStake, workers]).toEqual([["master-1", "master-2", "master-3"], ["small-1"]]);
  });

  test.each<[string, Partial<DeclaredProcess>, boolean]>([
    ["other credentials", { labels: { "alluxio.credentials": "2" } }, true],
    ["other credentials on another image", { labels: { "alluxio.credentials": "2" }, image: "sha256:2" }, false],
    ["another image", { image: "sha256:2" }, false],
  ])("%s: whether the old credentials may be refused already", async (_, change, expected) => {
    expect((await begin(new FakeCluster(...all()), change)).credentialsAlone).toBe(expected);
  });

  test("an election that is going on is waited for", async () => {
    const cluster = new FakeCluster(...all());
    cluster.elections = 5;
    const { atStake, seconds } = await begin(cluster);
    expect([atStake, seconds]).toEqual([PROCESSES, 5]);
  });

  test.each<[string, (cluster: FakeCluster) => void, number]>([
    ["no master leads", (cluster) => (cluster.leading = undefined), 60],
    [
      "most masters are away",
      (cluster) => ["dev-master-1-3f9c", "dev-master-2-3f9c"].forEach((name) => cluster.containers.delete(name)),
      0,
    ],
  ])("%s: its repair waits for nothing, and says so", async (_, make, expected) => {
    const cluster = new FakeCluster(...all());
    make(cluster);
    const { atStake, said, seconds } = await begin(cluster);
    expect([atStake, seconds]).toEqual([[], expected]);
    expect(said).toEqual([expect.stringMatching(/^warning: no master leads/)]);
  });
});

describe("a master that leaves the spec leads", () => {
  const begin = async (members: Record<string, boolean>) => {
    const cluster = new FakeCluster(running("master-1"), running("master-3"));
    cluster.leading = undefined;
    cluster.members = members;
    const processes = Object.fromEntries(
      ["master-1", "master-3"].map((name) => [name, declared(name, { image: "sha256:2" })]),
    );
    const args = { ...CLUSTER, processes, addresses: ["master-1:19200", "new:19200", "master-3:19200"] };
    const progress = notes();
    const { atStake } = await beginRollout(cluster, fakeClock()).call({ args, progress });
    return { atStake, acts: cluster.acts, said: progress.said };
  };
  const STAY = { "master-1:19200": true, "master-3:19200": true };

  test("the last one that stays takes over, and the change is gated as any other", async () => {
    expect(await begin({ ...STAY, "master-2:19200": true })).toEqual({
      atStake: ["master-1", "master-3"],
      acts: [`${MASTERS[2]!} elects master-3:19200`],
      said: ["master-3 leads in place of a master that the spec no longer has"],
    });
  });

  test("nobody is elected where it is dead, or there is none: an election is going on", async () => {
    expect((await begin({ ...STAY, "master-2:19200": false })).acts).toEqual([]);
    expect((await begin(STAY)).acts).toEqual([]);
  });
});

describe("new masters go first", () => {
  const begin = async (cluster: FakeCluster, addresses: readonly string[] | undefined) => {
    const processes = Object.fromEntries(
      ["master-1", "master-2", "master-3"].map((name) => [name, declared(name, { image: "sha256:2" })]),
    );
    const args = { ...CLUSTER, processes, ...(addresses ? { addresses } : {}) };
    return (await beginRollout(cluster, fakeClock()).call({ args, progress: notes() })).newMastersFirst;
  };
  const two = () => new FakeCluster(running("master-1"), running("master-3"));
  const REPLACED = ["master-1:19200", "new:19200", "master-3:19200"];

  test("where one takes the place of a dead one", async () => {
    const cluster = two();
    cluster.members = { ...cluster.members, "master-2:19200": false };
    expect(await begin(cluster, REPLACED)).toBe(true);
    expect(await begin(cluster, undefined)).toBe(false);
  });

  test("not where none is new, or nobody tells the members", async () => {
    const all = new FakeCluster(running("master-1"), running("master-2"), running("master-3"));
    all.members = { ...all.members, "old:19200": false };
    expect(await begin(all, ADDRESSES)).toBe(false);
    const silent = two();
    silent.members = undefined;
    expect(await begin(silent, REPLACED)).toBe(false);
  });

  test.each<[string, Record<string, boolean>, boolean]>([
    ["a cluster of one master grows", { a: true }, false],
    ["all three serve", { a: true, b: true, c: true }, false],
    ["another one is away that stays in the spec", { a: true, b: true, c: true, d: false }, true],
    ["one that has left is still there", { a: true, b: true, c: true, old: true }, false],
    ["one that has left is dead", { a: true, b: true, old: false }, true],
    ["one of five has left and is dead", { a: true, b: true, c: true, d: true, old: false }, true],
    ["only two are left", { a: true, b: true }, true],
  ])("cannotSpare: %s", (_, quorum, expected) => {
    expect(cannotSpare(quorum, ["a", "b", "c", "d"])).toBe(expected);
  });
});

test("masters that could not talk to each other change at once", async () => {
  const environment = ["ALLUXIO_SITE_PROPERTIES=alluxio.master.rpc.port=20998"];
  const processes = { "master-1": declared("master-1", { environment }) };
  const progress = notes();
  const cluster = new FakeCluster(running("master-1"));
  const { atStake } = await beginRollout(cluster, fakeClock()).call({ args: { ...CLUSTER, processes }, progress });
  expect([atStake, progress.said]).toEqual([
    [],
    ["warning: alluxio.master.rpc.port differ, so that old and new cannot talk: all change at once"],
  ]);
});

describe("prepareMaster", () => {
  const prepare = async (cluster: FakeCluster, args: Partial<PrepareMasterArgs> = {}) => {
    const progress = notes();
    const given = { ...CLUSTER, master: MASTERS[0]!, addresses: ADDRESSES, workers: ["small-1"], ...args };
    const { problem } = await prepareMaster(cluster, fakeClock()).call({ args: given, progress });
    return { acts: cluster.acts, said: progress.said, problem };
  };

  test("a master that this change adds does not take over: workers do not know it yet", async () => {
    expect(await prepare(new FakeCluster(), { newMasters: [MASTERS[2]!] })).toEqual({
      acts: [`${MASTERS[0]!} elects master-2:19200`],
      said: ["master-2 leads in place of master-1"],
      problem: undefined,
    });
  });

  test("the first: a backup, then another leader, which must know every worker", async () => {
    expect(await prepare(new FakeCluster(), { backupDirectory: "/ufs/b" })).toEqual({
      acts: [`backup by ${MASTERS[0]!} to /ufs/b`, `${MASTERS[0]!} elects master-3:19200`],
      said: ["the journal is backed up: /ufs/b/alluxio-backup-1.gz", "master-3 leads in place of master-1"],
      problem: undefined,
    });
  });

  test("one that does not lead is left to itself", async () => {
    expect((await prepare(new FakeCluster(), { master: MASTERS[1]! })).acts).toEqual([]);
  });

  test("a backup that fails stops everything before the lead is moved", async () => {
    const cluster = new FakeCluster();
    cluster.backupFails = "Failed to create directory /ufs/b";
    const { acts, problem } = await prepare(cluster, { backupDirectory: "/ufs/b" });
    expect(acts).toHaveLength(1);
    expect(problem).toMatch(
      /^the journal cannot be backed up to \/ufs\/b .*: Failed to create directory \/ufs\/b\. Make that/,
    );
  });

  test("one that the credentials may explain that are being replaced is told, and the change goes on", async () => {
    const cluster = new FakeCluster();
    cluster.backupFails = "Backup timed out";
    const { acts, said, problem } = await prepare(cluster, { backupDirectory: "/ufs/b", backupMayFail: true });
    expect([acts.length, problem]).toEqual([2, undefined]);
    expect(said[0]).toBe(
      "warning: the journal could not be backed up (Backup timed out), which the credentials may explain that are being replaced: the change goes on without",
    );
  });

  test("a new leader that never hears of a worker stops it", async () => {
    const { problem } = await prepare(new FakeCluster(), { workers: ["small-1", "lost-1"] });
    expect(problem).toContain("master-3 does not lead all workers 120 s after it was elected");
  });

  test("while another master is away none is touched", async () => {
    const cluster = new FakeCluster();
    cluster.members = { "master-1:19200": true, "master-2:19200": true, "master-3:19200": false };
    const { acts, problem } = await prepare(cluster, { backupDirectory: "/ufs/b" });
    expect(acts).toEqual([]);
    expect(problem).toMatch(/^the quorum is not complete \(master-3 unavailable\)/);
  });

  test("one that is well, and that the leader has lost for good, is found by another leader first", async () => {
    const cluster = new FakeCluster(running("master-1"), running("master-2"), running("master-3"));
    cluster.forgetful = MASTERS[0];
    expect(await prepare(cluster, { master: MASTERS[2]! })).toEqual({
      acts: [`${MASTERS[0]!} elects master-2:19200`],
      said: ["master-2 leads in place of master-1, which had lost master-3 and did not look again"],
      problem: undefined,
    });
  });

  test("a cluster that grows has nobody yet who could lead in its place", async () => {
    const cluster = new FakeCluster();
    cluster.members = { "master-1:19200": true };
    expect(await prepare(cluster)).toEqual({ acts: [], said: [], problem: undefined });
  });

  test("no leader at all stops it", async () => {
    const cluster = new FakeCluster();
    cluster.leading = undefined;
    expect((await prepare(cluster)).problem).toBe("no master has led for 120 s");
  });
});

describe("awaitProcesses", () => {
  const MASTER: AwaitedProcess = { name: "master-1", id: "master-1-id", role: "master", address: ADDRESSES[0]! };
  const WORKER: AwaitedProcess = { name: "worker-small-1", id: "worker-small-1-id", role: "worker", host: "small-1" };
  const JOB: AwaitedProcess = { name: "job-master", id: "job-master-id", role: "job-master" };
  const wait = async (cluster: FakeCluster, ...processes: AwaitedProcess[]) => {
    const args = { ...CLUSTER, addresses: ADDRESSES, processes, workers: ["small-1"], timeoutSeconds: 100 };
    const { problem } = await awaitProcesses(cluster, fakeClock()).call({ args, progress: notes() });
    return problem;
  };
  const healthy = () => new FakeCluster(running("master-1"), running("worker-small-1"), running("job-master"));

  test("all well: no problem", async () => {
    expect(await wait(healthy(), MASTER, WORKER, JOB)).toBeUndefined();
  });

  test("a master that is well, and that the leader has lost for good, is found by another leader", async () => {
    const cluster = new FakeCluster(running("master-1"), running("master-2"), running("master-3"));
    cluster.forgetful = MASTERS[0];
    expect(await wait(cluster, MASTER)).toBeUndefined();
    expect(cluster.acts).toEqual([`${MASTERS[0]!} elects master-2:19200`]);
  });

  test.each<[string, Record<string, boolean>, string[]]>([
    ["has ended", { "old:19200": false }, ["dismisses old:19200"]],
    ["still serves", { "old:19200": true }, []],
    ["has ended, while one that stays is away too", { "old:19200": false, "master-3:19200": false }, []],
  ])("a member that was a master which has moved, and %s", async (_, more, acts) => {
    const cluster = new FakeCluster(running("master-1"), running("master-2"), running("master-3"));
    cluster.members = { ...cluster.members, ...more };
    const problem = await wait(cluster, MASTER);
    expect(cluster.acts.filter((act) => act.startsWith("dismisses"))).toEqual(acts);
    expect(problem === undefined).toBe(!("master-3:19200" in more));
  });

  test.each<[string, Partial<RunningContainer> | undefined, number, string]>([
    ["starting for too long", { serving: false, state: "starting" }, 100, "its container is starting"],
    [
      "ends again and again: not waited for",
      { serving: false, state: "starting again and again", restarts: 3 },
      0,
      "its container is starting again and again, started again 3 times",
    ],
    ["gone: not waited for", undefined, 0, "its container is gone"],
  ])("%s", async (_, change, waitedSeconds, why) => {
    const cluster = healthy();
    if (change) cluster.containers.set("job-master-id", running("job-master", change));
    else cluster.containers.delete("job-master-id");
    expect(await wait(cluster, JOB)).toEqual({
      process: "job-master",
      waitedSeconds,
      why: `${why}; its log says: ERROR boom`,
    });
  });

  test.each<[string, (cluster: FakeCluster) => void, RegExp]>([
    ["no leader", (cluster) => (cluster.leading = undefined), /^no master leads/],
    ["no quorum told", (cluster) => (cluster.members = undefined), /does not tell/],
    [
      "it is not available",
      (cluster) => (cluster.members = { "master-1:19200": false, "master-2:19200": true }),
      /^it is not available in the quorum \(master-1:19200 unavailable, master-2:19200 available\)/,
    ],
    [
      "another is not",
      (cluster) => (cluster.members = { "master-1:19200": true, "master-2:19200": false }),
      /^the quorum is not complete/,
    ],
    ["a worker is unknown", (cluster) => (cluster.workers = []), /^the leader does not know yet: small-1/],
  ])("a master: %s", async (_, make, why) => {
    const cluster = healthy();
    make(cluster);
    expect((await wait(cluster, MASTER))?.why).toMatch(why);
  });

  test("a master without an address needs a leader only, and nobody is asked about the quorum", async () => {
    const cluster = healthy();
    const { address: _, ...master } = MASTER;
    cluster.quorum = () => Promise.reject(new Error("asked"));
    expect(await wait(cluster, master)).toBeUndefined();
    cluster.leading = undefined;
    expect((await wait(cluster, master))?.why).toMatch(/^no master leads/);
  });

  test.each<[string, number, number, RegExp | undefined]>([
    ["heard of since it started", 100_000, 3, undefined],
    ["not heard of since it started", 100_000, 950, /^the leader has not heard of it since it started/],
    // The leader tells whole seconds.
    ["perhaps before", 999_500, 0, /^the leader has not heard/],
  ])("a worker: %s", async (_, startedAt, lastContactSeconds, why) => {
    const cluster = healthy();
    cluster.containers.set("worker-small-1-id", running("worker-small-1", { startedAt }));
    cluster.workers = [registeredWorker("small-1", { lastContactSeconds })];
    const problem = await wait(cluster, WORKER);
    if (why) expect(problem?.why).toMatch(why);
    else expect(problem).toBeUndefined();
  });

  test("a worker that the leader has given up is not registered", async () => {
    const cluster = healthy();
    cluster.workers = [registeredWorker("small-1", { state: "LOST" })];
    expect((await wait(cluster, WORKER))?.why).toMatch(/^it is not registered at the leader/);
  });
});
