import {
  fuseMount,
  type Condition,
  type FuseMountAccess,
  type FuseMountInputs,
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

interface Machine {
  condition: Condition;
  readAheadKiB?: number;
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
      return { ...machine };
    },
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
    expect(error.snapshot).toEqual({ id: INPUTS.mountPoint, state: { ...INPUTS, condition: "absent" } });
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

  test("a machine that cannot be looked at keeps the last state", async () => {
    const failing: FuseMountAccess = {
      observe: () => Promise.reject(new UserError("Docker does not answer")),
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

test("delete stops the container first: Docker would restart it, and it would mount again", async () => {
  const { kind, acts, progress } = world({ condition: "mounted" });
  await kind.delete({ id: INPUTS.mountPoint, state: INPUTS, timeoutSeconds: 0, progress });
  expect(acts).toEqual(["stop", "detach"]);
});
