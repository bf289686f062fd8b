import {
  differences,
  membership,
  type Ailing,
  type MembershipAccess,
  type MembershipInputs,
  type Observation,
} from "../../../provider/resources/membership";
import type { Quorum } from "../../../provider/quorum";
import { UserError } from "../../../provider/rpc/resource";
import { UNKNOWN } from "../../../provider/rpc/values";
import { fakeClock, notes, unhealthyOf } from "./fakes";

const MIB = 1024 ** 2;
const SMALL = { capacityBytes: 256 * MIB, version: "2.9.4" };
const LARGE = { capacityBytes: 512 * MIB, version: "2.9.4" };

const INPUTS: MembershipInputs = {
  clusterId: "3f9c2ab1d4e5aa00",
  workers: { "small-1": SMALL, "large-1": LARGE },
  masters: ["dev-master-1-3f9c"],
  masterWebPort: 19999,
  alluxioVersion: "2.9.4",
  network: "dev-network-3f9c",
  containers: { "worker-small-1": "c1", "worker-large-1": "c2" },
};
const seeing = (workers: Observation["workers"]): Observation => ({ leader: "master-1:19998", workers });
const FINE = seeing(INPUTS.workers);
const STATE = { ...INPUTS, leader: "master-1:19998" };

/** Containers as a refresh finds them: one is gone, one was made anew by hand. */
const SEEN = { "worker-small-1": "c7" };

const COMPLETE: Quorum = { "master-1:19200": true, "master-2:19200": true, "master-3:19200": true };
const WITHOUT_ONE: Quorum = { ...COMPLETE, "master-1:19200": false };

const starting = (process: string): Ailing => ({ process, state: "starting" });

type Look = Observation | undefined | Error;

/** A cluster of which the looks are given; the last one stays. */
const world = (...looks: Look[]) => ailingWorld([], ...looks);

/** The same, with processes that do not pass their health check yet, look by look. */
function ailingWorld(ailing: readonly (readonly Ailing[])[], ...looks: Look[]) {
  const expelled: string[] = [];
  const elected: string[] = [];
  const dismissed: string[] = [];
  /** After how many looks. */
  const remembered: number[] = [];
  let i = 0;
  let asked = 0;
  let counted = 0;
  const quorums: (Quorum | undefined)[] = [COMPLETE];
  const access: MembershipAccess = {
    observe: async () => {
      const look = looks[Math.min(i++, looks.length - 1)];
      if (look instanceof Error) throw look;
      return look;
    },
    containers: async () => SEEN,
    quorum: async () => quorums[Math.min(counted++, quorums.length - 1)],
    elect: async (_, address) => void elected.push(address),
    dismiss: async (_, address) => void dismissed.push(address),
    ailing: async () => ailing[Math.min(asked++, ailing.length - 1)] ?? [],
    expel: async (_, host) => {
      expelled.push(host);
      return `expelled ${host}`;
    },
    explain: async (_, host) => `${host} is stopped`,
    remember: async () => void remembered.push(i),
  };
  const clock = fakeClock();
  const told = { expelled, elected, dismissed, quorums, remembered, looks: () => i };
  return { kind: membership(access, clock), clock, ...told, progress: notes() };
}

const create = ({ kind, progress }: ReturnType<typeof world>, timeoutSeconds = 0) =>
  kind.create({ name: "m", news: INPUTS, timeoutSeconds, progress });

