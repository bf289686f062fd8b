import {
  fuseMount,
  type Condition,
  type FuseMountAccess,
  type FuseMountInputs,
  type SupervisorCondition,
} from "../../../provider/resources/fuseMount";
import { UserError } from "../../../provider/rpc/resource";
import { fakeClock, notes, unhealthyOf } from "./fakes";

const INPUTS: FuseMountInputs = {
  clusterId: "3f9c2ab1d4e5aa00",
  mountPoint: "/mnt/alluxio/dev-3f9c/data",
  container: "dev-fuse-data-3f9c",
  containerId: "c3",
  image: "sha256:1",
  condition: "mounted",
};

/** What today's program declares beside what 0.1.0 did. */
const SUPERVISED: FuseMountInputs = {
  ...INPUTS,
  mountedAt: [INPUTS.mountPoint],
  supervisor: "running",
  supervisorName: "dev-supervisor-data-3f9c",
  mount: "data",
  webPort: 49999,
};

interface Machine {
  condition: Condition;
  readAheadKiB?: number;
  /** @default the mount point alone */
  mountedAt?: string[];
  /** @default `running` */
  supervisor?: SupervisorCondition;
  /** @default the one that is declared; `null`: there is none */
  containerId?: string | null;
}

/**
 * A machine with one mount.
 * @param afterRestart what a restart of the container leads to, `mounted` where it heals
 * @param changes conditions by the second from which they hold
 */
function world(
  machine: Machine,
  { afterRestart = "mounted", changes = {} }: { afterRestart?: Condition; changes?: Record<number, Condition> } = {},
) {
  const acts: string[] = [];
  const clock = fakeClock();
  const access: FuseMountAccess = {
    observe: async () => {
      const [, changed] = Object.entries(changes).findLast(([second]) => clock.seconds() >= Number(second)) ?? [];
      machine.condition = changed ?? machine.condition;
      const { condition, readAheadKiB, mountedAt = [INPUTS.mountPoint], containerId = INPUTS.containerId } = machine;
      return {
        condition,
        mountedAt,
        ...(readAheadKiB === undefined ? {} : { readAheadKiB }),
        ...(containerId === null ? {} : { containerId }),
      };
    },
    withdraw: async (_, paths) => {
      acts.push(`withdraw ${paths.join(" ")}`);
      machine.mountedAt = [INPUTS.mountPoint];
    },
    supervisor: async () => machine.supervisor ?? "running",
    supervise: async () => {
      acts.push("supervise");
      machine.supervisor = "running";
    },
    dismiss: async () => void acts.push("dismiss"),
    detach: async () => {
      acts.push("detach");
      machine.condition = "absent";
    },
    restart: async () => {
      acts.push(`restart at ${clock.seconds()} s`);
      machine.condition = afterRestart;
    },
    stop: async () => void acts.push("stop"),
    setReadAhead: async (inputs) => {
      acts.push(`readAhead ${inputs.readAheadKiB ?? "none"}`);
    },
    explain: async () => "container dev-fuse-data-3f9c is exited",
  };
  return { kind: fuseMount(access, clock), acts, clock, progress: notes() };
}

const create = ({ kind, progress }: ReturnType<typeof world>, inputs = INPUTS, timeoutSeconds = 0) =>
  kind.create({ name: "m", news: inputs, timeoutSeconds, progress });

