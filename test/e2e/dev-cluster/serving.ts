import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  bytesReadLocally,
  bytesSent,
  digestOf,
  listed,
  processesOf,
  registeredWorkers,
  writeRandom,
} from "../../support/cluster";
import { must, run, until } from "../../support/process";
import { MIB, WORKERS, type DevCluster } from "./cluster";

/** What a user who has just started it finds. */
export function servingTests(dev: DevCluster): void {
  test("two workers of different size are registered with exactly those capacities", async () => {
    expect(await registeredWorkers(await dev.nameOf("master-1"))).toEqual(WORKERS);
  });

  test("alluxioctl status tells the same, and that all is well", async () => {
    const status = await run("node_modules/.bin/alluxioctl", ["status", "--json"], { env: dev.stack.env });
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
        { mountPoint: dev.mounts["data"], alluxioPath: "/", healthy: true },
        { mountPoint: dev.mounts["data2"], alluxioPath: "/", healthy: true },
      ],
      webAddress: (await dev.stack.outputs()).webAddress,
    });
  });

  test("a file written through one mount is read through the other, is in memory, and is persisted", async () => {
    const master = await dev.nameOf("master-1");
    const digest = writeRandom(join(dev.mounts["data"]!, "random"), 64);
    expect(await listed(master, "/random")).toEqual({ persisted: true, inMemory: "100%" });
    const stored = await must("docker", "exec", master, "sha256sum", "/opt/alluxio/underFSStorage/random");
    expect(stored.split(" ")[0]).toBe(digest);

    // Its bytes lie beside the first mount, so the other one must fetch them over the network: the control of the next test.
    const worker = await dev.nameOf("worker-small-1");
    const sent = await bytesSent(worker);
    expect(digestOf(join(dev.mounts["data2"]!, "random"))).toBe(digest);
    expect((await bytesSent(worker)) - sent).toBeGreaterThanOrEqual(64 * MIB);
  }, 60_000);

  test("a mount reads what its own worker holds without the network", async () => {
    const [worker, fuse] = [await dev.nameOf("worker-small-1"), await dev.nameOf("fuse-data")];
    const file = join(dev.mounts["data"]!, "near");
    const digest = writeRandom(file, 32);
    // What the other mount has read of it is still being copied to the worker beside that.
    let last = -1;
    await until("nobody copies from it any more", 30, async () => last === (last = await bytesSent(worker)), 1000);
    const [sent, local] = [await bytesSent(worker), await bytesReadLocally(fuse)];
    expect(digestOf(file)).toBe(digest);
    expect((await bytesReadLocally(fuse)) - local).toBeGreaterThanOrEqual(32 * MIB);
    expect(await bytesSent(worker)).toBe(sent);
  }, 60_000);

  test("what one mount rewrites, the other reads at once", async () => {
    const [a, b] = [join(dev.mounts["data"]!, "changing"), join(dev.mounts["data2"]!, "changing")];
    for (const version of ["one", "two", "three, which is longer", "4"]) {
      await must("sh", "-c", 'printf "%s" "$1" > "$2"', "sh", version, a);
      expect(readFileSync(b, "utf8")).toBe(version);
    }
  }, 60_000);

  test("a second up changes nothing, and preview --refresh sees no drift", async () => {
    const up = await dev.stack.up("--expect-no-changes");
    expect([up.code, up.output]).toEqual([0, expect.stringMatching(/Resources:\s+\d+ unchanged/)]);
    const gate = await dev.stack.pulumi("preview", "--refresh", "--expect-no-changes");
    expect([gate.code, gate.output]).toEqual([0, expect.stringMatching(/Resources:\s+\d+ unchanged/)]);
  }, 120_000);

  test("a frozen JVM turns its own health check red, and no other", async () => {
    const containers = [...(await processesOf(dev.clusterId))];
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
    // Docker starts no container again that was ever sent a signal by `docker kill`.
    const signal = (name: string, process: string) => must("kill", `-${name}`, `${processes.get(process)!.pid}`);
    // One of each role; the worker's own frozen state must not show at its job worker or its mount.
    for (const frozen of ["master-1", "job-master", "worker-small-1", "job-worker-small-1", "fuse-data"]) {
      await signal("STOP", frozen);
      try {
        expect(await healthy()).toEqual(all.filter((name) => name !== frozen));
      } finally {
        await signal("CONT", frozen);
      }
    }
    await must("docker", "start", ...supervisors);
    await until("the cluster has caught up", 60, async () => {
      const workers = await registeredWorkers(processes.get("master-1")!.name);
      return JSON.stringify(workers) === JSON.stringify(WORKERS) || Object.keys(workers).length === 2;
    });
  }, 180_000);
}
