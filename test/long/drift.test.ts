import { join } from "node:path";
import { dockerDrift } from "../../provider/docker/dockerDrift";
import { preflight } from "../../provider/resources/preflight";
import { DockerTransport } from "../../provider/transports/docker";
import { planCluster } from "../../components/plan/planCluster";
import { processesOf, registeredWorkers } from "../support/cluster";
import { driftOf, LATER, renewed, type Drift } from "../support/drift";
import { must, run, until } from "../support/process";
import { SMALL, specOf } from "../support/specs";
import { TestStack } from "../support/testStack";

const MIB = 1024 ** 2;
const WORKERS = { "small-1": 256 * MIB, "large-1": 512 * MIB };

/** One cluster for all: each test makes one thing wrong by hand, and leaves it as it found it. */
describe("one thing wrong at a time: shown as exactly that, repaired as only that", () => {
  const stack = new TestStack("dev");
  let clusterId: string;
  let network: string;
  let mounts: Record<string, string>;
  /** How often each process has been renewed so far. */
  const generations = new Map<string, number>();
  const docker = (...args: string[]): Promise<string> => must("docker", ...args);
  const nameOf = async (process: string): Promise<string> => (await processesOf(clusterId)).get(process)!.name;
  const inspect = (container: string, format: string): Promise<string> =>
    docker("inspect", "--format", format, container);

  beforeAll(async () => {
    await stack.init();
    const up = await stack.up();
    if (up.code !== 0) throw new Error(up.output);
    ({ clusterId, network, mountPoints: mounts } = await stack.outputs());
  }, 600_000);
  afterAll(async () => {
    // What a failed test has left: nobody serves it once the cluster is gone.
    await run("umount", ["-l", elsewhere()]);
    await stack.remove();
  }, 180_000);

  const elsewhere = (): string => join(mounts["data"]!, "../moved");

  /** Repairs, and looks at what else it has touched: containers and their first processes. */
  const repaired = async (
    before: Awaited<ReturnType<typeof processesOf>>,
    touched: { readonly made?: readonly string[]; readonly restarted?: readonly string[] },
  ): Promise<void> => {
    const { made = [], restarted = [] } = touched;
    const up = await stack.up("--refresh");
    expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
    const after = await processesOf(clusterId);
    const changed = (what: "id" | "pid"): string[] =>
      [...new Set([...before.keys(), ...after.keys()])]
        .filter((name) => after.get(name)?.[what] !== before.get(name)?.[what])
        .sort();
    expect([changed("id"), changed("pid")]).toEqual([[...made].sort(), [...made, ...restarted].sort()]);
    expect(await registeredWorkers(after.get("master-1")!.name)).toEqual(WORKERS);
    expect(await driftOf(stack)).toEqual([]);
  };
  /** What renewing a process shows, beside its own drift. */
  const renewal = async (process: string, before: Awaited<ReturnType<typeof processesOf>>): Promise<Drift[]> => {
    const times = (generations.get(process) ?? 0) + 1;
    generations.set(process, times);
    const mount = /^fuse-(.*)$/.exec(process)?.[1];
    const place =
      mount === undefined
        ? { resource: "dev-membership", path: `containers["${process}"]` }
        : { resource: `dev-mount-${mount}`, path: "containerId" };
    return [renewed(process, times), { ...place, op: "update", old: before.get(process)!.id, new: LATER }];
  };
  const sorted = (drift: readonly Drift[]): Drift[] =>
    [...drift].sort((a, b) => [a.resource, a.op, a.path].join(" ").localeCompare([b.resource, b.op, b.path].join(" ")));
  const condition = (process: string, old: string): Drift => ({
    resource: "dev-preflight",
    op: "update",
    path: `processes["${process}"].condition`,
    old,
    new: "running",
  });
  /** The process id, on the machine, of the JVM of a container. */
  const jvmOf = async (container: string): Promise<string> => {
    const lines = (await docker("top", container, "-o", "pid,args")).split("\n");
    return lines
      .find((line) => /alluxio\.\w+\.Alluxio/.test(line))!
      .trim()
      .split(/\s+/)[0]!;
  };
  const stopSupervisor = async (mount: string): Promise<Drift> => {
    await docker("stop", await nameOf(`supervisor-${mount}`));
    return { resource: `dev-mount-${mount}`, op: "update", path: "supervisor", old: "stopped", new: "running" };
  };
  const mountCondition = (mount: string, old: string): Drift => ({
    resource: `dev-mount-${mount}`,
    op: "update",
    path: "condition",
    old,
    new: "mounted",
  });

  test("crash-looping", async () => {
    const before = await processesOf(clusterId);
    const container = before.get("job-worker-small-1")!.name;
    // The start script of the image reads this file, and keeps it.
    await docker("exec", container, "sh", "-c", "echo 'exit 7' >> conf/alluxio-env.sh");
    await must("kill", "-9", await jvmOf(container));
    await until("Docker has started it three times", 60, async () => {
      return Number(await inspect(container, "{{.RestartCount}}")) >= 3;
    });
    expect(await driftOf(stack)).toEqual(
      sorted([condition("job-worker-small-1", "crash-looping"), ...(await renewal("job-worker-small-1", before))]),
    );
    await repaired(before, { made: ["job-worker-small-1"] });
  }, 240_000);

  test("a process that was started again several times, and is well since, is no drift", async () => {
    const container = await nameOf("job-worker-large-1");
    for (let i = 1; i <= 3; i++) {
      await must("kill", "-9", await jvmOf(container));
      await until(`it was started again ${i} times`, 60, async () => {
        const [restarts, pid] = (await inspect(container, "{{.RestartCount}} {{.State.Pid}}")).split(" ");
        return Number(restarts) === i && pid !== "0" && (await docker("top", container)).includes("AlluxioJobWorker");
      });
    }
    expect(await driftOf(stack)).toEqual([]);
  }, 240_000);

  test("unhealthy: its JVM is frozen", async () => {
    const before = await processesOf(clusterId);
    const container = before.get("job-master")!.name;
    await must("kill", "-STOP", await jvmOf(container));
    await until("Docker finds it unhealthy", 120, async () => {
      return (await inspect(container, "{{.State.Health.Status}}")) === "unhealthy";
    });
    expect(await driftOf(stack)).toEqual(
      sorted([condition("job-master", "unhealthy"), ...(await renewal("job-master", before))]),
    );
    await repaired(before, { made: ["job-master"] });
  }, 300_000);

  test("a worker that registered another capacity", async () => {
    const before = await processesOf(clusterId);
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
    expect(await driftOf(stack)).toEqual(
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
        ...(await renewal("worker-small-1", before)),
      ]),
    );
    const restarted = new Map(before).set("worker-small-1", {
      ...(await processesOf(clusterId)).get("worker-small-1")!,
      id,
    });
    await repaired(restarted, { made: ["worker-small-1"] });
  }, 300_000);

  test("re-created by hand: both ids", async () => {
    const before = await processesOf(clusterId);
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
      network,
      "--entrypoint",
      "sleep",
      image,
      "600",
    );
    expect(await driftOf(stack)).toEqual([
      { resource: "dev-job-worker-large-1", op: "create", path: "", old: undefined, new: undefined },
      { resource: "dev-membership", op: "update", path: 'containers["job-worker-large-1"]', old: id, new: LATER },
    ]);
    await repaired(before, { made: ["job-worker-large-1"] });
  }, 240_000);

  test("an impostor is named and left alone, and nothing else is touched", async () => {
    const before = await processesOf(clusterId);
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
        const refused = await stack.pulumi(verb, ...rest);
        expect(refused.code).not.toBe(0);
        expect(refused.output).toContain(
          `job-worker-small-1: container ${name} (id ${id.slice(0, 12)}, image ${image}) does not bear this cluster's id, and is left alone`,
        );
        expect(refused.output).toContain(`docker rename ${name} <other>`);
      }
      expect([await inspect(name, "{{.Id}} {{.State.Running}}"), await processesOf(clusterId)]).toEqual([
        `${id} true`,
        new Map(before).set("job-worker-small-1", { ...before.get("job-worker-small-1")!, name: `${name}-renamed` }),
      ]);
    } finally {
      await run("docker", ["rm", "--force", id]);
      await run("docker", ["rename", `${name}-renamed`, name]);
    }
    expect(await driftOf(stack)).toEqual([]);
    expect((await stack.up()).code).toBe(0);
    expect(await processesOf(clusterId)).toEqual(before);
  }, 300_000);

  test("a mount that was taken away, from a process that lives", async () => {
    const before = await processesOf(clusterId);
    const supervisor = await stopSupervisor("data");
    await must("umount", "-l", mounts["data"]!);
    expect(await driftOf(stack)).toEqual(sorted([mountCondition("data", "absent"), supervisor]));
    await repaired(before, { made: ["supervisor-data"], restarted: ["fuse-data"] });
  }, 240_000);

  test("a dead mount", async () => {
    const before = await processesOf(clusterId);
    const supervisor = await stopSupervisor("data");
    // What was killed by hand Docker does not start again.
    await docker("kill", before.get("fuse-data")!.name);
    expect(await driftOf(stack)).toEqual(
      sorted([
        { resource: "dev-fuse-data", op: "update", path: "mustRun", old: false, new: true },
        mountCondition("data", "dead"),
        supervisor,
      ]),
    );
    await repaired(before, { made: ["supervisor-data"], restarted: ["fuse-data"] });
  }, 240_000);

  test("a silent mount: its process is frozen", async () => {
    const before = await processesOf(clusterId);
    const supervisor = await stopSupervisor("data2");
    const { name } = before.get("fuse-data2")!;
    await must("kill", "-STOP", await jvmOf(name));
    await until("Docker finds it unhealthy", 120, async () => {
      return (await inspect(name, "{{.State.Health.Status}}")) === "unhealthy";
    });
    expect(await driftOf(stack)).toEqual(
      sorted([
        condition("fuse-data2", "unhealthy"),
        mountCondition("data2", "silent"),
        supervisor,
        ...(await renewal("fuse-data2", before)),
      ]),
    );
    await repaired(before, { made: ["fuse-data2", "supervisor-data2"] });
  }, 300_000);

  test("a mount at another path instead", async () => {
    const before = await processesOf(clusterId);
    const supervisor = await stopSupervisor("data");
    const [mount, moved, container] = [mounts["data"]!, elsewhere(), before.get("fuse-data")!.name];
    await must("umount", "-l", mount);
    const script = 'mkdir -p "$1"; exec integration/fuse/bin/alluxio-fuse mount -n -o allow_other "$1" /';
    const environment = ["--env", "ALLUXIO_JAVA_OPTS=-Dalluxio.fuse.web.enabled=false"];
    await docker("exec", "--detach", ...environment, container, "sh", "-c", script, "sh", moved);
    await until("it is mounted there", 60, async () =>
      (await must("cat", "/proc/self/mountinfo")).includes(` ${moved} `),
    );
    expect(await driftOf(stack)).toEqual(
      sorted([
        mountCondition("data", "absent"),
        { resource: "dev-mount-data", op: "update", path: "mountedAt", old: [mount, moved], new: [mount] },
        supervisor,
      ]),
    );
    await repaired(before, { made: ["supervisor-data"], restarted: ["fuse-data"] });
    expect(await must("cat", "/proc/self/mountinfo")).not.toContain(` ${moved} `);
  }, 240_000);

  test("the volume of a ramdisk removed, and with it all that used it", async () => {
    const before = await processesOf(clusterId);
    const users = ["worker-large-1", "job-worker-large-1", "fuse-data2"] as const;
    const supervisor = await stopSupervisor("data2");
    for (const user of users) await docker("rm", "--force", before.get(user)!.name);
    await docker("volume", "rm", `dev-ramdisk-large-1-${clusterId.slice(0, 4)}`);
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
    expect(await driftOf(stack)).toEqual(
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
    await repaired(before, { made: [...users, "supervisor-data2"] });
  }, 300_000);

  test("the network removed: everybody is cut off, the mounts stay what they are", async () => {
    const before = await processesOf(clusterId);
    const processes = [...before.keys()].filter((process) => !process.startsWith("supervisor"));
    for (const process of processes) await docker("network", "disconnect", network, before.get(process)!.name);
    await docker("network", "rm", network);
    const master = before.get("master-1")!.name;
    await until("the leader has given both workers up", 60, async () => {
      return Object.keys(await registeredWorkers(master)).length === 0;
    });
    const renewals = await Promise.all(processes.map((process) => renewal(process, before)));
    const seen = await driftOf(stack);
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
    await repaired(before, { made: [...before.keys()] });
  }, 400_000);
});