describe("create", () => {
  test("at once where all is well", async () => {
    const cluster = world(FINE);
    expect(await create(cluster)).toEqual({ id: INPUTS.clusterId, state: STATE });
    expect(cluster.clock.seconds()).toBe(0);
    expect(cluster.progress.statuses).toEqual([]);
  });

  test("waits, and tells how far it is", async () => {
    const cluster = world(undefined, seeing({}), seeing({ "small-1": SMALL }), FINE);
    await create(cluster);
    expect(cluster.progress.statuses).toEqual([
      "waiting for a master to lead (0 s)",
      "0 of 2 workers registered; worker large-1 is not registered; worker small-1 is not registered (1 s)",
      "1 of 2 workers registered; worker large-1 is not registered (1 s)",
    ]);
    expect(cluster.looks()).toBe(4);
    expect(cluster.expelled).toEqual([]);
    // Only then it is known that the masters serve from their journals.
    expect(cluster.remembered).toEqual([4]);
  });

  test("gives up at the time limit, with the reason for each, and keeps what it saw", async () => {
    const cluster = world(seeing({ "small-1": { ...SMALL, capacityBytes: 128 * MIB } }));
    const error = await unhealthyOf(create(cluster, 10));
    expect(error.message).toBe(
      [
        "after 10 s the cluster is not healthy:",
        "  - worker large-1 is not registered: large-1 is stopped",
        '  - worker small-1 is registered with {"capacityBytes":134217728,"version":"2.9.4"}, ' +
          'not {"capacityBytes":268435456,"version":"2.9.4"}',
      ].join("\n"),
    );
    expect(error.snapshot).toEqual({
      id: INPUTS.clusterId,
      state: { ...STATE, workers: { "small-1": { ...SMALL, capacityBytes: 128 * MIB } } },
    });
    expect(cluster.clock.seconds()).toBe(10);
  });

  test("says that no master leads, after five minutes where no limit is given", async () => {
    const cluster = world(undefined);
    const error = await unhealthyOf(create(cluster));
    expect(error.message).toContain("after 300 s no master leads");
    expect(error.snapshot?.state).toMatchObject({ workers: {}, leader: "" });
    expect(cluster.clock.seconds()).toBe(300);
  });

  test("waits for processes that are not healthy yet, though the leader still lists what they had registered", async () => {
    const cluster = ailingWorld([[starting("worker-small-1")], [starting("worker-small-1")], []], FINE);
    await create(cluster);
    expect(cluster.progress.statuses).toEqual([
      "waiting: worker-small-1 is starting (0 s)",
      "waiting: worker-small-1 is starting (1 s)",
    ]);
    expect(cluster.looks()).toBe(1);
  });

  test("one that never gets healthy is the reason at the time limit", async () => {
    for (const state of ["unhealthy", "starting"]) {
      const cluster = ailingWorld([[{ process: "job-master", state }]], FINE);
      const error = await unhealthyOf(create(cluster, 5));
      expect(error.message).toBe(`after 5 s the cluster is not healthy:\n  - job-master is ${state}`);
      expect(error.snapshot?.state).toEqual(STATE);
    }
  });

  test("a process that is not just starting keeps nobody from hearing what the leader says", async () => {
    const cluster = ailingWorld([[{ process: "job-master", state: "gone" }], []], seeing({}), FINE);
    await create(cluster);
    expect(cluster.progress.statuses).toEqual([
      "0 of 2 workers registered; worker large-1 is not registered; worker small-1 is not registered; job-master is gone (0 s)",
    ]);
  });

  test("a worker that is still listed for a while is expelled once", async () => {
    const extra = seeing({ ...INPUTS.workers, "stray-1": SMALL, "stray-2": SMALL });
    const cluster = world(extra, extra, extra, FINE);
    await create(cluster);
    expect(cluster.expelled).toEqual(["stray-1", "stray-2"]);
    expect(cluster.progress.said).toEqual(["expelled stray-1", "expelled stray-2"]);
  });

  test("one that will not go is an error, not expelled forever", async () => {
    const cluster = world(seeing({ ...INPUTS.workers, "stray-1": SMALL }));
    const error = await unhealthyOf(create(cluster, 5));
    expect(error.message).toContain("worker stray-1 is registered, but the spec does not have it");
    expect(cluster.expelled).toEqual(["stray-1"]);
  });

  test("where no master can be asked, that is the error", async () => {
    await expect(create(world(new UserError("no master can be asked")))).rejects.toThrow("no master can be asked");
  });
});

