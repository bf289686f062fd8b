import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { run } from "../support/process";
import { TestStack } from "../support/testStack";

const STATES = resolve(__dirname, "../states");

/** What differs from machine to machine stands in a recorded state under these names. */
interface Recorded {
  deployment: { resources: { type: string; inputs?: { volumeName?: string; clusterId?: string } }[] };
}

/**
 * The state that each released version wrote stays readable: today's preview of it shows no change. To record one:
 * `pulumi stack export` of a fresh `dev`, with the image's id written as `@image@` and the owner as `@owner@`.
 */
describe("a recorded state", () => {
  const files = readdirSync(STATES).filter((file) => file.endsWith(".json"));

  test("there is one of each version", () => {
    expect(files).toContain("0.1.0-dev.json");
  });

  test.each(files)(
    "%s: today's preview of it shows no change",
    async (file) => {
      // Ordinary, as those were: a throw-away cluster bears its expiry.
      const stack = new TestStack("dev", undefined, { plain: true });
      const text = readFileSync(join(STATES, file), "utf8")
        .replaceAll("@image@", stack.imageId())
        .replaceAll("@owner@", stack.owner());
      const volumes = (JSON.parse(text) as Recorded).deployment.resources.flatMap(({ inputs }) =>
        inputs?.volumeName === undefined ? [] : [{ name: inputs.volumeName, clusterId: inputs.clusterId! }],
      );
      try {
        await stack.init();
        // A preview looks for the volumes that hold data, and for nothing else.
        for (const { name, clusterId } of volumes) {
          await run("docker", ["volume", "create", "--label", `alluxio.cluster-id=${clusterId}`, name]);
        }
        const imported = await stack.importState(text);
        expect([imported.code, imported.code === 0 ? "" : imported.output]).toEqual([0, ""]);
        const preview = await stack.pulumi("preview", "--expect-no-changes");
        expect([preview.code, preview.code === 0 ? "" : preview.output]).toEqual([0, ""]);
      } finally {
        for (const { name } of volumes) await run("docker", ["volume", "rm", "--force", name]);
        await stack.forget();
      }
    },
    120_000,
  );
});
