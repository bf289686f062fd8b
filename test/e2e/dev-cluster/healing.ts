import { join } from "node:path";
import { digestOf, writeRandom } from "../../support/cluster";
import { driftOf } from "../../support/drift";
import { must, run, until } from "../../support/process";
import { layersAt, serveAlso } from "./mounts";
import { docker, type DevCluster } from "./cluster";

/** How long that takes is a benchmark (mount-healing); this is for a loaded machine. */
const HEALING_SECONDS = 60;

export function healingTests(dev: DevCluster): void {
  test("the supervisor heals a mount by itself, and lets a container rest that somebody has stopped", async () => {
    const mount = dev.mounts["data"]!;
    const file = join(mount, "healed");
    const digest = writeRandom(file, 4);
    const container = await dev.nameOf("fuse-data");
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
      await until(`${fault}: it served before`, HEALING_SECONDS, reads);
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
    // Until the supervisor has seen it served, too.
    await new Promise((done) => setTimeout(done, 10_000));
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

    const log = await docker("logs", await dev.nameOf("supervisor-data"));
    expect(log).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \S+ killed process \d+: its mount is gone$/m);
    expect(log).toMatch(/ killed process \d+: it is frozen$/m);
    expect(log).toMatch(/ detached: one of 2 layers$/m);

    await docker("stop", container);
    await new Promise((done) => setTimeout(done, 4000));
    expect(await docker("inspect", "--format", "{{.State.Running}}", container)).toBe("false");
    await docker("start", container);
    await until("it serves again", 30, reads);
    expect(await driftOf(dev.stack)).toEqual([]);
  }, 240_000);
}