describe("three masters", () => {
  const inputs: MembershipInputs = { ...INPUTS, masters: ["m1", "m2", "m3"], unavailable: [] };
  const looking = (...quorums: (Quorum | undefined)[]) => {
    const cluster = world({ ...FINE, leader: "master-2:19998" });
    cluster.quorums.splice(0, 1, ...quorums);
    return cluster;
  };
  const make = ({ kind, progress }: ReturnType<typeof world>, timeoutSeconds = 0) =>
    kind.create({ name: "m", news: inputs, timeoutSeconds, progress });

  test("a member that is away is waited for", async () => {
    const cluster = looking(WITHOUT_ONE, COMPLETE);
    await make(cluster);
    expect([cluster.elected, cluster.progress.statuses]).toEqual([
      [],
      ["2 of 2 workers registered; master-1:19200 is unavailable in the quorum (0 s)"],
    ]);
  });

  test("one that the leader has lost for good is found by another leader", async () => {
    const cluster = looking(...Array<Quorum>(62).fill(WITHOUT_ONE), COMPLETE);
    await make(cluster);
    expect([cluster.elected, cluster.progress.said]).toEqual([
      ["master-3:19200"],
      ["master-3 leads in place of master-2, which had lost master-1 and did not look again"],
    ]);
    expect(cluster.clock.seconds()).toBe(31);
  });

  test("one that stays away is the reason at the time limit", async () => {
    const error = await unhealthyOf(make(looking(WITHOUT_ONE), 5));
    expect(error.message).toBe(
      "after 5 s the cluster is not healthy:\n  - master-1:19200 is unavailable in the quorum",
    );
  });

  test("is drift by its address; a state that knows nothing of it shows no change", async () => {
    const { kind, progress } = looking(WITHOUT_ONE);
    const before = { ...inputs, leader: "master-2:19998" };
    const state = (await kind.read({ id: INPUTS.clusterId, state: before, inputs, progress }))!;
    expect(state.unavailable).toEqual(["master-1:19200"]);
    const seen = { ...state, containers: inputs.containers ?? {} };
    expect(kind.diff({ state: seen, oldInputs: inputs, news: inputs })).toEqual([
      { path: "unavailable", kind: "update" },
    ]);
    const { unavailable: _, ...old } = before;
    expect(kind.diff({ state: old, oldInputs: old, news: inputs })).toEqual([]);
  });
});

describe("members of the quorum that the spec does not have", () => {
  const ADDRESSES = Object.keys(COMPLETE);
  const inputs: MembershipInputs = { ...INPUTS, masters: ["m1", "m2", "m3"], unavailable: [], members: ADDRESSES };
  const looking = (...quorums: (Quorum | undefined)[]) => {
    const cluster = world({ ...FINE, leader: "master-2:19998" });
    cluster.quorums.splice(0, 1, ...quorums);
    return cluster;
  };

  test.each<[string, boolean]>([
    ["one that still serves", true],
    ["one that is off", false],
  ])("%s is taken out when all others are available", async (_, available) => {
    const cluster = looking({ ...WITHOUT_ONE, "old:19200": available }, { ...COMPLETE, "old:19200": available });
    const { kind, dismissed, progress } = cluster;
    const state = await kind.create({ name: "m", news: inputs, timeoutSeconds: 0, progress });
    expect([dismissed, progress.said]).toEqual([
      ["old:19200"],
      ["old:19200 is no master any more: it is out of the quorum"],
    ]);
    expect([cluster.clock.seconds(), state.state.members]).toEqual([0.5, ADDRESSES]);
  });

  test.each<[string, Quorum]>([
    ["while another master is missing in it", { "master-1:19200": true, "master-2:19200": true, "old:19200": true }],
    ["while another master is away", { ...WITHOUT_ONE, "old:19200": true }],
  ])("nobody is taken out %s", async (_, quorum) => {
    const { kind, dismissed, progress } = looking(quorum);
    await kind.create({ name: "m", news: inputs, timeoutSeconds: 1, progress }).catch(() => undefined);
    expect(dismissed).toEqual([]);
  });

  test("are drift; a quorum that nobody tells of is not", async () => {
    const state = { ...inputs, leader: "master-2:19998" };
    const read = async (quorum: Quorum | undefined) => {
      const { kind, progress } = looking(quorum);
      const seen = (await kind.read({ id: INPUTS.clusterId, state, inputs, progress }))!;
      return kind.diff({ state: { ...seen, containers: inputs.containers! }, oldInputs: inputs, news: inputs });
    };
    expect(await read({ ...COMPLETE, "old:19200": true })).toEqual([{ path: "members", kind: "update" }]);
    expect(await read(undefined)).toEqual([]);
  });
});

describe("read", () => {
  const read = ({ kind, progress }: ReturnType<typeof world>) =>
    kind.read({ id: INPUTS.clusterId, state: STATE, inputs: INPUTS, progress });

  test("shows what is registered, and expels nobody", async () => {
    const cluster = world(seeing({ "large-1": LARGE, "stray-1": SMALL }));
    expect(await read(cluster)).toEqual({
      ...STATE,
      workers: { "large-1": LARGE, "stray-1": SMALL },
      containers: SEEN,
    });
    expect(cluster.expelled).toEqual([]);
  });

  test("unreachable is neither missing nor fine: the last state stays, with the reason", async () => {
    const error = await unhealthyOf(read(world(new UserError("no master can be asked: m: it is stopped"))));
    expect(error.message).toBe("the workers cannot be looked at: no master can be asked: m: it is stopped");
    expect(error.snapshot).toEqual({ id: INPUTS.clusterId, state: STATE });
  });

  test("so is a cluster without a leader", async () => {
    const error = await unhealthyOf(read(world(undefined)));
    expect(error.message).toBe("the workers cannot be looked at: no master leads");
    expect(error.snapshot?.state).toEqual(STATE);
  });

  test("a bug is not taken for a fault of the cluster", async () => {
    await expect(read(world(new TypeError("oops")))).rejects.toThrow(TypeError);
  });
});

