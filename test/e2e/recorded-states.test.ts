import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { run } from "../support/process";
import { recordedDev, recordedHosts, withoutNames, type RecordedStack } from "../support/recorded";

const STATES = resolve(__dirname, "../states");

interface Recorded {
  deployment: { resources: { type: string; inputs?: { volumeName?: string; clusterId?: string } }[] };
}

/** Today's preview of a state, where its stack finds what a preview without a refresh looks for. */
async function showsNoChange(file: string, { stack, names }: RecordedStack): Promise<void> {
  const text = withoutNames(readFileSync(join(STATES, file), "utf8"), names);
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
  }
}

/** The state that each released version wrote stays readable: today's preview of it shows no change. */
describe("a recorded state", () => {
  const files = readdirSync(STATES).filter((file) => file.endsWith(".json"));

  test("there is one of each version and target", () => {
    expect(files).toEqual(expect.arrayContaining(["0.1.0-dev.json", "0.1.0-hosts.json"]));
  });

  test.each(files)(
    "%s: today's preview of it shows no change",
    async (file) => {
      const recorded = await (file.endsWith("-hosts.json") ? recordedHosts() : recordedDev());
      try {
        await showsNoChange(file, recorded);
      } finally {
        await recorded.remove();
      }
    },
    180_000,
  );
});
