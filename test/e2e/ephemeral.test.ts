import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ephemeral, mountedBelow, remains, startMaker } from "../support/ephemeral";
import { must, PROJECT, run, until } from "../support/process";

const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 5000));
const unique = `${process.pid}`.slice(-5);
const EXPIRING = `x-${unique}`;
const KILLED = `k-${unique}`;
const folder = mkdtempSync(join(tmpdir(), "alluxio-guide-"));

const GUIDE = readFileSync(join(PROJECT, "docs/guides/throw-away-clusters.md"), "utf8");
/** The commands that the guide shows first, for a cluster of another name and time. */
const shown = (name: string, ttl: string): string[][] =>
  [...GUIDE.matchAll(/^\$ npx alluxioctl ephemeral (.*)$/gm)].map(([, line]) =>
    line!.split(" ").map((word) => (word === "try" ? name : word === "2h" ? ttl : word)),
  );

/** What a reaper must not touch: made by somebody else, beside what is ours and in its places. */
const FOREIGN = {
  mounts: [`/mnt/alluxio/foreign-${EXPIRING}`, `/mnt/alluxio-foreign-${unique}`],
  container: `${EXPIRING}-master-1-foreign`,
  volume: `${EXPIRING}-under-storage-foreign`,
  network: `${EXPIRING}-network-foreign`,
};

async function makeForeign(image: string): Promise<void> {
  for (const path of FOREIGN.mounts) {
    await must("mkdir", "-p", path);
    await must("mount", "-t", "tmpfs", "tmpfs", path);
  }
  await must("docker", "network", "create", FOREIGN.network);
  await must("docker", "volume", "create", "--label", `team=${EXPIRING}`, FOREIGN.volume);
  const volume = `${FOREIGN.volume}:/data`;
  const args = ["--name", FOREIGN.container, "--volume", volume, "--network", FOREIGN.network, "--entrypoint", "sleep"];
  await must("docker", "run", "--detach", "--label", "alluxio.test=e2e", ...args, image, "600");
}

async function removeForeign(): Promise<void> {
  await run("docker", ["rm", "--force", FOREIGN.container]);
  await run("docker", ["volume", "rm", FOREIGN.volume]);
  await run("docker", ["network", "rm", FOREIGN.network]);
  for (const path of FOREIGN.mounts) {
    await run("umount", [path]);
    await run("rmdir", [path]);
  }
}

const foreign = async (): Promise<string[]> => [
  ...mountedBelow(...FOREIGN.mounts),
  await must("docker", "inspect", "--format", "{{.Id}} {{.State.Running}}", FOREIGN.container),
  await must("docker", "volume", "inspect", "--format", "{{.CreatedAt}}", FOREIGN.volume),
  await must("docker", "network", "inspect", "--format", "{{.Id}} {{len .Containers}}", FOREIGN.network),
];

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await removeForeign();
  for (const name of [EXPIRING, KILLED]) await ephemeral("down", name);
}, 120_000);

/** How long this machine, as busy as it is, takes from the start of a process to the first container of its cluster. */
let firstContainerSeconds = 0;

test(`a test process that is killed: its half-made cluster goes with the next command (SEED=${SEED})`, async () => {
  const started = Date.now();
  const maker = startMaker(KILLED);
  const hasContainer = async (): Promise<boolean> => (await remains(KILLED)).some((one) => one.startsWith("container"));
  await until("its first container is there", 120, hasContainer);
  firstContainerSeconds = (Date.now() - started) / 1000;
  await new Promise((done) => setTimeout(done, SEED % 5000));
  maker.kill("SIGKILL");
  await once(maker, "exit");

  const half = await remains(KILLED);
  const dry = await ephemeral("reap", "--dry-run");
  expect(dry.stdout).toContain(`Would remove ${KILLED}: the process that made it is gone.`);
  // The engine of the killed process may still be at work: there is more, not less, but for containers of a moment.
  const lasting = half.filter((one) => !one.startsWith("container") || one.startsWith(`container ${KILLED}-`));
  expect(await remains(KILLED)).toEqual(expect.arrayContaining(lasting));

  const reaped = await ephemeral("list");
  expect(reaped.output).toContain(`Removed ephemeral cluster ${KILLED}: the process that made it is gone.`);
  expect(await remains(KILLED)).toEqual([]);
}, 240_000);

/** What the looks at a cluster that lives still may take: three runs of alluxioctl. */
const LOOKS_SECONDS = 60;

interface Told {
  readonly expires: string;
  readonly mountPoints: { readonly data: string };
}

