import { spawnSync } from "node:child_process";
import { defaultFuse } from "../../../bench/peers/default-fuse";
import { dockerRunScript, quote } from "../../../bench/peers/docker-run";
import { EmptyDocker } from "../../../bench/support/emptyDocker";
import { mustWithMemory } from "../../../bench/support/process";
import { Timeline } from "../../../bench/support/timeline";
import { planCluster } from "../../../components/plan/planCluster";
import { RICH, specOf } from "../../support/specs";

const plan = planCluster(specOf(RICH));
const script = dockerRunScript(plan, { image: "sha256:1", prefix: "bench-1", label: "bench=1", mountRoot: "/mnt/b" });

describe("the script of docker run lines", () => {
  test("has one line for each process, with its properties, and one volume for each of the plan's", () => {
    const names = [...script.matchAll(/^docker run .*? --name (\S+) /gm)].map(([, name]) => name);
    expect(names.sort()).toEqual(plan.processes.map(({ name }) => `bench-1-${name}`).sort());
    for (const { properties } of plan.processes) {
      for (const [key, value] of Object.entries(properties)) expect(script).toContain(`${key}=${value}`);
    }
    expect(script.match(/^docker volume create/gm)).toHaveLength(plan.volumes.length);
  });

  test("waits for the same: servers healthy, workers registered, mounts answering", () => {
    const healthy = /^healthy (.*)$/m.exec(script)![1]!.split(" ");
    const servers = plan.processes.filter(({ role }) => role !== "fuse");
    expect(healthy).toEqual(servers.map(({ name }) => `bench-1-${name}`));
    expect(script).toContain(`registered bench-1-master-1 19999 ${plan.workers.length}`);
    expect(script.match(/^mounted \/mnt\/b\//gm)).toHaveLength(plan.mounts.length);
  });

  test("is one that a shell takes", () => {
    const { status, stderr } = spawnSync("bash", ["-n", "-c", script], { encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    const { stdout } = spawnSync("sh", ["-c", `printf %s ${quote('it\'s $HOME\n"x"')}`], { encoding: "utf8" });
    expect(stdout).toBe('it\'s $HOME\n"x"');
  });
});

test("the mount with Alluxio's defaults differs from the deployed one in libfuse and options alone", () => {
  const fuse = plan.processes.find(({ role }) => role === "fuse")!;
  const place = { name: "n", label: "l=1", network: "net", ramdisk: "r", mountRoot: "/m", mountPoint: "/m/x" };
  const args = defaultFuse(fuse, { ...place, alluxioPath: "/data", image: "i" });
  const properties = args.find((arg) => arg.startsWith("ALLUXIO_SITE_PROPERTIES="))!;
  const expected = Object.entries(fuse.properties).filter(([key]) => !key.endsWith(".libfuse.version"));
  expect(expected).toHaveLength(Object.keys(fuse.properties).length - 1);
  expect(properties.split("\n").length).toBe(expected.length);
  expect(args.slice(-4)).toEqual(["i", "fuse", "/m/x", "/data"]);
});

test("the time line takes the first begin and the last end of a type", () => {
  const timeline = new Timeline();
  const lines = [
    " +  docker:index:Container dev-master-1 creating (0s) ",
    " +  docker:index:Container dev-worker creating (0s) ",
    " +  docker:index:Container dev-master-1 created (3s) ",
    "@ updating.......",
    " +  docker:index:Container dev-worker created (2s) ",
  ];
  lines.forEach((line, i) => timeline.hear(line, i + 1));
  expect([timeline.begin("docker:index:Container"), timeline.end("docker:index:Container")]).toEqual([1, 5]);
  expect(timeline.begin("docker:index:Volume")).toBeNaN();
});

test("the stand-in of the daemon has nothing, and lets nothing be made but the helper", async () => {
  const daemon = new EmptyDocker("sha256:1");
  const address = (await daemon.start()).replace("tcp:", "http:");
  try {
    expect(await (await fetch(`${address}/v1.41/containers/json?all=true`)).json()).toEqual([]);
    expect((await fetch(`${address}/networks/create`, { method: "POST" })).status).toBe(404);
    expect((await fetch(`${address}/volumes/create`, { method: "POST" })).status).toBe(404);
    const output = await (await fetch(`${address}/containers/helper/attach`, { method: "POST" })).text();
    expect(output).toContain("MemTotal:");
    expect(await (await fetch(`${address}/images/sha256:1/json`)).json()).toMatchObject({ Id: "sha256:1" });
    expect((await fetch(`${address}/images/sha256:2/json`)).status).toBe(404);
    expect(daemon.requests).toBe(6);
  } finally {
    daemon.stop();
  }
});

test("memory is that of a program and of what it starts", async () => {
  const child = "const b = Buffer.alloc(64 * 1024 ** 2, 1); setTimeout(() => b, 700)";
  const { peakMiB } = await mustWithMemory("sh", ["-c", `"$0" -e "$1" & wait`, process.execPath, child]);
  expect(peakMiB).toBeGreaterThan(64);
  expect(peakMiB).toBeLessThan(400);
});
