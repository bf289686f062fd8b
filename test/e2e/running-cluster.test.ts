import { join } from "node:path";
import { digestOf, fuseReads, listed, processesOf, registeredWorkers, writeRandom } from "../support/cluster";
import { driftOf, LATER, renewed } from "../support/drift";
import { must, run, until } from "../support/process";
import { readingWhile, throughMount, writeUnread } from "../support/reader";
import { leftovers, TestStack } from "../support/testStack";

const MIB = 1024 ** 2;
const SMALL = { capacityBytes: 256 * MIB, version: "2.9.4" };
/** How long that takes is a benchmark (mount-healing); this is for a loaded machine. */
const HEALING_SECONDS = 60;

const LARGER_HEAP = "112MB";

/** One cluster, made to drift by hand, then changed, and at last robbed of its journal: each test goes on from the one before. */
describe("a running cluster", () => {
  const stack = new TestStack("dev", (config) => {
    config.properties = { ...config.properties, "alluxio.conf.dynamic.update.enabled": "true" };
    config.heaps!.worker = "96MB";
  });
  let clusterId: string;
  let mounts: Record<string, string>;
  const docker = (...args: string[]): Promise<string> => must("docker", ...args);
  const nameOf = async (process: string): Promise<string> => (await processesOf(clusterId)).get(process)!.name;

  beforeAll(async () => {
    ({ clusterId, mountPoints: mounts } = await stack.bringUp());
  }, 600_000);
  afterAll(async () => {
    // What a failed test has left: nobody serves it once the cluster is gone.
    await run("umount", ["-l", elsewhere()]);
    await stack.remove();
  }, 180_000);

  const elsewhere = (): string => join(mounts["data"]!, "../elsewhere");
  /** A second FUSE process in a container, at a path. */
  const serveAlso = async (container: string, path: string): Promise<void> => {
    // Its web server would find the port taken.
    const environment = ["--env", "ALLUXIO_JAVA_OPTS=-Dalluxio.fuse.web.enabled=false"];
    const script = 'mkdir -p "$1"; exec integration/fuse/bin/alluxio-fuse mount -n -o allow_other "$1" /';
    await docker("exec", "--detach", ...environment, container, "sh", "-c", script, "sh", path);
  };
  const layersAt = async (path: string): Promise<number> =>
    (await must("cat", "/proc/self/mountinfo")).split("\n").filter((line) => line.split(" ")[4] === path).length;

  test("drift that Docker's own plugin does not see, all at once: each is shown as what it is, with both values, and put right alone", async () => {
    const before = await processesOf(clusterId);
    const [master, worker, jobWorker, fuse] = [
      before.get("master-1")!,
      before.get("worker-small-1")!,
      before.get("job-worker-large-1")!,
      before.get("fuse-data")!,
    ];
    const [site, stray] = ["conf/alluxio-site.properties", elsewhere()];
    const network = (await stack.outputs()).network;

    for (const mount of ["data", "data2"]) await docker("stop", before.get(`supervisor-${mount}`)!.name);
    await serveAlso(fuse.name, stray);
    await serveAlso(before.get("fuse-data2")!.name, mounts["data2"]!);
    await docker(
      "exec",
      master.name,
      "alluxio",
      "fsadmin",
      "updateConf",
      "alluxio.user.file.metadata.sync.interval=7s",
    );
    await docker("pause", worker.name);
    await docker("network", "disconnect", network, jobWorker.name);
    const edit = "sed -i s/^alluxio.master.worker.timeout=.*/alluxio.master.worker.timeout=40s/";
    await docker("exec", before.get("job-worker-small-1")!.name, "sh", "-c", `${edit} ${site}`);
    await until("both FUSE containers serve twice", 60, async () => {
      return (await layersAt(stray)) === 1 && (await layersAt(mounts["data2"]!)) === 2;
    });
    await until("the leader has given the paused worker up", 60, async () => {
      return !("small-1" in (await registeredWorkers(master.name)));
    });

    const membership = { resource: "dev-membership", op: "update" } as const;
    const preflight = { resource: "dev-preflight", op: "update" } as const;
    const made = (process: string) => ({
      ...membership,
      path: `containers["${process}"]`,
      old: before.get(process)!.id,
      new: LATER,
    });
    expect(await driftOf(stack)).toEqual([
      renewed("job-worker-large-1"),
      renewed("job-worker-small-1"),
      renewed("master-1"),
      made("job-worker-large-1"),
      made("job-worker-small-1"),
      made("master-1"),
      made("worker-small-1"),
      { ...membership, path: 'workers["small-1"]', old: undefined, new: SMALL },
      {
        resource: "dev-mount-data",
        op: "update",
        path: "mountedAt",
        old: [mounts["data"], stray],
        new: [mounts["data"]],
      },
      { resource: "dev-mount-data", op: "update", path: "supervisor", old: "stopped", new: "running" },
      { resource: "dev-mount-data2", op: "update", path: "condition", old: "stacked", new: "mounted" },
      { resource: "dev-mount-data2", op: "update", path: "supervisor", old: "stopped", new: "running" },
      { ...preflight, path: 'processes["job-worker-large-1"].condition', old: "disconnected", new: "running" },
      {
        ...preflight,
        path: 'processes["job-worker-small-1"].properties["alluxio.master.worker.timeout"]',
        old: "40s",
        new: "15s",
      },
      {
        ...preflight,
        path: 'processes["master-1"].properties["alluxio.user.file.metadata.sync.interval"]',
        old: "7s",
        new: undefined,
      },
      { ...preflight, path: 'processes["worker-small-1"].condition', old: "paused", new: "running" },
      renewed("worker-small-1"),
    ]);

    const up = await stack.up("--refresh");
    expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
    const after = await processesOf(clusterId);
    const changed = (what: "id" | "pid"): string[] =>
      [...after].filter(([name, one]) => one[what] !== before.get(name)?.[what]).map(([name]) => name);
    const replaced = [
      "job-worker-large-1",
      "job-worker-small-1",
      "master-1",
      "supervisor-data",
      "supervisor-data2",
      "worker-small-1",
    ];
    expect(changed("id").sort()).toEqual(replaced);
    // The stacked mount is served anew by the container that it had.
    expect(changed("pid").sort()).toEqual([...replaced, "fuse-data2"].sort());
    expect([await layersAt(stray), await layersAt(mounts["data2"]!)]).toEqual([0, 1]);
    expect(await registeredWorkers(await nameOf("master-1"))).toEqual({ "small-1": 256 * MIB, "large-1": 512 * MIB });
  }, 400_000);

  test("the supervisor heals a mount by itself, and lets a container rest that somebody has stopped", async () => {
    const mount = mounts["data"]!;
    const file = join(mount, "healed");
    const digest = writeRandom(file, 4);
    const container = await nameOf("fuse-data");
    const jvm = async (): Promise<string> => {
      const [, ...lines] = (await docker("top", container, "-o", "pid,args")).split("\n");
      return lines
        .find((line) => line.includes("alluxio.fuse.AlluxioFuse"))!
        .trim()
        .split(/\s+/)[0]!;
    };
    const reads = async (): Promise<boolean> => {
      const copy = await run("timeout", ["-s", "KILL", "2", "sha256sum", file]);
      return copy.code === 0 && copy.stdout.startsWith(digest);
    };
    const seconds: Record<string, number> = {};
    const heals = async (fault: string, act: () => Promise<unknown>) => {
      expect([fault, await reads()]).toEqual([fault, true]);
      await act();
      const since = Date.now();
      await until(`${fault}: healed`, HEALING_SECONDS, async () => (await layersAt(mount)) === 1 && (await reads()));
      seconds[fault] = (Date.now() - since) / 1000;
    };
    const broken = async (act: Promise<unknown>): Promise<void> => {
      await act;
      await until("it cannot be read", 10, async () => !(await reads()));
    };

    await until("it serves", 30, reads);
    await heals("killed", async () => broken(must("kill", "-9", await jvm())));
    await heals("unmounted", () => broken(must("umount", "-l", mount)));
    // Before the supervisor has seen it served.
    await heals("unmounted again at once", () => broken(must("umount", "-l", mount)));
    await heals("frozen", async () => broken(must("kill", "-STOP", await jvm())));
    await heals("stacked", async () => {
      await serveAlso(container, mount);
      await until("it is mounted twice", 60, async () => (await layersAt(mount)) === 2);
    });
    console.info(`healed after seconds: ${JSON.stringify(seconds)}`);
    expect(digestOf(file)).toBe(digest);

    const log = await docker("logs", await nameOf("supervisor-data"));
    expect(log).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \S+ killed process \d+: its mount is gone$/m);
    expect(log).toMatch(/ killed process \d+: it is frozen$/m);
    expect(log).toMatch(/ detached: one of 2 layers$/m);

    await docker("stop", container);
    await new Promise((done) => setTimeout(done, 4000));
    expect(await docker("inspect", "--format", "{{.State.Running}}", container)).toBe("false");
    await docker("start", container);
    await until("it serves again", 30, reads);
    expect(await driftOf(stack)).toEqual([]);
  }, 240_000);

  test("larger heaps of the workers are announced, and restart them one at a time while reads go on", async () => {
    const master = await nameOf("master-1");
    const files = await writeUnread(master, "/unread", 400, 256 * 1024);
    const before = await processesOf(clusterId);
    stack.edit((config) => (config.heaps!.worker = LARGER_HEAP));
    let said = "";
    const fuse = await nameOf("fuse-data");
    const served = await fuseReads(fuse);
    const { reads, wrong, longestGapSeconds } = await readingWhile(
      files,
      throughMount(join(mounts["data"]!, "unread")),
      async () => {
        const up = await stack.up();
        expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
        said = up.output;
      },
    );
    expect(said).toContain(
      [
        "the change of dev:",
        "  - restart: worker-small-1, worker-large-1: JVM options changed",
        "while it is applied:",
        "  - workers restart one at a time, 2 of 2, each one when those before it are registered again: reads go on from the others and the under storage",
      ].join("\n    "),
    );
    expect(wrong).toEqual([]);
    expect((await fuseReads(fuse)) - served).toBeGreaterThanOrEqual(reads.length);
    expect(longestGapSeconds).toBeLessThan(60);
    const after = await processesOf(clusterId);
    const touched = [...after].filter(([name, { id }]) => id !== before.get(name)?.id).map(([name]) => name);
    expect(touched.sort()).toEqual(["worker-large-1", "worker-small-1"]);
    expect(await listed(master, "/unread/f1")).toEqual({ persisted: true, inMemory: "100%" });
  }, 900_000);

  test("a smaller ramdisk is refused while a file is in the caches alone, until that very loss is confirmed", async () => {
    const master = await nameOf("master-1");
    await must(
      ...(["docker", "exec", master, "bash", "-c"] as const),
      "echo precious > /tmp/p && alluxio fs -Dalluxio.user.file.writetype.default=MUST_CACHE copyFromLocal /tmp/p /precious",
    );
    stack.edit((config) => (config.workers[1]!.ramdisk = "256MB"));
    const refused = await stack.pulumi("preview");
    expect(refused.code).not.toBe(0);
    expect(refused.output).not.toContain("map[");
    expect(refused.output).toContain(
      "data loss: give up 1 file not persisted: 1 file may be in the caches alone (/precious).",
    );
    const [, line] = /confirm: \["(give up 1 file not persisted @[0-9a-f]{4})"\]/.exec(refused.output) ?? [];
    stack.edit((config) => (config.confirm = [line!]));
    const accepted = await stack.pulumi("preview");
    expect([accepted.code, accepted.code === 0 ? "" : accepted.output]).toEqual([0, ""]);

    await must("docker", "exec", master, "alluxio", "fs", "persist", "/precious");
    const safe = await stack.pulumi("preview");
    expect(safe.output).toMatch(/nothing is lost with the caches: of \d+ files looked at, each is persisted/);
    expect(safe.output).toContain(`confirm holds "${line!}", which nothing asks for: remove it`);
    stack.edit((config) => {
      config.workers[1]!.ramdisk = "512MB";
      config.confirm = [];
    });
  }, 300_000);

  test("a lost journal is refused by preview and up, which name the last backup and how to restore it; a lost under storage too", async () => {
    const master = await nameOf("master-1");
    const folder = "/opt/alluxio/underFSStorage/.alluxio_backups";
    await must("docker", "exec", master, "alluxio", "fsadmin", "backup", folder, "--allow-leader");
    const names = await must("docker", "exec", master, "ls", folder);
    const backup = names
      .split("\n")
      .filter((name) => name.endsWith(".gz"))
      .sort()
      .at(-1)!;
    const journal = `dev-journal-master-1-${clusterId.slice(0, 4)}`;
    await must("docker", "rm", "--force", master);
    await must("docker", "volume", "rm", journal);
    for (const verb of [["preview"], ["preview", "--refresh"], ["up", "--yes", "--skip-preview"]] as const) {
      const refused = await stack.pulumi(verb[0], ...verb.slice(1));
      expect(refused.code).not.toBe(0);
      expect(refused.output).toContain(`volume ${journal} is gone, and with it the journal of master-1`);
      expect(refused.output).toContain(`The last backup of the journal is ${folder}/${backup}`);
      expect(refused.output).toMatch(new RegExp(`confirm: \\["lose ${journal} @[0-9a-f]{4}"\\]`));
    }
    // The persisted files as well, and with them that backup.
    const underStorage = `dev-under-storage-${clusterId.slice(0, 4)}`;
    await must("docker", "rm", "--force", ...[...(await processesOf(clusterId)).values()].map(({ name }) => name));
    await must("docker", "volume", "rm", underStorage);
    const refused = await stack.pulumi("up", "--yes", "--skip-preview");
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain(`volume ${underStorage} is gone, and with it every persisted file`);
    expect(refused.output).toMatch(new RegExp(`confirm: \\["lose ${underStorage} @[0-9a-f]{4}"\\]`));
    // Not made anew.
    const left = await leftovers(clusterId);
    for (const volume of [journal, underStorage]) expect(left).not.toContain(`volume ${volume}`);
  }, 300_000);
});
