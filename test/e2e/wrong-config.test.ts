import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Problem } from "../../components/spec/problem";
import { unambiguousYaml } from "../../stacks/yaml";
import { KILL_SPEC, KillableStack } from "../support/kills";
import { run } from "../support/process";

const BROKEN = resolve(__dirname, "../broken");
const expectedOf = (name: string): readonly Problem[] =>
  (JSON.parse(readFileSync(join(BROKEN, `${name}.expected.json`), "utf8")) as { problems: Problem[] }).problems;

/** A Docker that counts who asks it, and answers nobody. Every file is checked by the unit tests; here, through real processes. */
describe("a broken spec", () => {
  const folder = mkdtempSync(join(tmpdir(), "alluxio-broken-"));
  const socket = join(folder, "docker.sock");
  const stack = new KillableStack(KILL_SPEC, `unix://${socket}`);
  let calls = 0;
  const docker = createServer((connection) => {
    calls++;
    connection.destroy();
  });
  beforeAll(async () => {
    await new Promise<void>((done) => docker.listen(socket, done));
    await stack.init();
  }, 60_000);
  afterAll(async () => {
    await new Promise((done) => docker.close(done));
    stack.forget();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => (calls = 0));

  test("the control: a valid one goes on to ask Docker", async () => {
    const { code, output } = await stack.pulumi("preview");
    expect([code, calls]).toEqual([1, 1]);
    expect(output).toContain("Docker does not answer");
  }, 60_000);

  test.each(["masters.count", "names.reserved", "underStorage.uri-secret"])(
    "%s: pulumi preview shows all mistakes and asks Docker nothing",
    async (name) => {
      copyFileSync(join(BROKEN, `${name}.yaml`), stack.file);
      const { code, output } = await stack.pulumi("preview");
      expect([code, calls]).toEqual([1, 0]);
      for (const { path, message } of expectedOf(name)) {
        expect(output).toContain(path);
        expect(output).toContain(message);
      }
      expect(output).not.toMatch(/^\s+at .*:\d+/m);
      expect(output).not.toContain("id:key");
    },
    60_000,
  );

  const own = join(folder, "own.yaml");
  const written = (config: object): void => writeFileSync(stack.file, unambiguousYaml({ config }));

  test("a cluster in a file of its own goes on to ask Docker, and its mistakes are told by the name of that file", async () => {
    written({ "alluxio:clusterFile": own });
    writeFileSync(own, unambiguousYaml(KILL_SPEC));
    const fine = await stack.pulumi("preview");
    expect([fine.code, calls]).toEqual([1, 1]);
    expect(fine.output).toContain("Docker does not answer");
    writeFileSync(own, unambiguousYaml({ ...KILL_SPEC, workers: [] }));
    const broken = await stack.pulumi("preview");
    expect([broken.code, calls]).toEqual([1, 1]);
    expect(broken.output).toContain(`mistake in ${own}:`);
    written({ "alluxio:clusterFile": own, "alluxio:cluster": KILL_SPEC });
    expect((await stack.pulumi("preview")).output).toContain("has both alluxio:cluster and alluxio:clusterFile");
    written({});
    expect((await stack.pulumi("preview")).output).toContain("config in Pulumi.dev.yaml has no alluxio:cluster.");
    expect(calls).toBe(1);
  }, 120_000);

  test("a config that is too large for Pulumi is told as that by each command, with the way out", async () => {
    const labels = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`label-${n}`, "x".repeat(40)]));
    written({ "alluxio:cluster": { ...KILL_SPEC, labels } });
    const wayOut = /takes \d+ KiB, and Pulumi can hand a program 128 KiB.*alluxio:clusterFile: fleet\.yaml/;
    const preview = await stack.pulumi("preview");
    // Pulumi's own words for it, by which docs/errors.md knows it.
    expect(preview.output).toContain("argument list too long");
    expect([preview.code, preview.output]).toEqual([1, expect.stringMatching(wayOut)]);
    expect(await stack.up()).toMatchObject({ code: 1, output: expect.stringMatching(wayOut) as string });
    const args = ["validate", "--stack-file", stack.file];
    const validated = await run("node_modules/.bin/alluxioctl", args, {
      env: stack.env,
      cwd: resolve(BROKEN, "../.."),
    });
    expect(validated).toMatchObject({ code: 1, output: expect.stringMatching(wayOut) as string });
    // And none where it stands in a file.
    writeFileSync(own, unambiguousYaml({ ...KILL_SPEC, labels }));
    written({ "alluxio:clusterFile": own });
    expect((await stack.pulumi("preview")).output).toContain("Docker does not answer");
    expect(calls).toBe(1);
  }, 120_000);

  test("alluxioctl validate ends with the exit code of a mistake, of a file that is no spec, and of a fine one", async () => {
    const validate = (file: string) =>
      run("node_modules/.bin/alluxioctl", ["validate", "--stack-file", file], {
        env: stack.env,
        cwd: resolve(BROKEN, "../.."),
      });
    const codes = await Promise.all(
      [join(BROKEN, "masters.count.yaml"), join(BROKEN, "yaml/tabs.yaml"), "Pulumi.dev.yaml"].map(validate),
    );
    expect([codes.map(({ code }) => code), calls]).toEqual([[1, 2, 0], 0]);
  }, 60_000);
});
