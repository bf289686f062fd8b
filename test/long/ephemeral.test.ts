import { once } from "node:events";
import { createCluster, withCluster } from "../../stacks/ephemeral";
import { ephemeral, mountedBelow, remains, startMaker } from "../support/ephemeral";
import { must, run } from "../support/process";

const SPEC = {
  workers: [{ name: "small", ramdisk: "64MB" }],
  underStorage: { volume: { keep: true } },
  mounts: [{ name: "data" }],
};
const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
/** A sequence that its seed repeats (Park and Miller). */
function* randoms(seed: number): Generator<number> {
  for (let state = (seed % 2147483646) + 1; ;) yield (state = (state * 48271) % 2147483647) / 2147483647;
}
const name = (what: string, n: number): string => `${what}-${process.pid}-${n}`;

/** What a use of a cluster shows: that bytes go through its mount. */
const use = (mountPoint: string): Promise<string> =>
  must("timeout", "30", "sh", "-c", 'echo "$0" > "$1/file" && cat "$1/file"', "hello", mountPoint);

test("ten, one after another, leave nothing", async () => {
  const names = Array.from({ length: 10 }, (_, n) => name("one", n));
  for (const one of names) {
    await withCluster(
      SPEC,
      async (cluster) => {
        expect(await use(cluster.mountPoints["data"]!)).toBe("hello");
        // The control of all that follows: what remains() finds while it is there.
        const kinds = (await remains(one)).map((line) => line.split(" ")[0]);
        expect([...new Set(kinds)].sort()).toEqual(["container", "folder", "ledger", "mount", "network", "volume"]);
      },
      { name: one },
    );
    expect(await remains(one)).toEqual([]);
  }
}, 1_800_000);

test("three at once from one spec do not meet, and leave nothing, also the one whose test fails", async () => {
  const names = [0, 1, 2].map((n) => name("three", n));
  const fixed = {
    ...SPEC,
    name: "fixed",
    ports: { published: 28999 },
    mounts: [{ name: "data", mountPoint: "/mnt/alluxio-fixed/data" }],
  };
  const seen: { mountPoint: string; webAddress: string }[] = [];
  const results = await Promise.allSettled(
    names.map((one, n) =>
      withCluster(
        fixed,
        async (cluster) => {
          const mountPoint = cluster.mountPoints["data"]!;
          seen.push({ mountPoint, webAddress: cluster.webAddress });
          expect(await use(mountPoint)).toBe("hello");
          if (n === 1) throw new Error("the test fails");
        },
        { name: one },
      ),
    ),
  );
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(results[1]).toMatchObject({ reason: new Error("the test fails") });
  for (const key of ["mountPoint", "webAddress"] as const) expect(new Set(seen.map((one) => one[key])).size).toBe(3);
  expect(await remains(...names)).toEqual([]);
}, 900_000);

const moments = randoms(SEED);
test.each(Array.from({ length: 6 }, (_, n) => [n + 1, Math.round((moments.next().value as number) * 45)]))(
  `kill %d of a test process, after %d s (SEED=${SEED}): the next command leaves nothing of its cluster`,
  async (n, seconds) => {
    const one = name("killed", n);
    const maker = startMaker(one);
    await new Promise((done) => setTimeout(done, seconds * 1000));
    maker.kill("SIGKILL");
    await once(maker, "exit");
    const reaped = await ephemeral("reap");
    expect([reaped.code, await remains(one)]).toEqual([0, []]);
  },
  300_000,
);

test("reapers that are killed, or that work at once, are carried on by the next", async () => {
  const one = name("reaped", 1);
  const cluster = await createCluster(SPEC, { name: one });
  await cluster.up();
  // The reaper in the container of the machine's namespace is the slowest step: kills fall before, in and after it.
  for (const milliseconds of [900, 1300, 1700, 2100]) {
    await run("timeout", [
      "-s",
      "KILL",
      String(milliseconds / 1000),
      "node_modules/.bin/alluxioctl",
      "ephemeral",
      "down",
      one,
    ]);
  }
  await Promise.all([ephemeral("down", one), ephemeral("down", one)]);
  await ephemeral("reap");
  expect(await remains(one, "reaper")).toEqual([]);
}, 600_000);

test("somebody else's mount in its mount root stays, and is named; without it the rest goes", async () => {
  const one = name("guest", 1);
  const cluster = await createCluster(SPEC, { name: one });
  await cluster.up();
  const root = cluster.mountPoints["data"]!.replace(/\/data$/, "");
  const guest = `${root}/guest`;
  await must("mkdir", guest);
  await must("mount", "-t", "tmpfs", "tmpfs", guest);
  try {
    const refused = await ephemeral("down", one);
    expect([refused.code, refused.output]).toEqual([
      1,
      expect.stringContaining(`mounts in ${root}: something that is not of the cluster is mounted there`),
    ]);
    expect(mountedBelow(guest)).not.toEqual([]);
    expect((await remains(one)).filter((line) => line.startsWith("container"))).toEqual([]);
  } finally {
    await run("umount", [guest]);
  }
  expect([(await ephemeral("down", one)).code, await remains(one)]).toEqual([0, []]);
}, 300_000);
