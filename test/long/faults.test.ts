import { existsSync } from "node:fs";
import { join } from "node:path";
import { chosenImage } from "../../stacks/images";
import { digestOf, writeRandom } from "../support/cluster";
import { KILL_SPEC, KillableStack } from "../support/kills";
import { must, PROJECT, run } from "../support/process";
import { SecondDocker } from "../support/secondDocker";

const VERSION = { version: "2.9.4", image: "alluxio/alluxio:2.9.4" };

/** A stack in a Docker daemon of its own, for the tests of a block: the machine's is not touched. */
function apart(options: Parameters<SecondDocker["start"]>[0] = {}): { docker: SecondDocker; stack: KillableStack } {
  const docker = new SecondDocker();
  const stack = new KillableStack(KILL_SPEC, docker.host);
  beforeAll(async () => {
    await docker.start(options);
    await docker.load(chosenImage(PROJECT, "dev", VERSION)!.ref);
    await stack.init();
  }, 300_000);
  afterAll(async () => {
    await stack.remove();
    await docker.remove();
  }, 180_000);
  return { docker, stack };
}

describe("Docker's disk", () => {
  const { docker, stack } = apart({ tmpfsMiB: 1400 });

  const free = async (): Promise<number> =>
    Number((await must("df", "-Pm", docker.dataRoot)).split("\n")[1]!.split(/\s+/)[3]);
  const fill = (leaveMiB: number): Promise<string> =>
    must("sh", "-c", 'fallocate -l "$1" "$2"', "sh", `${Math.floor(leaveMiB)}M`, join(docker.dataRoot, "filler"));
  const made = async (): Promise<string> =>
    [await docker.docker("ps", "-aq"), await docker.docker("volume", "ls", "-q")].join("");

  test("with less than a cluster needs to start is refused before anything is made", async () => {
    await fill((await free()) - 100);
    for (const verb of [["preview"], ["up", "--yes", "--skip-preview"]] as const) {
      const { code, output } = await stack.pulumi(verb[0], ...verb.slice(1));
      expect(code).toBe(1);
      expect(output).toMatch(
        /this machine cannot run the cluster \(1 reason\), nothing was touched:\n +- docker: \S+, where Docker keeps volumes and containers, has \d+ MiB free/,
      );
      expect(await made()).toBe("");
    }
  }, 120_000);

  test("that is really full: the error says what to do", async () => {
    await run("dd", ["if=/dev/zero", `of=${join(docker.dataRoot, "rest")}`, "bs=4k"]);
    const { code, output } = await stack.pulumi("up", "--yes", "--skip-preview");
    expect(code).toBe(1);
    expect(output).toMatch(
      /Docker has no space left \(.*no space left on device.*\): free some where it keeps its data/,
    );
    expect(await made()).toBe("");
  }, 120_000);
});

describe("Docker restarted in the middle of up", () => {
  const { docker, stack } = apart();

  test("the next up completes, with the same id, every file and nothing doubled", async () => {
    const first = await stack.up();
    expect([first.code, first.code === 0 ? "" : first.output]).toEqual([0, ""]);
    const file = join(stack.mountPoint(), "file");
    const digest = writeRandom(file, 8);

    stack.edit({ labels: { changed: "yes" } });
    const interrupted = await stack.interruptedUp(10, async () => {
      await docker.stop();
      await docker.start();
    });
    expect(interrupted.output).not.toContain("panic");

    const up = await stack.up();
    expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
    const again = await stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    expect([again.code, again.code === 0 ? "" : again.output]).toEqual([0, ""]);
    expect(stack.ids).toHaveLength(1);
    expect(await stack.observedObjects()).toEqual(await stack.knownObjects());
    expect(digestOf(file)).toBe(digest);
    expect(existsSync(file)).toBe(true);
  }, 900_000);
});
