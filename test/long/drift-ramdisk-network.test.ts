import { registeredWorkers } from "../support/cluster";
import { driftOf, LATER, type Drift } from "../support/drift";
import { condition, docker, DriftingCluster, MIB, mountCondition, sorted, WORKERS } from "../support/driftingCluster";
import { until } from "../support/process";

describe("ramdisks and networks: one thing wrong at a time is shown as exactly that, and repaired as only that", () => {
  const cluster = new DriftingCluster();
  beforeAll(() => cluster.up(), 600_000);
  afterAll(() => cluster.stack.remove(), 180_000);

  test("the volume of a ramdisk removed, and with it all that used it", async () => {
    const before = await cluster.processes();
    const users = ["worker-large-1", "job-worker-large-1", "fuse-data2"] as const;
    const supervisor = await cluster.stopSupervisor("data2");
    for (const user of users) await docker("rm", "--force", before.get(user)!.name);
    await docker("volume", "rm", `dev-ramdisk-large-1-${cluster.id.slice(0, 4)}`);
    const master = before.get("master-1")!.name;
    await until(
      "the leader has given the worker up",
      60,
      async () => !("large-1" in (await registeredWorkers(master))),
    );
    const create = (resource: string): Drift => ({ resource, op: "create", path: "", old: undefined, new: undefined });
    const gone = (process: string): Drift => ({
      resource: "dev-membership",
      op: "update",
      path: `containers["${process}"]`,
      old: undefined,
      new: LATER,
    });
    expect(await driftOf(cluster.stack)).toEqual(
      sorted([
        create("dev-ramdisk-large-1"),
        ...users.map((user) => create(`dev-${user}`)),
        gone("worker-large-1"),
        gone("job-worker-large-1"),
        {
          resource: "dev-membership",
          op: "update",
          path: 'workers["large-1"]',
          old: undefined,
          new: { capacityBytes: 512 * MIB, version: "2.9.4" },
        },
        mountCondition("data2", "dead"),
        supervisor,
        { resource: "dev-mount-data2", op: "update", path: "containerId", old: "", new: LATER },
      ]),
    );
    await cluster.repaired(before, { made: [...users, "supervisor-data2"] });
  }, 300_000);

  test("the network removed: everybody is cut off, the mounts stay what they are", async () => {
    const before = await cluster.processes();
    const processes = [...before.keys()].filter((process) => !process.startsWith("supervisor"));
    for (const process of processes) await docker("network", "disconnect", cluster.network, before.get(process)!.name);
    await docker("network", "rm", cluster.network);
    const master = before.get("master-1")!.name;
    await until("the leader has given both workers up", 60, async () => {
      return Object.keys(await registeredWorkers(master)).length === 0;
    });
    const renewals = processes.map((process) => cluster.renewal(process, before));
    const seen = await driftOf(cluster.stack);
    const shown = seen.filter(
      ({ resource, path }) =>
        // Whether a FUSE process still answers depends on what it remembers of its master,
        !(resource.startsWith("dev-mount-") && path === "condition") &&
        // and the plugin tells of the port that went with the network.
        !(resource === "dev-master-1" && path.startsWith("ports")),
    );
    expect(shown).toEqual(
      sorted([
        { resource: "dev-network", op: "create", path: "", old: undefined, new: undefined },
        ...processes.map((process) => condition(process, "disconnected")),
        ...renewals.flat(),
        ...Object.entries(WORKERS).map(([host, capacityBytes]) => ({
          resource: "dev-membership",
          op: "update",
          path: `workers["${host}"]`,
          old: undefined,
          new: { capacityBytes, version: "2.9.4" },
        })),
      ]),
    );
    await cluster.repaired(before, { made: [...before.keys()] });
  }, 400_000);
});
