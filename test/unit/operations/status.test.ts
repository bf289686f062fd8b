import fc from "fast-check";
import { statusOf } from "../../../operations/status";
import type { Observation } from "../../../operations/observation";
import type { ClusterPlan } from "../../../components/plan/types";
import {
  CLUSTER_ID,
  MIB,
  healthy,
  masterView,
  planOf,
  registeredWorkers,
  runningProcess,
  withLeader,
  withProcess,
} from "./samples";

const plan = planOf();
const three = planOf({ masters: { count: 3 } });
const status = (seen: Observation, of: ClusterPlan = plan, deployed?: unknown) =>
  statusOf({ stack: "dev", clusterId: CLUSTER_ID, plan: of, deployed }, seen);

test("a cluster as its plan has it", () => {
  expect(status(healthy(plan))).toMatchObject({
    stack: "dev",
    cluster: "dev",
    clusterId: CLUSTER_ID,
    target: "docker",
    version: "2.9.4",
    healthy: true,
    webAddress: "http://127.0.0.1:32768",
    masters: [{ name: "master-1", address: "master-1:19998", role: "leader" }],
    workers: [
      { name: "small-1", state: "active", capacityBytes: 256 * MIB, usedBytes: 64 * MIB },
      { name: "large-1", state: "active", capacityBytes: 512 * MIB, usedBytes: 64 * MIB },
    ],
    mounts: [
      { name: "data", host: "rigel", mountPoint: "/mnt/alluxio/dev-3f9c/data", alluxioPath: "/data", healthy: true },
    ],
    problems: [],
    notes: [],
  });
});

test("what is as its plan has it is healthy, and any one process stopped is not", () => {
  const shape = fc.record({
    masters: fc.constantFrom({ count: 1 }, { count: 3 }, { count: 5 }),
    proxy: fc.record({ enabled: fc.boolean() }),
  });
  fc.assert(
    fc.property(shape, fc.nat(), fc.constantFrom("exited", "paused", "restarting", "dead"), (config, pick, state) => {
      const any = planOf(config);
      const seen = healthy(any);
      expect(status(seen, any).problems).toEqual([]);
      const stopped = seen.processes[pick % seen.processes.length]!;
      const after = status(withProcess(seen, stopped.process, { state }), any);
      expect(after.healthy).toBe(false);
      expect(after.problems).toHaveLength(1);
      expect(after.problems[0]!.found).toContain(stopped.container);
    }),
    { numRuns: 60 },
  );
});

describe("masters", () => {
  const silent = (seen: Observation, ...names: string[]): Observation => ({
    ...seen,
    masters: {
      ...seen.masters,
      ...Object.fromEntries(names.map((name) => [name, { silence: "it does not answer on port 19999" }])),
    },
  });

  test("roles", () => {
    expect(status(healthy(three), three).masters.map((master) => master.role)).toEqual([
      "leader",
      "standby",
      "standby",
    ]);
  });

  test("the leader need not be the first", () => {
    const seen = healthy(three);
    const moved = {
      ...seen,
      masters: {
        ...seen.masters,
        "master-1": { view: masterView("master-1", { role: "standby" }) },
        "master-3": { view: masterView("master-3", { workers: registeredWorkers(three) }) },
      },
    };
    expect(status(moved, three)).toMatchObject({ healthy: true, masters: [{}, {}, { role: "leader" }] });
  });

  test("one that does not answer", () => {
    const seen = status(silent(healthy(three), "master-2"), three);
    expect(seen.masters[1]!.role).toBe("unreachable");
    expect(seen.problems).toEqual([
      {
        subject: "master master-2",
        found: "it does not answer on port 19999",
        wanted: "leader or standby",
        hint: "`docker logs --tail 20 dev-master-2-3f9c` says why",
      },
    ]);
  });

  test("one that the leader has lost, though it answers", () => {
    const all = { "master-1": true, "master-2": true, "master-3": true };
    expect(status({ ...healthy(three), reached: all }, three).problems).toEqual([]);
    expect(status({ ...healthy(three), reached: { ...all, "master-3": false } }, three).problems).toEqual([
      {
        subject: "master master-3",
        found: "answers, but the leader does not reach it: it holds no new metadata",
        wanted: "an available member of the quorum",
        hint: "look again in a minute; if it stays so, `npx pulumi up --refresh -s dev` lets a master lead that reaches it",
      },
    ]);
    // What does not answer at all is told once.
    const gone = { ...silent(healthy(three), "master-3"), reached: { ...all, "master-3": false } };
    expect(status(gone, three).problems).toHaveLength(1);
  });

  test("a quorum that is lost", () => {
    const seen = status(silent(healthy(three), "master-1", "master-2"), three);
    expect(seen.problems.map(({ subject, found }) => [subject, found])).toEqual([
      ["masters", "no master leads; 1 of 3 answer"],
      ["master master-1", "it does not answer on port 19999"],
      ["master master-2", "it does not answer on port 19999"],
    ]);
    expect(seen.problems[0]!.hint).toContain("bring 2 of 3 masters back");
  });

  test("a single master that is stopped is one problem", () => {
    const stopped = withProcess(silent(healthy(plan), "master-1"), "master-1", { state: "exited", published: {} });
    const seen = status(stopped);
    expect(seen.problems.map(({ subject }) => subject)).toEqual(["master master-1"]);
    expect(seen.webAddress).toBeNull();
  });

  test("another version", () => {
    expect(status(withLeader(healthy(plan), { version: "2.9.0", workers: registeredWorkers(plan) })).problems).toEqual([
      expect.objectContaining({ subject: "master master-1", found: "runs Alluxio 2.9.0" }),
    ]);
  });
});