test("a tag that stands for another image: both are shown, it is given back, and the other keeps a name", async () => {
  const tag = `alluxio-test-drift-${process.pid}:mine`;
  const made: string[] = [];
  // Images of nothing but a file each.
  const build = async (content: string): Promise<string> => {
    const { stdout } = await run("docker", ["build", "--quiet", "--tag", tag, "-"], {
      input: `FROM scratch\nLABEL alluxio.test=${content}\n`,
    });
    made.push(stdout.trim());
    return stdout.trim();
  };
  try {
    const [ours, other] = [await build(`ours-${process.pid}`), await build(`other-${process.pid}`)];
    const kind = preflight(
      { gather: async () => ({ memoryMiB: 1_000_000, portsInUse: [], mountPointsInUse: [], disks: [] }) },
      dockerDrift(new DockerTransport(), { now: () => Date.now(), sleep: async () => undefined }),
    );
    const inputs = {
      plan: planCluster(specOf(SMALL)),
      clusterId: "0123456789abcdef",
      image: ours,
      tags: { [tag]: ours },
    };
    const said: string[] = [];
    const rest = {
      id: "p",
      timeoutSeconds: 0,
      progress: { status: () => undefined, info: (text: string) => void said.push(text), warn: () => undefined },
    };
    const state = (await kind.read({ state: inputs, inputs, ...rest }))!;
    expect([state.tags, kind.diff({ state, oldInputs: inputs, news: inputs })]).toEqual([
      { [tag]: other },
      [{ path: `tags["${tag}"]`, kind: "update" }],
    ]);
    await kind.update({ state, news: inputs, ...rest });
    const kept = `${tag}-${other.slice(7, 19)}`;
    const idOf = (name: string): Promise<string> => must("docker", "image", "inspect", "--format", "{{.Id}}", name);
    expect([await idOf(tag), await idOf(kept)]).toEqual([ours, other]);
    expect(said).toEqual([
      `tag ${tag} stands for ${ours} again, which this cluster runs; the image that had taken it, ${other}, keeps the name ${kept}`,
    ]);
    await must("docker", "rmi", tag);
    expect((await kind.read({ state: inputs, inputs, ...rest }))!.tags).toEqual({ [tag]: "none" });
  } finally {
    for (const image of made) await run("docker", ["rmi", "--force", image]);
  }
}, 60_000);
