import { registeredWorkers } from "../support/cluster";
import { driftOf, LATER, type Drift } from "../support/drift";
import { condition, docker, DriftingCluster, inspect, jvmOf, MIB, sorted } from "../support/driftingCluster";
import { must, run, until } from "../support/process";

describe("processes: one thing wrong at a time is shown as exactly that, and repaired as only that", () => {
  const cluster = new DriftingCluster((config) => {
    // So that a test can change a property of a running master.
    config.properties = { ...config.properties, "alluxio.conf.dynamic.update.enabled": "true" };
  });
  beforeAll(() => cluster.up(), 600_000);
  afterAll(() => cluster.stack.remove(), 180_000);

  test("crash-looping", async () => {
    const before = await cluster.processes();
    const container = before.get("job-worker-small-1")!.name;
    // The start script of the image reads this file, and keeps it.
    await docker("exec", container, "sh", "-c", "echo 'exit 7' >> conf/alluxio-env.sh");
    await must("kill", "-9", await jvmOf(container));
    await until("Docker has started it three times", 60, async () => {
      return Number(await inspect(container, "{{.RestartCount}}")) >= 3;
    });
    expect(await driftOf(cluster.stack)).toEqual(
      sorted([condition("job-worker-small-1", "crash-looping"), ...cluster.renewal("job-worker-small-1", before)]),
    );
    await cluster.repaired(before, { made: ["job-worker-small-1"] });
  }, 240_000);

  test("a process that was started again several times, and is well since, is no drift", async () => {
    const container = await cluster.nameOf("job-worker-large-1");
    for (let i = 1; i <= 3; i++) {
      await must("kill", "-9", await jvmOf(container));
      await until(`it was started again ${i} times`, 60, async () => {
        const [restarts, pid] = (await inspect(container, "{{.RestartCount}} {{.State.Pid}}")).split(" ");
        return Number(restarts) === i && pid !== "0" && (await docker("top", container)).includes("AlluxioJobWorker");
      });
    }
    expect(await driftOf(cluster.stack)).toEqual([]);
  }, 240_000);

  test("unhealthy: its JVM is frozen", async () => {
    const before = await cluster.processes();
    const container = before.get("job-master")!.name;
    await must("kill", "-STOP", await jvmOf(container));
    await until("Docker finds it unhealthy", 120, async () => {
      return (await inspect(container, "{{.State.Health.Status}}")) === "unhealthy";
    });
    expect(await driftOf(cluster.stack)).toEqual(
      sorted([condition("job-master", "unhealthy"), ...cluster.renewal("job-master", before)]),
    );
    await cluster.repaired(before, { made: ["job-master"] });
  }, 300_000);

  test("a master that was given another property while it runs", async () => {
    const before = await cluster.processes();
    const property = "alluxio.user.file.metadata.sync.interval";
    await docker("exec", before.get("master-1")!.name, "alluxio", "fsadmin", "updateConf", `${property}=7s`);
    const path = `processes["master-1"].properties["${property}"]`;
    expect(await driftOf(cluster.stack)).toEqual(
      sorted([
        { resource: "dev-preflight", op: "update", path, old: "7s", new: undefined },
        ...cluster.renewal("master-1", before),
      ]),
    );
    await cluster.repaired(before, { made: ["master-1"] });
  }, 300_000);

  test("a worker that registered another capacity", async () => {
    const before = await cluster.processes();
    const { name, id } = before.get("worker-small-1")!;
    const options = "-Dalluxio.worker.ramdisk.size=128MB -Dalluxio.worker.tieredstore.level0.dirs.quota=128MB";
    await docker("exec", name, "sh", "-c", `echo "ALLUXIO_JAVA_OPTS='${options}'" >> conf/alluxio-env.sh`);
    await docker("restart", name);
    const master = before.get("master-1")!.name;
    await until("it is registered with half of its capacity", 120, async () => {
      return (await registeredWorkers(master))["small-1"] === 128 * MIB;
    });
    const property = (key: string): Drift => ({
      resource: "dev-preflight",
      op: "update",
      path: `processes["worker-small-1"].properties["${key}"]`,
      old: "128MB",
      new: "256MB",
    });
    expect(await driftOf(cluster.stack)).toEqual(
      sorted([
        property("alluxio.worker.ramdisk.size"),
        property("alluxio.worker.tieredstore.level0.dirs.quota"),
        {
          resource: "dev-membership",
          op: "update",
          path: 'workers["small-1"].capacityBytes',
          old: 128 * MIB,
          new: 256 * MIB,
        },
        ...cluster.renewal("worker-small-1", before),
      ]),
    );
    const restarted = new Map(before).set("worker-small-1", {
      ...(await cluster.processes()).get("worker-small-1")!,
      id,
    });
    await cluster.repaired(restarted, { made: ["worker-small-1"] });
  }, 300_000);

  test("re-created by hand: both ids", async () => {
    const before = await cluster.processes();
    const { name } = before.get("job-worker-large-1")!;
    const labels = JSON.parse(await inspect(name, "{{json .Config.Labels}}")) as Record<string, string>;
    const image = await inspect(name, "{{.Image}}");
    await docker("rm", "--force", name);
    const bears = Object.entries(labels).flatMap(([label, value]) => ["--label", `${label}=${value}`]);
    const id = await docker(
      "run",
      "--detach",
      "--name",
      name,
      ...bears,
      "--network",
      cluster.network,
      "--entrypoint",
      "sleep",
      image,
      "600",
    );
    expect(await driftOf(cluster.stack)).toEqual([
      { resource: "dev-job-worker-large-1", op: "create", path: "", old: undefined, new: undefined },
      { resource: "dev-membership", op: "update", path: 'containers["job-worker-large-1"]', old: id, new: LATER },
    ]);
    await cluster.repaired(before, { made: ["job-worker-large-1"] });
  }, 240_000);

  test("an impostor is named and left alone, and nothing else is touched", async () => {
    const before = await cluster.processes();
    const { name } = before.get("job-worker-small-1")!;
    const image = await inspect(name, "{{.Image}}");
    await docker("rename", name, `${name}-renamed`);
    const id = await docker("run", "--detach", "--name", name, "--entrypoint", "sleep", image, "600");
    try {
      for (const args of [
        ["preview", "--refresh"],
        ["up", "--yes", "--skip-preview", "--refresh"],
      ] as const) {
        const [verb, ...rest] = args;
        const refused = await cluster.stack.pulumi(verb, ...rest);
        expect(refused.code).not.toBe(0);
        expect(refused.output).toContain(
          `job-worker-small-1: container ${name} (id ${id.slice(0, 12)}, image ${image}) does not bear this cluster's id, and is left alone`,
        );
        expect(refused.output).toContain(`docker rename ${name} <other>`);
      }
      expect([await inspect(name, "{{.Id}} {{.State.Running}}"), await cluster.processes()]).toEqual([
        `${id} true`,
        new Map(before).set("job-worker-small-1", { ...before.get("job-worker-small-1")!, name: `${name}-renamed` }),
      ]);
    } finally {
      await run("docker", ["rm", "--force", id]);
      await run("docker", ["rename", `${name}-renamed`, name]);
    }
    expect(await driftOf(cluster.stack)).toEqual([]);
    // Its name, as the refused run saw it, stands in the state.
    expect((await cluster.stack.up("--refresh")).code).toBe(0);
    expect(await cluster.processes()).toEqual(before);
  }, 300_000);
});