describe("mounts", () => {
  const mountPoint = "/mnt/alluxio/dev-3f9c/data";

  test.each(["absent", "dead", "stacked"] as const)("%s", (condition) => {
    const seen = status({ ...healthy(plan), mounts: { data: { mountPoint, condition } } });
    expect(seen.mounts).toEqual([
      { name: "data", host: "rigel", mountPoint, alluxioPath: "/data", condition, healthy: false },
    ]);
    expect(seen.problems).toEqual([
      expect.objectContaining({ subject: "mount data", hint: "`npx pulumi up --refresh -s dev` mounts it anew" }),
    ]);
  });

  test("one that cannot be looked at is not healthy", () => {
    const seen = status({ ...healthy(plan), mounts: { data: { mountPoint, silence: "no such image" } } });
    expect(seen.mounts[0]).toMatchObject({ condition: "unknown", healthy: false });
    expect(seen.problems[0]!.found).toBe("cannot be looked at: no such image");
  });

  test("the process that serves it is told as the cause, once", () => {
    const dead = { ...healthy(plan), mounts: { data: { mountPoint, condition: "dead" as const } } };
    expect(status(withProcess(dead, "fuse-data", { state: "paused" })).problems).toEqual([
      {
        subject: "mount data",
        found: "mounted, but nothing answers; container dev-fuse-data-3f9c is paused",
        wanted: "mounted, and answers",
        hint: "`docker unpause dev-fuse-data-3f9c`",
      },
    ]);
  });
});

describe("processes", () => {
  test("an unhealthy one", () => {
    const seen = status(withProcess(healthy(plan), "job-worker-small-1", { health: "unhealthy" }));
    expect(seen.problems).toEqual([
      {
        subject: "process job-worker-small-1",
        found: "container dev-job-worker-small-1-3f9c is unhealthy",
        wanted: "running, and healthy",
        hint:
          "see `docker logs --tail 20 dev-job-worker-small-1-3f9c`; a frozen process goes on after " +
          "`docker restart dev-job-worker-small-1-3f9c`",
      },
    ]);
  });

  test("one that is starting is a note", () => {
    const seen = status(withProcess(healthy(plan), "job-master", { health: "starting" }));
    expect(seen).toMatchObject({ healthy: true, notes: ["still starting: job-master"] });
  });

  test("a second one of the same process does not stand in for the first", () => {
    const seen = healthy(plan);
    const twin = { ...runningProcess(plan, "job-master"), container: "copy", state: "exited" };
    expect(status({ ...seen, processes: [twin, ...seen.processes] }).problems).toEqual([
      expect.objectContaining({
        subject: "process job-master",
        found: "container copy is exited, but not in the spec",
      }),
    ]);
  });
});

test("a spec that has changed since the last up is a note, not a problem", () => {
  const deployed: unknown = JSON.parse(JSON.stringify(plan));
  expect(status(healthy(plan), plan, deployed).notes).toEqual([]);
  expect(status(healthy(plan), plan, { ...plan, version: "2.9.0" })).toMatchObject({
    healthy: true,
    notes: ["the spec has changed since the last up: `npx pulumi preview -s dev` shows what is new"],
  });
});