describe("create", () => {
  test("mounted already: nothing is done", async () => {
    const machine = world({ condition: "mounted" });
    expect(await create(machine)).toEqual({ id: INPUTS.mountPoint, state: INPUTS });
    expect(machine.acts).toEqual([]);
  });

  test("absent: the process that Docker has just started is waited for", async () => {
    const machine = world({ condition: "absent" }, { changes: { 40: "mounted" } });
    expect((await create(machine)).state.condition).toBe("mounted");
    expect(machine.acts).toEqual([]);
    expect(machine.clock.seconds()).toBe(40);
    expect(machine.progress.statuses[0]).toBe("/mnt/alluxio/dev-3f9c/data is absent (0 s)");
  });

  test("absent for too long: it is restarted, once", async () => {
    const machine = world({ condition: "absent" }, { afterRestart: "absent", changes: { 60: "mounted" } });
    await create(machine);
    expect(machine.acts).toEqual(["detach", "restart at 45 s"]);
  });

  test.each(["dead", "stacked"] as const)("%s: detached, restarted and healed at once", async (condition) => {
    const machine = world({ condition });
    expect((await create(machine)).state).toEqual(INPUTS);
    expect(machine.acts).toEqual(["detach", "restart at 0 s"]);
    expect(machine.progress.said).toEqual([
      `/mnt/alluxio/dev-3f9c/data is ${condition}: detaches it and restarts dev-fuse-data-3f9c`,
    ]);
  });

  test("not healed by a restart: the reason at the time limit, with what was seen", async () => {
    const machine = world({ condition: "dead" }, { afterRestart: "absent" });
    const error = await unhealthyOf(create(machine, INPUTS, 20));
    expect(error.message).toBe(
      "/mnt/alluxio/dev-3f9c/data is absent after 20 s: container dev-fuse-data-3f9c is exited",
    );
    expect(error.snapshot).toEqual({
      id: INPUTS.mountPoint,
      state: { ...INPUTS, condition: "absent", mountedAt: [INPUTS.mountPoint] },
    });
    expect(machine.acts).toEqual(["detach", "restart at 0 s"]);
  });

  test("two minutes where no limit is given", async () => {
    const machine = world({ condition: "absent" }, { afterRestart: "absent" });
    await unhealthyOf(create(machine));
    expect(machine.clock.seconds()).toBe(120);
  });

  test("the read-ahead is set where another is asked for, and only there", async () => {
    const wanted = { ...INPUTS, readAheadKiB: 1024 };
    const [wrong, right, unasked] = [
      world({ condition: "mounted", readAheadKiB: 128 }),
      world({ condition: "mounted", readAheadKiB: 1024 }),
      world({ condition: "mounted", readAheadKiB: 128 }),
    ];
    expect((await create(wrong, wanted)).state).toEqual(wanted);
    await create(right, wanted);
    await create(unasked);
    expect([wrong.acts, right.acts, unasked.acts]).toEqual([["readAhead 1024"], [], []]);
  });
});

describe("read and diff", () => {
  const drift = async (machine: Machine, inputs: FuseMountInputs) => {
    const { kind, acts, progress } = world(machine);
    const state = (await kind.read({ id: inputs.mountPoint, state: inputs, inputs, progress }))!;
    expect(acts).toEqual([]);
    return kind.diff({ state, oldInputs: inputs, news: inputs }).map((change) => `${change.kind} ${change.path}`);
  };

  test.each<[string, Machine, Partial<FuseMountInputs>, string[]]>([
    ["mounted", { condition: "mounted" }, {}, []],
    ["mounted, the read-ahead left to the kernel", { condition: "mounted", readAheadKiB: 128 }, {}, []],
    ["absent", { condition: "absent" }, {}, ["update condition"]],
    ["silent", { condition: "silent" }, {}, ["update condition"]],
    [
      "at another path too",
      { condition: "mounted", mountedAt: [INPUTS.mountPoint, "/mnt/other"] },
      SUPERVISED,
      ["update mountedAt"],
    ],
    [
      "at another path instead",
      { condition: "absent", mountedAt: ["/mnt/other"] },
      SUPERVISED,
      ["update condition", "update mountedAt"],
    ],
    ["supervisor absent", { condition: "mounted", supervisor: "absent" }, SUPERVISED, ["update supervisor"]],
    ["supervisor stopped", { condition: "mounted", supervisor: "stopped" }, SUPERVISED, ["update supervisor"]],
    ["supervisor outdated", { condition: "mounted", supervisor: "outdated" }, SUPERVISED, ["update supervisor"]],
    ["container made anew by hand", { condition: "mounted", containerId: "c9" }, SUPERVISED, ["update containerId"]],
    ["container gone", { condition: "absent", containerId: null }, SUPERVISED, ["update condition", "add containerId"]],
    ["dead", { condition: "dead" }, {}, ["update condition"]],
    ["stacked", { condition: "stacked" }, {}, ["update condition"]],
    ["the read-ahead as wanted", { condition: "mounted", readAheadKiB: 1024 }, { readAheadKiB: 1024 }, []],
    [
      "another read-ahead",
      { condition: "mounted", readAheadKiB: 128 },
      { readAheadKiB: 1024 },
      ["update readAheadKiB"],
    ],
    [
      "absent, and with it its read-ahead",
      { condition: "absent" },
      { readAheadKiB: 1024 },
      ["update condition", "add readAheadKiB"],
    ],
  ])("%s", async (_, machine, inputs, expected) => {
    expect(await drift(machine, { ...INPUTS, ...inputs })).toEqual(expected);
  });

  test("another mount point is another mount; another container is not", () => {
    const { kind } = world({ condition: "mounted" });
    const changes = (news: Partial<FuseMountInputs>) =>
      kind.diff({ state: INPUTS, oldInputs: INPUTS, news: { ...INPUTS, ...news } });
    expect(changes({ mountPoint: "/mnt/other" })).toEqual([{ path: "mountPoint", kind: "update", replace: true }]);
    expect(changes({ container: "c" })).toEqual([{ path: "container", kind: "update" }]);
    expect(changes({ containerId: "c4" })).toEqual([{ path: "containerId", kind: "update" }]);
    expect(changes({ image: "sha256:2" })).toEqual([]);
  });

  test("a state of 0.1.0 knows neither other paths nor supervisors, and counts as declared until it is refreshed", async () => {
    const { kind, progress } = world({ condition: "mounted", supervisor: "absent" });
    const diff = (state: FuseMountInputs) => kind.diff({ state, oldInputs: INPUTS, news: SUPERVISED });
    expect(diff(INPUTS)).toEqual([]);
    const read = (await kind.read({ id: INPUTS.mountPoint, state: INPUTS, inputs: INPUTS, progress }))!;
    expect(diff(read)).toEqual([{ path: "supervisor", kind: "update" }]);
  });

  test("a machine that cannot be looked at keeps the last state", async () => {
    const failing: FuseMountAccess = {
      observe: () => Promise.reject(new UserError("Docker does not answer")),
      withdraw: async () => undefined,
      supervisor: async () => "running",
      supervise: async () => undefined,
      dismiss: async () => undefined,
      detach: async () => undefined,
      restart: async () => undefined,
      stop: async () => undefined,
      setReadAhead: async () => undefined,
      explain: async () => "",
    };
    const kind = fuseMount(failing, fakeClock());
    const request = { id: INPUTS.mountPoint, state: INPUTS, inputs: INPUTS, progress: notes() };
    const error = await unhealthyOf(kind.read(request));
    expect(error.message).toBe("/mnt/alluxio/dev-3f9c/data cannot be looked at: Docker does not answer");
    expect(error.snapshot).toEqual({ id: INPUTS.mountPoint, state: INPUTS });
  });
});

