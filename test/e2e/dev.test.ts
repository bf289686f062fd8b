import { readFileSync } from "node:fs";
import { join } from "node:path";
import { must, run, until } from "../support/process";
import {
  digestOf,
  bytesReadLocally,
  bytesSent,
  listed,
  processesOf,
  registeredWorkers,
  writeRandom,
} from "../support/cluster";
import { leftovers, TestStack } from "../support/testStack";

const MIB = 1024 ** 2;
const WORKERS = { "small-1": 256 * MIB, "large-1": 512 * MIB };

/** One real cluster for all tests of this file; each leaves it as it found it. */
describe("the cluster that npm start brings up", () => {
  const stack = new TestStack("dev");
  let clusterId: string;
  let network: string;
  let mounts: Record<string, string>;
  const nameOf = async (process: string): Promise<string> => (await processesOf(clusterId)).get(process)!.name;

  beforeAll(async () => {
    const started = await stack.npmStart();
    if (started.code !== 0) throw new Error(started.output);
    const outputs = await stack.outputs();
    ({ clusterId, network, mountPoints: mounts } = outputs);
    expect(started.output).toContain(mounts["data"]);
    expect(started.output).toContain(outputs.webAddress);
  }, 600_000);
  afterAll(() => stack.remove(), 180_000);

  test("two workers of different size are registered with exactly those capacities", async () => {
    expect(await registeredWorkers(await nameOf("master-1"))).toEqual(WORKERS);
  });

  test("alluxioctl status tells the same, and that all is well", async () => {
    const status = await run("node_modules/.bin/alluxioctl", ["status", "--json"], { env: stack.env });
    expect(status.code).toBe(0);
    const {
      healthy,
      masters,
      workers,
      mounts: told,
      webAddress,
    } = JSON.parse(status.stdout) as Record<string, unknown>;
    expect({ healthy, masters, workers, told, webAddress }).toMatchObject({
      healthy: true,
      masters: [{ name: "master-1", address: "master-1:19998", role: "leader" }],
      workers: [
        { name: "small-1", state: "active", capacityBytes: 256 * MIB },
        { name: "large-1", state: "active", capacityBytes: 512 * MIB },
      ],
      told: [
        { mountPoint: mounts["data"], alluxioPath: "/", healthy: true },
        { mountPoint: mounts["data2"], alluxioPath: "/", healthy: true },
      ],
      webAddress: (await stack.outputs()).webAddress,
    });
  });

  test("a file written through one mount is read through the other, is in memory, and is persisted", async () => {
    const master = await nameOf("master-1");
    const digest = writeRandom(join(mounts["data"]!, "random"), 64);
    expect(await listed(master, "/random")).toEqual({ persisted: true, inMemory: "100%" });
    const stored = await must("docker", "exec", master, "sha256sum", "/opt/alluxio/underFSStorage/random");
    expect(stored.split(" ")[0]).toBe(digest);

    // Its bytes lie beside the first mount, so the other one must fetch them over the network: the control of the next test.
    const worker = await nameOf("worker-small-1");
    const sent = await bytesSent(worker);
    expect(digestOf(join(mounts["data2"]!, "random"))).toBe(digest);
    expect((await bytesSent(worker)) - sent).toBeGreaterThanOrEqual(64 * MIB);
  }, 60_000);

  test("a mount reads what its own worker holds without the network", async () => {
    const [worker, fuse] = [await nameOf("worker-small-1"), await nameOf("fuse-data")];
    const file = join(mounts["data"]!, "near");
    const digest = writeRandom(file, 32);
    const [sent, local] = [await bytesSent(worker), await bytesReadLocally(fuse)];
    expect(digestOf(file)).toBe(digest);
    expect((await bytesReadLocally(fuse)) - local).toBeGreaterThanOrEqual(32 * MIB);
    expect(await bytesSent(worker)).toBe(sent);
  }, 60_000);

  test("what one mount rewrites, the other reads at once", async () => {
    const [a, b] = [join(mounts["data"]!, "changing"), join(mounts["data2"]!, "changing")];
    for (const version of ["one", "two", "three, which is longer", "4"]) {
      await must("sh", "-c", 'printf "%s" "$1" > "$2"', "sh", version, a);
      expect(readFileSync(b, "utf8")).toBe(version);
    }
  }, 60_000);

  test("a second up changes nothing, and preview --refresh sees no drift", async () => {
    const up = await stack.up("--expect-no-changes");
    expect([up.code, up.output]).toEqual([0, expect.stringMatching(/Resources:\s+\d+ unchanged/)]);
    const gate = await stack.pulumi("preview", "--refresh", "--expect-no-changes");
    expect([gate.code, gate.output]).toEqual([0, expect.stringMatching(/Resources:\s+\d+ unchanged/)]);
  }, 120_000);

  test("a stopped, a removed and two unintended workers are exactly what the preview shows, and only they are put right", async () => {
    const before = await processesOf(clusterId);
    const master = before.get("master-1")!.name;
    const image = await must("docker", "inspect", "--format", "{{.Image}}", master);
    const strays = { "stray-ours": ["--label", `alluxio.cluster-id=${clusterId}`], "stray-foreign": [] };
    const properties = (host: string): string =>
      ["alluxio.master.hostname=master-1", `alluxio.worker.hostname=${host}`, "alluxio.worker.ramdisk.size=64MB"].join(
        "\n",
      );
    try {
      await must("docker", "stop", before.get("worker-small-1")!.name);
      await must("docker", "rm", "--force", before.get("worker-large-1")!.name);
      for (const [host, labels] of Object.entries(strays)) {
        const place = ["--name", `${host}-${clusterId}`, "--hostname", host, "--network", network];
        const alias = ["--network-alias", host, "--label", "alluxio.test=e2e", "--shm-size", "64m", ...labels];
        const site = ["--env", `ALLUXIO_SITE_PROPERTIES=${properties(host)}`];
        const heap = ["--env", "ALLUXIO_WORKER_JAVA_OPTS=-Xmx96m -XX:TieredStopAtLevel=1"];
        const command = [image, "worker-only", "--no-format"];
        await must("docker", "run", "--detach", ...place, ...alias, ...site, ...heap, ...command);
      }
      await until("the leader has given two up, and knows two others", 120, async () => {
        return (
          Object.keys(await registeredWorkers(master))
            .sort()
            .join() === "stray-foreign,stray-ours"
        );
      });

      expect(await stack.drift()).toEqual([
        {
          resource: "dev-membership",
          op: "update",
          paths: [
            'containers["worker-large-1"]',
            'workers["large-1"]',
            'workers["small-1"]',
            'workers["stray-foreign"]',
            'workers["stray-ours"]',
          ],
        },
        { resource: "dev-worker-large-1", op: "create", paths: [] },
        { resource: "dev-worker-small-1", op: "update", paths: ["mustRun"] },
      ]);
      expect((await stack.up("--refresh")).code).toBe(0);

      expect(await registeredWorkers(master)).toEqual(WORKERS);
      const after = await processesOf(clusterId);
      const changed = (what: "id" | "pid"): string[] =>
        [...before.keys()].filter((name) => after.get(name)?.[what] !== before.get(name)![what]);
      expect([changed("id"), changed("pid").sort()]).toEqual([
        ["worker-large-1"],
        ["worker-large-1", "worker-small-1"],
      ]);
      const running = (host: string) =>
        must("docker", "inspect", "--format", "{{.State.Running}}", `${host}-${clusterId}`);
      // Only a process of ours is stopped.
      expect([await running("stray-ours"), await running("stray-foreign")]).toEqual(["false", "true"]);
      expect(await stack.drift()).toEqual([]);
    } finally {
      for (const host of Object.keys(strays)) await run("docker", ["rm", "--force", `${host}-${clusterId}`]);
    }
  }, 400_000);

  test("a frozen JVM turns its own health check red, and no other", async () => {
    const containers = [...(await processesOf(clusterId))];
    const processes = new Map(containers.filter(([name]) => !name.startsWith("supervisor-")));
    // They would end a FUSE process that is frozen.
    const supervisors = containers.filter(([name]) => name.startsWith("supervisor-")).map(([, one]) => one.name);
    await must("docker", "stop", ...supervisors);
    const healthy = async (): Promise<string[]> => {
      const answers = await Promise.all(
        [...processes].map(async ([name, one]) => {
          const check = await must("docker", "inspect", "--format", "{{json .Config.Healthcheck.Test}}", one.name);
          const [, ...command] = JSON.parse(check) as string[];
          return { name, ...(await run("docker", ["exec", one.name, ...command])) };
        }),
      );
      return answers.filter((answer) => answer.code === 0).map((answer) => answer.name);
    };
    const all = [...processes.keys()];
    expect(await healthy()).toEqual(all);
    // One of each role; the worker's own frozen state must not show at its job worker or its mount.
    for (const frozen of ["master-1", "job-master", "worker-small-1", "job-worker-small-1", "fuse-data"]) {
      await must("docker", "kill", "--signal", "STOP", processes.get(frozen)!.name);
      try {
        expect(await healthy()).toEqual(all.filter((name) => name !== frozen));
      } finally {
        await must("docker", "kill", "--signal", "CONT", processes.get(frozen)!.name);
      }
    }
    await must("docker", "start", ...supervisors);
    await until("the cluster has caught up", 60, async () => {
      const workers = await registeredWorkers(processes.get("master-1")!.name);
      return JSON.stringify(workers) === JSON.stringify(WORKERS) || Object.keys(workers).length === 2;
    });
  }, 180_000);

  test("a master that is restarted, and one that is made anew, keep every path and every byte", async () => {
    const file = join(mounts["data"]!, "kept");
    const digest = writeRandom(file, 8);
    const paths = async (): Promise<string[]> => {
      const text = await must("docker", "exec", await nameOf("master-1"), "alluxio", "fs", "ls", "-R", "/");
      return text
        .split("\n")
        .map((line) => line.split(/\s+/).pop()!)
        .sort();
    };
    const before = await paths();
    expect(before).toContain("/kept");

    await must("docker", "restart", await nameOf("master-1"));
    await until(
      "both workers are back",
      120,
      async () => Object.keys(await registeredWorkers(await nameOf("master-1"))).length === 2,
    );
    expect([await paths(), digestOf(file)]).toEqual([before, digest]);

    await must("docker", "rm", "--force", await nameOf("master-1"));
    expect((await stack.up("--refresh")).code).toBe(0);
    expect([await paths(), digestOf(file)]).toEqual([before, digest]);
  }, 300_000);

  test("destroy leaves nothing but the volume to keep", async () => {
    const destroyed = await stack.pulumi("destroy", "--yes", "--skip-preview");
    expect([destroyed.code, await leftovers(clusterId)]).toEqual([
      0,
      [`volume dev-under-storage-${clusterId.slice(0, 4)}`],
    ]);
    await must("docker", "volume", "rm", `dev-under-storage-${clusterId.slice(0, 4)}`);
  }, 180_000);
});
