import { processesOf, registeredWorkers } from "../../support/cluster";
import { driftOf, LATER, renewed } from "../../support/drift";
import type { DriftReport } from "../../../operations/drift/report";
import { must, run, until } from "../../support/process";
import { elsewhere, layersAt, serveAlso } from "./mounts";
import { docker, MIB, WORKERS, type DevCluster } from "./cluster";
import { watched } from "./readOnly";
const SMALL = { capacityBytes: 256 * MIB, version: "2.9.4" };

/** What is changed by hand is shown as exactly that, and it alone is put right. */
export function driftTests(dev: DevCluster): void {
  test("a stopped, a removed and two unintended workers are exactly what the preview shows, and only they are put right", async () => {
    const before = await processesOf(dev.clusterId);
    const master = before.get("master-1")!.name;
    const image = await must("docker", "inspect", "--format", "{{.Image}}", master);
    const strays = { "stray-ours": ["--label", `alluxio.cluster-id=${dev.clusterId}`], "stray-foreign": [] };
    const properties = (host: string): string =>
      ["alluxio.master.hostname=master-1", `alluxio.worker.hostname=${host}`, "alluxio.worker.ramdisk.size=64MB"].join(
        "\n",
      );
    try {
      await must("docker", "stop", before.get("worker-small-1")!.name);
      await must("docker", "rm", "--force", before.get("worker-large-1")!.name);
      for (const [host, labels] of Object.entries(strays)) {
        const place = ["--name", `${host}-${dev.clusterId}`, "--hostname", host, "--network", dev.network];
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

      expect(await dev.stack.drift()).toEqual([
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
      expect((await dev.stack.up("--refresh")).code).toBe(0);

      expect(await registeredWorkers(master)).toEqual(WORKERS);
      const after = await processesOf(dev.clusterId);
      const changed = (what: "id" | "pid"): string[] =>
        [...before.keys()].filter((name) => after.get(name)?.[what] !== before.get(name)![what]);
      expect([changed("id"), changed("pid").sort()]).toEqual([
        ["worker-large-1"],
        ["worker-large-1", "worker-small-1"],
      ]);
      const running = (host: string) =>
        must("docker", "inspect", "--format", "{{.State.Running}}", `${host}-${dev.clusterId}`);
      // Only a process of ours is stopped.
      expect([await running("stray-ours"), await running("stray-foreign")]).toEqual(["false", "true"]);
      expect(await dev.stack.drift()).toEqual([]);
      expect(await alluxioctlDrift(dev)).toMatchObject({
        code: 0,
        report: { drifted: false, findings: [], pending: [] },
      });
    } finally {
      for (const host of Object.keys(strays)) await run("docker", ["rm", "--force", `${host}-${dev.clusterId}`]);
    }
  }, 400_000);

  test("drift that Docker's own plugin does not see, all at once: each is shown as what it is, with both values, and put right alone", async () => {
    await restoring(dev, async () => {
      const before = await processesOf(dev.clusterId);
      const [master, worker, jobWorker, fuse] = [
        before.get("master-1")!,
        before.get("worker-small-1")!,
        before.get("job-worker-large-1")!,
        before.get("fuse-data")!,
      ];
      const [site, stray] = ["conf/alluxio-site.properties", elsewhere(dev)];

      for (const mount of ["data", "data2"]) await docker("stop", before.get(`supervisor-${mount}`)!.name);
      await serveAlso(fuse.name, stray);
      await serveAlso(before.get("fuse-data2")!.name, dev.mounts["data2"]!);
      await docker("pause", worker.name);
      await docker("network", "disconnect", dev.network, jobWorker.name);
      const edit = "sed -i s/^alluxio.master.worker.timeout=.*/alluxio.master.worker.timeout=40s/";
      await docker("exec", before.get("job-worker-small-1")!.name, "sh", "-c", `${edit} ${site}`);
      await until("both FUSE containers serve twice", 60, async () => {
        return (await layersAt(stray)) === 1 && (await layersAt(dev.mounts["data2"]!)) === 2;
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
      expect(await driftOf(dev.stack)).toEqual([
        renewed("job-worker-large-1"),
        renewed("job-worker-small-1"),
        made("job-worker-large-1"),
        made("job-worker-small-1"),
        made("worker-small-1"),
        { ...membership, path: 'workers["small-1"]', old: undefined, new: SMALL },
        {
          resource: "dev-mount-data",
          op: "update",
          path: "mountedAt",
          old: [dev.mounts["data"], stray],
          new: [dev.mounts["data"]],
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
        { ...preflight, path: 'processes["worker-small-1"].condition', old: "paused", new: "running" },
        renewed("worker-small-1"),
      ]);

      // The same for people, who are told of things, and not of resources; and that look leaves everything as it is.
      const { result, looks, acts, volumes, before: was, after: is } = await watched(dev, () => alluxioctlDrift(dev));
      expect([acts, volumes, is]).toEqual([[], 0, was]);
      expect(looks).toBeGreaterThan(0);
      expect(result.code).toBe(1);
      const { findings, pending, settled, coverage } = result.report;
      expect(findings.map(({ kind, name, properties }) => [kind, name, properties.map(({ path }) => path)])).toEqual([
        ["missing", "worker small-1", ['workers["small-1"]']],
        ["changed", "container job-worker-large-1", ['processes["job-worker-large-1"].condition']],
        [
          "changed",
          "container job-worker-small-1",
          ['processes["job-worker-small-1"].properties["alluxio.master.worker.timeout"]'],
        ],
        ["changed", "container worker-small-1", ['processes["worker-small-1"].condition']],
        ["changed", "mount data", ["mountedAt", "supervisor"]],
        ["changed", "mount data2", ["condition", "supervisor"]],
      ]);
      expect(findings[2]!.properties[0]).toMatchObject({ resource: "dev-preflight", desired: "15s", observed: "40s" });
      expect(findings[3]!.cost.join("; ")).toContain("read from the under storage again");
      expect([pending, settled, coverage]).toMatchObject([[], [], { complete: true, looked: coverage.resources }]);

      const up = await dev.stack.up("--refresh");
      expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
      const after = await processesOf(dev.clusterId);
      const changed = (what: "id" | "pid"): string[] =>
        [...after].filter(([name, one]) => one[what] !== before.get(name)?.[what]).map(([name]) => name);
      const replaced = [
        "job-worker-large-1",
        "job-worker-small-1",
        "supervisor-data",
        "supervisor-data2",
        "worker-small-1",
      ];
      expect(changed("id").sort()).toEqual(replaced);
      // The stacked mount is served anew by the container that it had.
      expect(changed("pid").sort()).toEqual([...replaced, "fuse-data2"].sort());
      expect([await layersAt(stray), await layersAt(dev.mounts["data2"]!)]).toEqual([0, 1]);
      expect(await registeredWorkers(await dev.nameOf("master-1"))).toEqual(WORKERS);
    });
  }, 400_000);
}

/** What a test that fails has left half done is put right, for those after it. */
async function restoring(dev: DevCluster, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    await dev.stack.up("--refresh");
    throw error;
  }
}

/** `npx alluxioctl drift --json`, as users start it. */
async function alluxioctlDrift(dev: DevCluster): Promise<{ readonly code: number; readonly report: DriftReport }> {
  const { code, stdout, output } = await run("node_modules/.bin/alluxioctl", ["drift", "--json"], {
    env: dev.stack.env,
  });
  if (!stdout.startsWith("{")) throw new Error(output);
  return { code, report: JSON.parse(stdout) as DriftReport };
}
