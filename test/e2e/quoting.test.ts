import { commandOf, environmentOf } from "../../components/docker/commands";
import { planCluster } from "../../components/plan/planCluster";
import type { ClusterConfig } from "../../components/spec/config";
import { parseSpec } from "../../components/spec/parse";
import { must, run } from "../support/process";
import { SMALL, specOf } from "../support/specs";
import { anyString, RAN, sample } from "../support/strings";
import { TestStack } from "../support/testStack";

/** In place of the JVM: tells which arguments it was given, one a line, as base64. */
const STUB = `#!/bin/bash
for argument in "$@"; do printf '%s' "$argument" | base64 -w 0; echo; done
`;

/** What the entrypoint of the real image makes of what we hand to it, up to the arguments of the JVM. */
describe("any string, through the image's entrypoint", () => {
  const stack = new TestStack("dev", undefined, { plain: true });
  const container = `quoting-${process.pid}`;

  beforeAll(async () => {
    const sleep = ["--entrypoint", "sleep", stack.imageId(), "600"];
    await must("docker", "run", "--detach", "--rm", "--network", "none", "--name", container, ...sleep);
    const install = `mkdir -p /tmp/stub/bin && echo ${Buffer.from(STUB).toString("base64")} | base64 -d > /tmp/stub/bin/java && chmod +x /tmp/stub/bin/java`;
    await must("docker", "exec", container, "sh", "-c", install);
  }, 60_000);
  afterAll(async () => {
    await run("docker", ["rm", "--force", container]);
    await stack.forget();
  }, 60_000);

  /** @returns the arguments that the JVM would get */
  async function argumentsOf(environment: readonly string[], command: readonly string[]): Promise<string[]> {
    const variables = environment.flatMap((one) => ["--env", one]);
    const clean = 'rm -f /opt/alluxio/conf/alluxio-*; exec /entrypoint.sh "$@"';
    const inside = [container, "sh", "-c", clean, "sh", ...command];
    const text = await must("docker", "exec", "--user", "0:0", "--env", "JAVA_HOME=/tmp/stub", ...variables, ...inside);
    return text.split("\n").map((line) => Buffer.from(line, "base64").toString("utf8"));
  }
  const plan = (config: ClusterConfig) => planCluster(specOf(config));
  const nothingRan = async (): Promise<void> => {
    expect((await run("docker", ["exec", container, "ls", RAN])).code).not.toBe(0);
  };

  /** The strings of a sample that the rules let through, and how many they refuse. */
  function carried(count: number, configOf: (text: string) => ClusterConfig): { texts: string[]; refused: number } {
    const all = [...new Set(sample(anyString, count))];
    const texts = all.filter((text) => !parseSpec(configOf(text), { stack: "dev" }).problems);
    return { texts, refused: all.length - texts.length };
  }

  test("JVM options", async () => {
    const { texts, refused } = carried(200, (text) => ({ ...SMALL, jvmOptions: [`-Da=${text}`] }));
    const options = texts.map((text, i) => `-Dq${i}=${text}`);
    const master = plan({ ...SMALL, jvmOptions: options }).processes[0]!;
    const given = await argumentsOf(environmentOf(master, undefined), commandOf(master, undefined, ""));
    expect(given.filter((one) => one.startsWith("-Dq"))).toEqual(options);
    expect([texts.length > 30, refused > 30]).toEqual([true, true]);
    await nothingRan();
  }, 30_000);

  test("mount options, mount points and Alluxio paths", async () => {
    const configOf = (text: string): ClusterConfig => ({
      ...SMALL,
      mounts: [{ name: "a", mountPoint: `/mnt/x/${text}`, alluxioPath: `/${text}`, options: [`fsname=${text}`] }],
    });
    const { texts, refused } = carried(60, configOf);
    for (const text of texts) {
      const { processes, mounts } = plan(configOf(text));
      const fuse = processes.find(({ role }) => role === "fuse")!;
      const given = await argumentsOf(
        environmentOf(fuse, undefined),
        commandOf(fuse, mounts[0], mounts[0]!.mountPoint!),
      );
      expect(given.slice(given.indexOf("-o"))).toEqual([
        ...["-o", `allow_other,fsname=${text}`],
        ...["-m", `/mnt/x/${text}`, "-a", `/${text}`],
      ]);
    }
    expect([texts.length > 5, refused > 20]).toEqual([true, true]);
    await nothingRan();
  }, 60_000);

  test("without the rules the entrypoint would take them apart, and run them: the test would see it", async () => {
    const master = plan(SMALL).processes[0]!;
    const environment = (option: string) => environmentOf({ ...master, jvmOptions: [option] }, undefined);
    expect(await argumentsOf(environment("-Da=b c"), ["master-only", "--no-format"])).not.toContain("-Da=b c");
    await argumentsOf(environment(`-Da=$(touch ${RAN})`), ["master-only", "--no-format"]);
    await must("docker", "exec", container, "test", "-e", RAN);
  }, 30_000);
});
