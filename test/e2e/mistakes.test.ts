import { remains } from "../support/ephemeral";
import { TestStack } from "../support/testStack";

describe("a spec with mistakes", () => {
  const stack = new TestStack("dev");
  /** All that there is of it, beside the folder of its state. */
  const made = async (): Promise<string[]> =>
    (await remains(stack.ephemeralName)).filter((one) => !one.startsWith("folder"));
  beforeAll(() => stack.init(), 60_000);
  afterAll(() => stack.remove(), 60_000);

  test("all of them are told at once, by path, and nothing is touched", async () => {
    stack.write({
      version: "2.7.0",
      masters: { count: 2 },
      wokers: [],
      workers: [
        { name: "small", ramdisk: "10XB" },
        { name: "small", ramdisk: "1GB" },
      ],
      underStorage: { volume: {}, path: "/nfs" },
      mounts: [{ name: "data", mountPoint: "relative/path" }],
    });
    for (const verb of [["preview"], ["up", "--yes", "--skip-preview"]] as const) {
      const { code, output } = await stack.pulumi(verb[0], ...verb.slice(1));
      expect(code).not.toBe(0);
      for (const path of [
        "version",
        "masters.count",
        "wokers",
        "workers[0].ramdisk",
        "workers[1].name",
        "underStorage",
        "mounts[0].mountPoint",
      ]) {
        expect(output).toContain(path);
      }
      expect(output).toContain('Did you mean "workers"?');
      // A mistake of the user's has no stack trace.
      expect(output).not.toMatch(/^\s+at .*\.ts:\d+/m);
    }
    expect(await made()).toEqual([]);
  }, 60_000);

  test("a spec that the machine cannot hold is refused before anything is touched, also by a preview", async () => {
    stack.write({
      workers: [{ name: "huge", ramdisk: "900TB" }],
      underStorage: { volume: {} },
    });
    const { code, output } = await stack.pulumi("preview");
    expect(code).not.toBe(0);
    expect(output).toMatch(
      /this machine cannot run the cluster \(1 reason\), nothing was touched:\n\s+- workers: the cluster may use \d+ MiB/,
    );
    expect(await made()).toEqual([]);
  }, 60_000);
});
