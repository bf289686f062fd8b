import {
  allAvailable,
  inOrder,
  leaderOf,
  onMachines,
  pathsIn,
  quorumOf,
  readByWorkers,
  restarted,
  startsOf,
  throughMachine,
  turnOf,
  unreadFiles,
} from "../support/hostsCluster";
import { hostsSpec } from "../support/hostsSpec";
import type { Machine } from "../support/machine";
import { succeeds } from "../support/process";
import { readingWhile } from "../support/reader";
import { packedTarball } from "../support/tarball";

const NAMES = ["north", "south", "west"];
const MINUTES = 60_000;
const BYTES = 65_536;
/** What counters of a worker that restarts have lost of a second. */
const COUNTED_SHARE = 0.9;

const releaseOf = async (version: string) => {
  const { path: file, sha256 } = await packedTarball(version);
  return { file, sha256 };
};

const world = onMachines(NAMES, async (machines) => {
  const spec = await hostsSpec(machines, {
    version: "2.9.4",
    masters: { count: 3, hosts: NAMES },
    workers: [{ name: "cache", ramdisk: "128MB", hosts: NAMES }],
    mounts: [{ name: "data", mountPoint: "/mnt/data", workers: ["west"] }],
    proxy: { enabled: false },
  });
  return { ...spec, hosts: { ...spec.hosts, release: await releaseOf("2.9.4") } };
});

const versionOn = async (machine: Machine): Promise<string> => {
  const info = await machine.exec("curl -s -m 5 http://127.0.0.1:19999/api/v1/master/info");
  return (JSON.parse(info) as { version: string }).version;
};
/** Releases that processes of a machine run from. */
const runFrom = async (machine: Machine): Promise<string[]> => {
  const text = await machine.exec("pgrep -a java | grep -o 'alluxio.home=[^ ]*' | sort -u");
  return text.split("\n");
};

test(
  "2.9.4 → 2.9.6: a backup, masters with the leader last, then workers, each step gated; reads go on",
  async () => {
    const { stack, machines } = world;
    const west = machines.get("west");
    const files = await unreadFiles(west, "unread", 2500, BYTES);
    await west.exec("ls /mnt/data/unread >/dev/null");
    const paths = await pathsIn(west);
    const before = await startsOf(machines, NAMES);
    const leader = await leaderOf(machines, NAMES);
    const release = await releaseOf("2.9.6");
    stack.edit((config) => {
      config.version = "2.9.6";
      config.hosts = { ...config.hosts, release };
    });

    const up = stack.up();
    const { result: readings, bytes } = await readByWorkers(
      machines.all,
      // The mount itself restarts at the end: until then every read must succeed.
      () => readingWhile(files, throughMachine(west, "/mnt/data/unread"), () => turnOf(machines, "fuse-data@west", up)),
    );
    const { output } = await up;
    succeeds(await up);
    expect(readings.wrongMeanwhile).toEqual([]);
    expect(readings.longestGapSeconds).toBeLessThan(60);
    const read = readings.reads.filter(({ right }) => right).length;
    process.stderr.write(`  workers read ${bytes} bytes from the under storage, for ${read} files of ${BYTES}\n`);
    expect(bytes).toBeGreaterThan(read * BYTES * COUNTED_SHARE);

    expect(output).toContain("Alluxio 2.9.6 may write a journal that 2.9.4 cannot read: the way back is that backup");
    const [, backup = ""] = /the journal is backed up: (\S+)/.exec(output) ?? [];
    await west.exec('test -s "$1"', backup);
    if (leader !== "west") expect(output).toContain(`west leads in place of ${leader}`);
    expect(output).toContain("north leads in place of west");

    const after = await startsOf(machines, NAMES);
    expect(restarted(before, after).sort()).toEqual([...before.keys()].sort());
    const order = inOrder(after);
    expect(order.slice(0, 4)).toEqual(["master@north", "master@south", "master@west", "job-master@north"]);
    expect(order.slice(4, -1).map((process) => process.split("@")[1])).toEqual(NAMES.flatMap((name) => [name, name]));
    expect(order.at(-1)).toBe("fuse-data@west");

    expect(await Promise.all(machines.all.map(versionOn))).toEqual(["2.9.6", "2.9.6", "2.9.6"]);
    for (const machine of machines.all)
      expect(await runFrom(machine)).toEqual(["alluxio.home=/opt/alluxio/alluxio-2.9.6"]);
    expect(await quorumOf(west)).toEqual(allAvailable(NAMES));
    expect(await pathsIn(west)).toEqual(paths);
    succeeds(await stack.up("--expect-no-changes"));
  },
  25 * MINUTES,
);

test(
  "the way down is refused",
  async () => {
    const { stack } = world;
    const [older, newer] = await Promise.all([releaseOf("2.9.4"), releaseOf("2.9.6")]);
    stack.edit((config) => {
      config.version = "2.9.4";
      config.hosts = { ...config.hosts, release: older };
    });
    const { code, output } = await stack.pulumi("preview");
    expect(code).not.toBe(0);
    expect(output).toMatch(/metadata loss: downgrade 2\.9\.6→2\.9\.4: Alluxio 2\.9\.4 may not read the journal/);
    expect(output).toMatch(/confirm: \["downgrade 2\.9\.6→2\.9\.4 @[0-9a-f]{4}"\]/);
    stack.edit((config) => {
      config.version = "2.9.6";
      config.hosts = { ...config.hosts, release: newer };
    });
    succeeds(await stack.up("--expect-no-changes"));
  },
  5 * MINUTES,
);

const DROP_IN = "/etc/systemd/system/alluxio-dev-worker.service.d";

test(
  "workers go by the share that the spec names; one that cannot start stops the change, and the next up goes on from there",
  async () => {
    const { stack, machines } = world;
    const north = machines.get("north");
    const before = await startsOf(machines, NAMES);
    await north.exec(
      `mkdir ${DROP_IN} && printf '[Service]\\nExecStartPre=/bin/false\\n' >${DROP_IN}/broken.conf && systemctl daemon-reload`,
    );
    stack.edit((config) => {
      config.rollout = { workersPercent: 67 };
      config.heaps = { ...config.heaps, worker: "100MB" };
    });
    const stopped = await stack.up();
    expect(stopped.code).not.toBe(0);
    expect(stopped.output).toContain("workers restart 2 at a time, 3 of 3");
    expect(stopped.output).toMatch(/alluxio-dev-worker\.service on host north is (failed|restarting)/);
    expect(stopped.output).toContain("Not attempted: worker-west. Correct the spec");
    const halfway = await startsOf(machines, NAMES);
    expect(restarted(before, halfway).filter((process) => process !== "worker@north")).toEqual(["worker@south"]);

    await north.exec(`rm -r ${DROP_IN} && systemctl daemon-reload`);
    succeeds(await stack.up());
    const after = await startsOf(machines, NAMES);
    expect(restarted(halfway, after).sort()).toEqual(["worker@north", "worker@west"]);
    expect(after.get("worker@west")!).toBeGreaterThan(after.get("worker@north")!);
    succeeds(await stack.up("--expect-no-changes"));
  },
  15 * MINUTES,
);
