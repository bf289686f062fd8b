import {
  allAvailable,
  confirmedUp,
  pathsIn,
  quorumOf,
  smallOnMachines,
  startsOf,
  inOrder,
  throughMachine,
  turnOf,
  unreadFiles,
} from "../support/hostsCluster";
import { addressOf } from "../support/hostsSpec";
import { succeeds } from "../support/process";
import { readingWhile } from "../support/reader";

const THREE = ["north", "south", "west"];
const CACHE = { name: "cache", ramdisk: "64MB" };
const MINUTES = 60_000;

/** One cluster that goes on through all tests: one master, then three, then without the first machine. */
const world = smallOnMachines([...THREE, "east"], {
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
      config.masters = { count: 3, hosts: THREE };
      config.hosts!.addresses!["west"] = addressOf(machines, "west");
    });
    await confirmedUp(stack);
    expect(await quorumOf(south)).toEqual(allAvailable(THREE));
    expect(await south.exec("sha256sum </mnt/data/kept/file")).toBe(sum);
    for (const name of THREE)
      expect(await machines.get(name).exec("ls /run/systemd/system | grep -c joining || :")).toBe("0");
  },
  20 * MINUTES,
);

test(
  "the host of the first master is gone for good: another takes its place, reads go on, and no path is lost",
  async () => {
    const { machines, stack } = world;
    const south = machines.get("south");
    const files = await unreadFiles(south, "unread", 2000, 65_536);
    await south.exec("ls /mnt/data/unread >/dev/null");
    const paths = await pathsIn(south);
    await machines.get("north").powerOff();
    // The one that was there first is gone: the others have what it knew.
    await south.exec("timeout 120 bash -c 'until ls /mnt/data/kept >/dev/null 2>&1; do sleep 1; done'");
    expect(await south.exec("ls /mnt/data/kept")).toBe("file");

    const NOW = ["east", "south", "west"];
    stack.edit((config) => {
      config.masters = { count: 3, hosts: NOW };
      delete config.hosts!.addresses!["north"];
      config.hosts!.addresses!["east"] = addressOf(machines, "east");
      config.hosts!.gone = ["north"];
      delete config.confirm;
    });
    const up = confirmedUp(stack);
    // The mount itself restarts at the end: until then every read must succeed.
    const { wrongMeanwhile, longestGapSeconds } = await readingWhile(
      files,
      throughMachine(south, "/mnt/data/unread"),
      () => turnOf(machines, "fuse-data@south", up),
    );
    const output = await up;
    expect(wrongMeanwhile).toEqual([]);
    expect(longestGapSeconds).toBeLessThan(60);
    expect(output).toContain("north:19200 is no master any more and does not answer: it is out of the quorum");
    expect(output).toContain("north:alluxio-dev-master.service is forgotten, not removed");
    expect(output).not.toMatch(/east leads in place of/);

    expect(await quorumOf(south)).toEqual(allAvailable(NOW));
    const masters = inOrder(await startsOf(machines, NOW)).filter((process) => process.startsWith("master@"));
    expect(masters).toEqual(["master@east", "master@south", "master@west"]);
    expect(await pathsIn(south)).toEqual(paths);
    expect(await machines.get("east").exec("find /opt/alluxio/journal/raft -name 'log_*' -size +0")).not.toBe("");
    succeeds(await stack.up("--refresh", "--expect-no-changes"));
  },
  20 * MINUTES,
);