describe("diff", () => {
  const told = (workers: Observation["workers"], news: Partial<MembershipInputs> = {}): string[] =>
    world(FINE)
      .kind.diff({ state: { ...STATE, workers }, oldInputs: INPUTS, news: { ...INPUTS, ...news } })
      .map((change) => `${change.kind} ${change.path}`);

  test.each<[string, Observation["workers"], string[]]>([
    ["nothing", INPUTS.workers, []],
    ["a missing worker", { "large-1": LARGE }, ['add workers["small-1"]']],
    ["an unintended one", { ...INPUTS.workers, "stray-1": SMALL }, ['delete workers["stray-1"]']],
    [
      "a wrongly sized one",
      { ...INPUTS.workers, "small-1": { ...SMALL, capacityBytes: 1 } },
      ['update workers["small-1"].capacityBytes'],
    ],
    [
      "one of another version",
      { ...INPUTS.workers, "small-1": { ...SMALL, version: "2.9.6" } },
      ['update workers["small-1"].version'],
    ],
    [
      "all of it",
      { "large-1": { ...LARGE, capacityBytes: 1 }, "stray-1": SMALL },
      ['update workers["large-1"].capacityBytes', 'add workers["small-1"]', 'delete workers["stray-1"]'],
    ],
  ])("%s", (_, workers, expected) => {
    expect(told(workers)).toEqual(expected);
  });

  test.each<[string, Partial<MembershipInputs>, string[]]>([
    ["network", { network: "other" }, ["update network"]],
    ["network, not known yet", { network: UNKNOWN }, ["update network"]],
    ["masters", { masters: ["a", "b"] }, ["update masters"]],
    ["masterWebPort", { masterWebPort: 1 }, ["update masterWebPort"]],
    ["alluxioVersion", { alluxioVersion: "2.9.6" }, ["update alluxioVersion"]],
    [
      "containers, one made anew",
      { containers: { ...INPUTS.containers, "worker-small-1": "c9" } },
      ['update containers["worker-small-1"]'],
    ],
    ["workers", { workers: { "small-1": SMALL } }, ['delete workers["large-1"]']],
  ])("another %s in the spec", (_, news, expected) => {
    expect(told(INPUTS.workers, news)).toEqual(expected);
  });
});

test("a container that was made anew by hand is shown by its id, and one that is gone", () => {
  const { kind } = world(FINE);
  expect(kind.diff({ state: { ...STATE, containers: SEEN }, oldInputs: INPUTS, news: INPUTS })).toEqual([
    { path: 'containers["worker-large-1"]', kind: "add" },
    { path: 'containers["worker-small-1"]', kind: "update" },
  ]);
});

test("update settles like create, and delete touches nothing", async () => {
  const cluster = world(seeing({ ...INPUTS.workers, "stray-1": SMALL }), FINE);
  const { kind, progress } = cluster;
  const request = { id: INPUTS.clusterId, state: STATE, news: INPUTS, timeoutSeconds: 0, progress };
  expect(await kind.update(request)).toEqual(STATE);
  expect(cluster.expelled).toEqual(["stray-1"]);
  const looks = cluster.looks();
  await kind.delete(request);
  expect(cluster.looks()).toBe(looks);
});

test("a preview knows the leader only where there was one", async () => {
  const { kind } = world(FINE);
  expect(await kind.preview({ name: "m", news: INPUTS, state: undefined })).toEqual({ ...INPUTS, leader: UNKNOWN });
  expect(await kind.preview({ name: "m", news: INPUTS, state: STATE })).toEqual(STATE);
});

test("differences: each host once, in order; without a leader everything is missing", () => {
  expect(differences(INPUTS, undefined).map(({ host, problem }) => `${host} ${problem}`)).toEqual([
    "large-1 missing",
    "small-1 missing",
  ]);
  const seen = seeing({ "small-1": { ...SMALL, capacityBytes: 1 }, "a-1": SMALL });
  expect(differences(INPUTS, seen).map(({ host, problem }) => `${host} ${problem}`)).toEqual([
    "a-1 unintended",
    "large-1 missing",
    "small-1 different",
  ]);
});