describe("a throw-away cluster that nobody removes", () => {
  let expires = 0;
  let mountPoint = "";
  let untouched: string[];
  let example: ReturnType<typeof runExample> | undefined;

  beforeAll(async () => {
    const stackFile = join(folder, "Pulumi.small.yaml");
    const spec = "{workers: [{name: small, ramdisk: 64MB}], underStorage: {volume: {}}, mounts: [{name: data}]}";
    writeFileSync(stackFile, `config:\n  alluxio:cluster: ${spec}\n`);
    const bringUp = async (seconds: number): Promise<Told> => {
      const ttl = `${seconds}s`;
      const [line = []] = shown(EXPIRING, ttl);
      expect(line).toEqual(["up", "--ttl", ttl, "--name", EXPIRING]);
      const up = await ephemeral(...line, "--stack-file", stackFile, "--json");
      if (up.code !== 0) throw new Error(up.output);
      const told = JSON.parse(up.stdout) as Told;
      if (new Date(told.expires).getTime() - Date.now() > LOOKS_SECONDS * 1000) return told;
      // This machine is so busy just now that it would expire before the test has looked.
      await ephemeral("down", EXPIRING);
      return bringUp(2 * seconds + LOOKS_SECONDS);
    };
    const told = await bringUp(Math.ceil(LOOKS_SECONDS + 5 * firstContainerSeconds));
    expires = new Date(told.expires).getTime();
    mountPoint = told.mountPoints.data;
    await must("timeout", "20", "sh", "-c", 'echo hello > "$1/file" && cat "$1/file"', "sh", mountPoint);
    await makeForeign(await must("docker", "inspect", "--format", "{{.Image}}", await containerOf("master-1")));
    untouched = await foreign();
  }, 400_000);

  const containerOf = (process: string): Promise<string> =>
    must(
      ...(["docker", "ps", "-a", "--format", "{{.Names}}", "--filter", `label=alluxio.ephemeral=${EXPIRING}`] as const),
      ...["--filter", `label=alluxio.process=${process}`],
    );

  test("it is listed, and its name is taken", async () => {
    const [, list = []] = shown(EXPIRING, "");
    expect((await ephemeral(...list)).stdout).toMatch(new RegExp(`^${EXPIRING} .* 6 of 6 running`, "m"));
    const listed = JSON.parse((await ephemeral("list", "--json")).stdout) as { name: string }[];
    expect(listed.find(({ name }) => name === EXPIRING)).toMatchObject({
      running: 6,
      mountPoints: [mountPoint],
      bound: false,
    });
    const again = await ephemeral("up", "--name", EXPIRING);
    expect([again.code, again.output]).toEqual([
      2,
      expect.stringContaining(`there is an ephemeral cluster ${EXPIRING} already`),
    ]);
    // From here on the test only waits for the expiry.
    example = runExample();
  }, 120_000);

  test("at its expiry its processes end and its mount goes, by themselves", async () => {
    await new Promise((done) => setTimeout(done, expires - Date.now()));
    const states = async (): Promise<string> =>
      must(
        "docker",
        "ps",
        "-a",
        "--filter",
        `label=alluxio.ephemeral=${EXPIRING}`,
        "--format",
        "{{.State}} {{.Names}}",
      );
    await until("all have ended", 40, async () => !/^(running|restarting|created)/m.test(await states()));
    expect((await states()).split("\n")).toHaveLength(6);
    expect(mountedBelow(mountPoint)).toEqual([]);
  }, 400_000);

  test("a start after its expiry serves nothing", async () => {
    const fuse = await containerOf("fuse-data");
    await must("docker", "start", fuse);
    const state = (): Promise<string> =>
      must("docker", "inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", fuse);
    await until("it has ended", 15, async () => (await state()) === "exited 0");
    expect(mountedBelow(mountPoint)).toEqual([]);
  }, 30_000);

  test("a dry run touches nothing of it; the next reaper takes the rest, and nothing else", async () => {
    const left = await remains(EXPIRING);
    expect(left.map((one) => one.split(" ")[0])).toEqual(
      expect.arrayContaining(["container", "volume", "network", "ledger", "folder"]),
    );
    expect((await ephemeral("reap", "--dry-run")).stdout).toMatch(
      new RegExp(`Would remove ${EXPIRING}: expired \\d+ `),
    );
    expect(await remains(EXPIRING)).toEqual(left);

    const reaped = await ephemeral("reap");
    expect([reaped.code, reaped.stdout]).toEqual([
      0,
      expect.stringMatching(new RegExp(`Removed ephemeral cluster ${EXPIRING}: expired \\d+ `)),
    ]);
    expect([await remains(EXPIRING), await foreign()]).toEqual([[], untouched]);
    const [, , down = []] = shown(EXPIRING, "");
    const gone = await ephemeral(...down);
    expect([gone.code, gone.output]).toEqual([2, expect.stringContaining(`there is no ephemeral cluster ${EXPIRING}`)]);
  }, 60_000);

  test("the example of the guide has run meanwhile", async () => {
    expect(await example).toEqual({ code: 0, said: expect.stringContaining("1 passed") as string });
  }, 400_000);
});

/** The test file that the guide shows, in a folder of its own, run by jest as its reader would. */
async function runExample(): Promise<{ code: number; said: string }> {
  const example = /```ts\n\/\/ example\.test\.ts\n(.*?)```/s.exec(GUIDE)![1]!;
  expect(example).toContain('from "./stacks/ephemeral"');
  const own = join(PROJECT, "stacks/ephemeral");
  writeFileSync(join(folder, "example.test.ts"), example.replace('"./stacks/ephemeral"', JSON.stringify(own)));
  const swc = [require.resolve("@swc/jest"), { jsc: { target: "es2022", parser: { syntax: "typescript" } } }];
  const config = { rootDir: folder, testEnvironment: "node", transform: { "\\.ts$": swc } };
  const jest = spawn(process.execPath, [require.resolve("jest/bin/jest"), "--config", JSON.stringify(config)], {
    cwd: PROJECT,
  });
  let said = "";
  jest.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(jest, "close")) as [number];
  return { code, said };
}
