import { readFileSync } from "node:fs";
import { join } from "node:path";
import { driftOf } from "../support/drift";
import { condition, docker, DriftingCluster, inspect, jvmOf, mountCondition, sorted } from "../support/driftingCluster";
import { must, run, until } from "../support/process";

describe("mounts: one thing wrong at a time is shown as exactly that, and repaired as only that", () => {
  const cluster = new DriftingCluster();
  const elsewhere = (): string => join(cluster.mounts["data"]!, "../moved");
  beforeAll(() => cluster.up(), 600_000);
  afterAll(async () => {
    // What a failed test has left: nobody serves it once the cluster is gone.
    await run("umount", ["-l", elsewhere()]);
    await cluster.stack.remove();
  }, 180_000);

  test("a mount that was taken away, from a process that lives", async () => {
    const before = await cluster.processes();
    const supervisor = await cluster.stopSupervisor("data");
    await must("umount", "-l", cluster.mounts["data"]!);
    expect(await driftOf(cluster.stack)).toEqual(sorted([mountCondition("data", "absent"), supervisor]));
    await cluster.repaired(before, { made: ["supervisor-data"], restarted: ["fuse-data"] });
  }, 240_000);

  test("a dead mount", async () => {
    const before = await cluster.processes();
    const supervisor = await cluster.stopSupervisor("data");
    // What was killed by hand Docker does not start again.
    await docker("kill", before.get("fuse-data")!.name);
    expect(await driftOf(cluster.stack)).toEqual(
      sorted([
        { resource: "dev-fuse-data", op: "update", path: "mustRun", old: false, new: true },
        mountCondition("data", "dead"),
        supervisor,
      ]),
    );
    await cluster.repaired(before, { made: ["supervisor-data"], restarted: ["fuse-data"] });
  }, 240_000);

  test("a silent mount: its process is frozen", async () => {
    const before = await cluster.processes();
    const supervisor = await cluster.stopSupervisor("data2");
    const { name } = before.get("fuse-data2")!;
    await must("kill", "-STOP", await jvmOf(name));
    await until("Docker finds it unhealthy", 120, async () => {
      return (await inspect(name, "{{.State.Health.Status}}")) === "unhealthy";
    });
    expect(await driftOf(cluster.stack)).toEqual(
      sorted([
        condition("fuse-data2", "unhealthy"),
        mountCondition("data2", "silent"),
        supervisor,
        ...cluster.renewal("fuse-data2", before),
      ]),
    );
    await cluster.repaired(before, { made: ["fuse-data2", "supervisor-data2"] });
  }, 300_000);

  test("a mount at another path instead", async () => {
    const before = await cluster.processes();
    const supervisor = await cluster.stopSupervisor("data");
    const [mount, moved, container] = [cluster.mounts["data"]!, elsewhere(), before.get("fuse-data")!.name];
    await must("umount", "-l", mount);
    const script = 'mkdir -p "$1"; exec integration/fuse/bin/alluxio-fuse mount -n -o allow_other "$1" /';
    const environment = ["--env", "ALLUXIO_JAVA_OPTS=-Dalluxio.fuse.web.enabled=false"];
    await docker("exec", "--detach", ...environment, container, "sh", "-c", script, "sh", moved);
    await until("it is mounted there", 60, async () =>
      (await must("cat", "/proc/self/mountinfo")).includes(` ${moved} `),
    );
    expect(await driftOf(cluster.stack)).toEqual(
      sorted([
        mountCondition("data", "absent"),
        { resource: "dev-mount-data", op: "update", path: "mountedAt", old: [moved], new: [mount] },
        supervisor,
      ]),
    );
    await cluster.repaired(before, { made: ["supervisor-data"], restarted: ["fuse-data"] });
    expect(await must("cat", "/proc/self/mountinfo")).not.toContain(` ${moved} `);
  }, 240_000);

  // Before its supervisor can have seen it: the process keeps nothing then that tells of a mount.
  test("a mount that is taken away in the moment it comes, again", async () => {
    const mount = cluster.mounts["data"]!;
    const mounted = (): boolean => readFileSync("/proc/self/mountinfo", "utf8").includes(` ${mount} `);
    await must("umount", "-l", mount);
    expect(mounted()).toBe(false);
    await until("its process is started again, and mounts", 60, () => Promise.resolve(mounted()), 5);
    await must("umount", "-l", mount);
    expect(mounted()).toBe(false);
    await until("its supervisor has given that process up, too", 60, () => Promise.resolve(mounted()));
    const log = await docker("logs", await cluster.nameOf("supervisor-data"));
    expect(log).toMatch(/ killed process \d+: it runs without a mount$/m);
    await until("there is no drift", 60, async () => (await driftOf(cluster.stack)).length === 0);
  }, 300_000);
});
