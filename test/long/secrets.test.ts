import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formsIn, type Canary } from "../support/canary/needles";
import { processesOf } from "../support/cluster";
import { must, type Finished } from "../support/process";
import { S3Stack } from "../support/s3/s3Stack";
import { leftovers } from "../support/testStack";

/** The life of a credential: wrong, right, tampered with, changed. Every output is searched for every secret there was. */
describe("a credential of the under storage", () => {
  const canaries: Canary[] = [];
  let one: S3Stack;
  let clusterId: string;

  beforeAll(async () => {
    one = await S3Stack.start((config) => {
      config.masters = { count: 3 };
    });
    canaries.push(one.canary);
  }, 60_000);
  afterAll(() => one.remove(), 180_000);

  /** What a command printed, once no secret is in it. */
  function clean(finished: Finished): Finished {
    expect(canaries.flatMap((canary) => formsIn(canary, finished.output))).toEqual([]);
    return finished;
  }
  const succeeds = ({ code, output }: Finished): void => expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
  const pulumi = async (...args: [string, ...string[]]) => clean(await one.stack.pulumi(...args));
  const up = async (...args: string[]) => clean(await one.stack.up(...args));
  const pids = async (): Promise<Record<string, number>> =>
    Object.fromEntries([...(await processesOf(clusterId))].map(([name, { pid }]) => [name, pid]));
  const read = (file: string): Promise<string> => {
    one.s3.objects.set(`prefix/${file}`, { data: Buffer.from(file), modified: new Date() });
    return must("docker", "exec", `secrets-master-1-${clusterId.slice(0, 4)}`, "alluxio", "fs", "cat", `/${file}`);
  };
  /** Where Docker keeps the file of a master. */
  const fileOf = async (master: string): Promise<string> => {
    const volume = `secrets-credentials-${clusterId.slice(0, 4)}`;
    const folder = await must("docker", "volume", "inspect", "--format", "{{.Mountpoint}}", volume);
    return join(folder, master, "alluxio-site.properties");
  };

  test("with a wrong one the up fails with one error, which names the field", async () => {
    await one.setSecret(`${one.canary.value}x`);
    const { code, output } = await up();
    expect(code).not.toBe(0);
    const errors = output.split("\n").filter((line) => /^ {4}error: /.test(line) && !line.includes("update failed"));
    expect(errors).toEqual([
      expect.stringMatching(
        /error: .*underStorage\.credentials: s3:\/\/bucket\/prefix refuses them \(403 Forbidden\).*s3a\.secretKey \(config key ufsSecretKey\)/,
      ),
    ]);
    expect(output).not.toMatch(/^\s+at .*\.ts:\d+/m);
    clusterId = (await one.stack.outputs()).clusterId;
  }, 300_000);

  test("a mistake in the spec beside it tells nothing of it", async () => {
    one.stack.edit((config) => {
      config.underStorage.options!["s3a.secretKey"] = one.canary.value;
      config.version = "1.0";
    });
    const { code, output } = await pulumi("preview");
    expect(code).not.toBe(0);
    expect(output).toContain('underStorage.options["s3a.secretKey"]');
    one.stack.edit((config) => {
      delete config.underStorage.options!["s3a.secretKey"];
      config.version = "2.9.4";
    });
  }, 60_000);

  test("with the right one the next up succeeds, and the one after it changes nothing", async () => {
    await one.setSecret(one.canary.value);
    succeeds(await one.stack.up());
    expect(await read("first")).toBe("first");
    clean(await one.stack.pulumi("stack", "export", "--show-secrets"));
    succeeds(await one.stack.pulumi("preview", "--refresh", "--expect-no-changes"));
  }, 600_000);

  test.each<[string, (file: string) => void]>([
    ["readable by all", (file) => chmodSync(file, 0o644)],
    ["changed", (file) => writeFileSync(file, "alluxio.master.hostname=elsewhere\n")],
    ["gone", (file) => rmSync(file)],
  ])(
    "a file that is %s is seen as that, and repaired without a restart",
    async (_, damage) => {
      const before = await pids();
      damage(await fileOf("master-2"));
      expect(await one.stack.drift()).toEqual([
        { resource: "secrets-credentials", op: "update", paths: ['files["master-2"]'] },
      ]);
      succeeds(await up("--refresh"));
      expect(await pids()).toEqual(before);
      expect(await one.stack.drift()).toEqual([]);
    },
    300_000,
  );

  test("another secret restarts who read or was told the old one, and nobody else", async () => {
    const before = await pids();
    canaries.push(await one.rotate());
    const { stdout } = await pulumi("preview", "--json");
    const { steps } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as { steps: { op: string; urn: string }[] };
    const touched = ["master-1", "master-2", "master-3", "worker-small-1", "job-worker-small-1"];
    expect(steps.filter(({ op }) => op === "replace").map(({ urn }) => urn.split("::secrets-").pop())).toEqual(touched);

    succeeds(await up());
    const after = await pids();
    expect(
      Object.keys(before)
        .filter((name) => before[name] !== after[name])
        .sort(),
    ).toEqual([...touched].sort());
    expect(await read("second")).toBe("second");
    succeeds(await pulumi("preview", "--refresh", "--expect-no-changes"));
  }, 900_000);

  test("destroy leaves nothing", async () => {
    succeeds(await pulumi("destroy", "--yes", "--skip-preview"));
    expect(await leftovers(clusterId)).toEqual([]);
  }, 180_000);
});