test("update heals like create", async () => {
  const { kind, acts, progress } = world({ condition: "dead" });
  const state = { ...INPUTS, condition: "dead" as const };
  expect(await kind.update({ id: INPUTS.mountPoint, state, news: INPUTS, timeoutSeconds: 0, progress })).toEqual(
    INPUTS,
  );
  expect(acts).toEqual(["detach", "restart at 0 s"]);
});

test.each<[string, Machine, string[]]>([
  ["absent", { condition: "mounted", supervisor: "absent" }, ["supervise"]],
  ["outdated", { condition: "mounted", supervisor: "outdated" }, ["supervise"]],
  ["running", { condition: "mounted" }, []],
  [
    "stopped, and the mount dead",
    { condition: "dead", supervisor: "stopped" },
    ["detach", "restart at 0 s", "supervise"],
  ],
])("a supervisor that is %s", async (_, machine, expected) => {
  const { kind, acts, progress } = world(machine);
  const request = { id: INPUTS.mountPoint, state: SUPERVISED, news: SUPERVISED, timeoutSeconds: 0, progress };
  expect([await kind.update(request), acts]).toEqual([SUPERVISED, expected]);
});

test("where nothing is mounted the supervisor comes first: it knows a process that has lost its mount", async () => {
  const { kind, acts, progress } = world({ condition: "absent", supervisor: "stopped" }, { changes: { 5: "mounted" } });
  const request = { id: INPUTS.mountPoint, state: SUPERVISED, news: SUPERVISED, timeoutSeconds: 0, progress };
  expect([await kind.update(request), acts]).toEqual([SUPERVISED, ["supervise"]]);
});

test("what it serves elsewhere is taken away, and nothing else", async () => {
  const { kind, acts, progress } = world({ condition: "mounted", mountedAt: [INPUTS.mountPoint, "/mnt/other"] });
  const request = { id: INPUTS.mountPoint, state: SUPERVISED, news: SUPERVISED, timeoutSeconds: 0, progress };
  expect([await kind.update(request), acts]).toEqual([SUPERVISED, ["withdraw /mnt/other"]]);
  expect(progress.said).toEqual(["dev-fuse-data-3f9c also serves /mnt/other: ends that"]);
});

test("delete takes the supervisor away first, then stops the container: each would mount again", async () => {
  const { kind, acts, progress } = world({ condition: "mounted" });
  await kind.delete({ id: INPUTS.mountPoint, state: INPUTS, timeoutSeconds: 0, progress });
  expect(acts).toEqual(["dismiss", "stop", "detach"]);

  const straying = world({ condition: "mounted", mountedAt: [INPUTS.mountPoint, "/mnt/other"] });
  await straying.kind.delete({ id: INPUTS.mountPoint, state: INPUTS, timeoutSeconds: 0, progress });
  expect(straying.acts).toEqual(["dismiss", "withdraw /mnt/other", "stop", "detach"]);
});
