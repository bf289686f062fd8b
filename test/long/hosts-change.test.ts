import { hostsSpec, SHARED_FOLDER } from "../support/hostsSpec";
import type { Machine } from "../support/machine";
import { Machines } from "../support/machines";
import { readingWhile } from "../support/reader";
import { TestStack } from "../support/testStack";

const NAMES = ["north", "south", "west"];
const MASTER = "alluxio-dev-master.service";
const CACHE = { name: "cache", ramdisk: "64MB" };
const UNREAD = 2000;
const MINUTES = 60_000;

/** Starts of a unit, in microseconds of the clock that all machines of a test have in common. */
async function startsOf(machines: Machines, unit: string): Promise<number[]> {
  const show = 'systemctl show -p ExecMainStartTimestampMonotonic --value -- "$1"';
  const all = await Promise.all(NAMES.map((name) => machines.get(name).exec(show, unit)));
  return all.map(Number);
}

/** Members of the quorum, as they are called, and whether each is available. */
async function quorumOf(machine: Machine): Promise<Record<string, string>> {
  const text = await machine.exec("/opt/alluxio/current/bin/alluxio fsadmin journal quorum info -domain MASTER");
  const rows = text.split("\n").map((line) => /^(\w+)\s*\|\s*\d+\s*\|\s*(\S+):\d+/.exec(line));
  return Object.fromEntries(rows.flatMap((row) => (row ? [[row[2]!, row[1]!]] : [])));
}

const ALL_AVAILABLE = Object.fromEntries(NAMES.map((name) => [name, "AVAILABLE"]));

/** Files of the under storage that nobody has read yet. @returns digest by name */
async function filesToRead(machine: Machine): Promise<Map<string, string>> {
  const text = await machine.exec(
    'mkdir "$1" && cd "$1" && for i in $(seq "$2"); do head -c 65536 /dev/urandom >"f$i"; done && sha256sum f*',
    `${SHARED_FOLDER}/unread`,
    String(UNREAD),
  );
  return new Map(
    text.split("\n").map((line) => {
      const [digest = "", name = ""] = line.split(/\s+/);
      return [name, digest];
    }),
  );
}

/** Bare machines and a stack of their own, on which a cluster is brought up. */
function onMachines(cluster: Parameters<typeof hostsSpec>[1]) {
  const stack = new TestStack("dev", () => undefined, { plain: true });
  const world = { stack, machines: undefined as unknown as Machines };
  beforeAll(async () => {
    world.machines = await Machines.start({ names: NAMES, memoryMiB: 3072, sharedFolder: SHARED_FOLDER });
    await world.machines.get("north").exec('chmod 1777 "$1"', SHARED_FOLDER);
    await stack.init();
    stack.write(await hostsSpec(world.machines, cluster));
    const up = await stack.up();
    if (up.code !== 0) throw new Error(up.output);
  }, 20 * MINUTES);
  afterAll(async () => {
    await stack.remove();
    await world.machines.remove();
  }, 5 * MINUTES);
  return world;
}

describe("a change of three masters that are workers as well", () => {
  const world = onMachines({
    masters: { count: 3, hosts: NAMES },
    workers: [{ ...CACHE, hosts: NAMES }],
    mounts: [{ name: "data", mountPoint: "/mnt/data", workers: ["west"] }],
    proxy: { enabled: false },
  });

  test(
    "masters restart one at a time, the last of the spec last, after a backup; reads go on",
    async () => {
      const { machines, stack } = world;
      const west = machines.get("west");
      const files = await filesToRead(west);
      await west.exec("ls /mnt/data/unread >/dev/null");
      const before = await startsOf(machines, MASTER);
      stack.edit((config) => (config.heaps = { ...config.heaps, master: "200MB" }));

      let output = "";
      const { wrong, longestGapSeconds } = await readingWhile(
        files,
        (file) => ["docker", "exec", west.container, "sha256sum", `/mnt/data/unread/${file}`],
        async () => {
          const up = await stack.up();
          output = up.output;
          expect([up.code, up.code === 0 ? "" : output]).toEqual([0, ""]);
        },
      );
      expect(wrong).toEqual([]);
      expect(longestGapSeconds).toBeLessThan(90);

      const [, backup = ""] = /the journal is backed up: (\S+)/.exec(output) ?? [];
      await west.exec('test -s "$1"', backup);
      const after = await startsOf(machines, MASTER);
      expect(after.every((start, i) => start > before[i]!)).toBe(true);
      expect(after).toEqual([...after].sort((a, b) => a - b));
      expect(await quorumOf(west)).toEqual(ALL_AVAILABLE);
      expect((await stack.up("--expect-no-changes")).code).toBe(0);
    },
    20 * MINUTES,
  );

  test(
    "a master whose journal is gone is still a member: the others fill it",
    async () => {
      const { machines, stack } = world;
      const west = machines.get("west");
      await west.exec(`systemctl stop ${MASTER} && rm -r /opt/alluxio/journal/raft`);
      const up = await stack.up("--refresh");
      expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
      expect(await quorumOf(machines.get("north"))).toEqual(ALL_AVAILABLE);
      expect(await west.exec("find /opt/alluxio/journal/raft -name 'log_*' -size +0")).not.toBe("");
    },
    20 * MINUTES,
  );

  test(
    "an option that no JVM starts with stops at the first master; undone, nothing else restarts",
    async () => {
      const { machines, stack } = world;
      const before = await startsOf(machines, MASTER);
      const workers = await startsOf(machines, "alluxio-dev-worker.service");
      const options = stack.spec.jvmOptions ?? [];
      stack.edit((config) => (config.jvmOptions = [...options, "-XX:+NoSuchOption"]));
      const { code, output } = await stack.up();
      expect(code).not.toBe(0);
      expect(output).toContain("alluxio-dev-master.service on host north is ");
      expect(output).toContain("Unrecognized VM option 'NoSuchOption'");
      expect(output).toMatch(/Not attempted: master-2, master-3, job-master, worker-north, .*fuse-data@west\./);

      stack.edit((config) => (config.jvmOptions = options));
      const undone = await stack.up();
      expect([undone.code, undone.code === 0 ? "" : undone.output]).toEqual([0, ""]);
      const after = await startsOf(machines, MASTER);
      expect(after.slice(1)).toEqual(before.slice(1));
      expect(after[0]).toBeGreaterThan(before[0]!);
      expect(await startsOf(machines, "alluxio-dev-worker.service")).toEqual(workers);
      expect(await quorumOf(machines.get("west"))).toEqual(ALL_AVAILABLE);
    },
    20 * MINUTES,
  );
});

describe("a cluster of one master grows, and loses a worker", () => {
  const world = onMachines({
    masters: { hosts: ["north"] },
    workers: [{ ...CACHE, hosts: ["south", "west"] }],
    mounts: [{ name: "data", mountPoint: "/mnt/data", workers: ["south"] }],
    proxy: { enabled: false },
  });

  test(
    "a worker that leaves the spec is let go before its process ends",
    async () => {
      const { machines, stack } = world;
      stack.edit((config) => {
        config.workers = [{ ...CACHE, hosts: ["south"] }];
        delete config.hosts!.addresses!["west"];
      });
      const confirmed = await confirmedUp(stack);
      expect(confirmed).toContain("worker west is not in the spec: decommissioned");
      expect(confirmed.indexOf("decommissioned")).toBeLessThan(confirmed.search(/worker-west.* deleted/));
      expect(await machines.get("west").exec("ls /etc/systemd/system | grep -c ^alluxio-dev || :")).toBe("0");
    },
    15 * MINUTES,
  );

  test(
    "1 → 3 masters: each joins the quorum that is there, and what it knows stays",
    async () => {
      const { machines, stack } = world;
      const south = machines.get("south");
      await south.exec("mkdir /mnt/data/kept && head -c 100000 /dev/urandom >/mnt/data/kept/file");
      const sum = await south.exec("sha256sum </mnt/data/kept/file");
      stack.edit((config) => {
        const west = machines.get("west");
        config.masters = { count: 3, hosts: NAMES };
        config.hosts!.addresses!["west"] = { address: west.address, hostKey: west.hostKey };
      });
      await confirmedUp(stack);
      expect(await quorumOf(south)).toEqual(ALL_AVAILABLE);
      expect(await south.exec("sha256sum </mnt/data/kept/file")).toBe(sum);
      for (const name of NAMES)
        expect(await machines.get(name).exec("ls /run/systemd/system | grep -c joining || :")).toBe("0");

      // The one that was there first goes: the others have what it knew.
      await machines.get("north").powerOff();
      await south.exec("timeout 120 bash -c 'until ls /mnt/data/kept >/dev/null 2>&1; do sleep 1; done'");
      expect(await south.exec("ls /mnt/data/kept")).toBe("file");
      await machines.get("north").powerOn();
    },
    20 * MINUTES,
  );
});

/** With the losses confirmed that the change asks for. @returns what Pulumi said */
async function confirmedUp(stack: TestStack): Promise<string> {
  let up = await stack.up();
  const asked = [...up.output.matchAll(/confirm: (\[".*?"\])/g)].flatMap(([, list]) => JSON.parse(list!) as string[]);
  if (up.code !== 0 && asked.length > 0) {
    stack.edit((config) => (config.confirm = asked));
    up = await stack.up();
  }
  expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
  return up.output;
}
