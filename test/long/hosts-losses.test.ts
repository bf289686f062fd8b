import type { ClusterConfig } from "../../components/spec/config";
import { SHARED_FOLDER } from "../support/hostsSpec";
import { JOURNAL, LosingCluster, MASTER } from "../support/losingCluster";
import { until } from "../support/process";
import { refusedIn, withoutTokens } from "../support/refusals";

/**
 * Every path on hosts that could lose a journal, or a file that is in a ramdisk alone: what is refused, in which words, that
 * nothing was touched, and what a confirmation lets go. The tests build on each other.
 */
const MINUTES = 60_000;
const CACHE = { name: "cache", ramdisk: "96MB", hosts: ["south", "east"] };
const EMPTY = `${JOURNAL} is empty, and this master has served from it. It is not started`;
const LOST = (host: string): string => `lose the journal ${JOURNAL} on host ${host}`;
const LEFT = `leave the journal ${JOURNAL} on host north`;
const UNPERSISTED = "give up 1 file not persisted";

const cluster = new LosingCluster();
const { stack } = cluster;
let alone: string;

beforeAll(async () => {
  await cluster.build({ masters: { hosts: ["north"] }, workers: [CACHE], proxy: { enabled: false } });
  alone = await cluster.cacheOnly("south", "/alone");
}, 12 * MINUTES);
afterAll(() => cluster.remove(), 5 * MINUTES);
afterEach(() => cluster.restore());

describe("a changed spec", () => {
  const changes: readonly [string, (config: ClusterConfig) => void, readonly string[]][] = [
    ["ramdisk shrunk", (config) => (config.workers = [{ ...CACHE, ramdisk: "32MB" }]), [UNPERSISTED]],
    [
      "worker removed, and its ramdisk with it",
      (config) => {
        config.workers = [{ ...CACHE, hosts: ["east"] }];
        config.hosts!.addresses = cluster.addresses("north", "east");
      },
      [UNPERSISTED],
    ],
    [
      "worker on another host",
      (config) => {
        config.workers = [{ ...CACHE, hosts: ["north", "east"] }];
        config.hosts!.addresses = cluster.addresses("north", "east");
      },
      [UNPERSISTED],
    ],
    [
      "another under storage",
      (config) => (config.underStorage = { path: "/srv" }),
      [`root under storage ${SHARED_FOLDER}→/srv`],
    ],
    [
      "journal in another folder",
      (config) => (config.masters = { hosts: ["north"], journal: { path: "/srv/journal" } }),
      [LEFT],
    ],
    [
      "the only master on another host",
      (config) => {
        config.masters = { hosts: ["south"] };
        config.hosts!.addresses = cluster.addresses("south", "east");
      },
      [LEFT],
    ],
    ["older version", (config) => (config.version = "2.9.0"), ["downgrade 2.9.4→2.9.0"]],
  ];

  test.each(changes)(
    "%s: refused with the loss named, and nothing is touched",
    async (_, change, losses) => {
      stack.edit(change);
      const { asked } = await cluster.refused();
      expect(withoutTokens(asked)).toEqual(losses);
    },
    3 * MINUTES,
  );

  test(
    "another name: refused whatever is confirmed, and nothing is touched",
    async () => {
      stack.edit((config) => (config.name = "other"));
      const { asked, output } = await cluster.refused();
      expect(asked).toEqual([]);
      expect(output).toContain("data loss: name dev→other: ");
      expect(output).toContain("Call it dev again");
    },
    3 * MINUTES,
  );
});

describe("a state that was lost", () => {
  test(
    "a spec with another place for the journal: refused, and nothing is touched",
    async () => {
      await cluster.forgetState();
      stack.edit((config) => (config.masters = { hosts: ["north"], journal: { path: "/srv/journal" } }));
      expect(withoutTokens((await cluster.refused()).asked)).toEqual([LEFT]);
    },
    3 * MINUTES,
  );

  test(
    "the same spec goes on with everything that is there: nothing restarts, and no file is lost",
    async () => {
      const before = await cluster.untouched();
      expect(await cluster.mustComeUp()).toContain("goes on with the journals that this stack had kept");
      expect(await cluster.untouched()).toEqual(before);
      expect(await cluster.digestOf("south", "/alone")).toBe(alone);
      await cluster.mustComeUp("--expect-no-changes", "--refresh");
    },
    5 * MINUTES,
  );

  test(
    "a spec with a smaller ramdisk gives up no file: its host says what does not fit",
    async () => {
      await cluster.forgetState();
      stack.edit((config) => (config.workers = [{ ...CACHE, ramdisk: "32MB" }]));
      const { code, output } = await stack.up();
      expect(code).not.toBe(0);
      expect(output).toMatch(/host south: \/mnt\/ramdisk holds 4\d MiB, which do not fit into 32 MiB/);
      expect(await cluster.digestOf("south", "/alone")).toBe(alone);
      cluster.restore();
      await cluster.mustComeUp();
      expect(await cluster.digestOf("south", "/alone")).toBe(alone);
    },
    8 * MINUTES,
  );
});

test(
  "a smaller ramdisk, with exactly the loss confirmed that is named: the worker serves with it",
  async () => {
    cluster.settle((config) => (config.workers = [{ ...CACHE, ramdisk: "32MB" }]));
    const { asked } = await cluster.refused();
    stack.edit((config) => (config.confirm = asked));
    expect(await cluster.mustComeUp()).toContain("/alone");
    expect(await cluster.on("south").exec("df -m --output=size /mnt/ramdisk | tail -n 1 | tr -d ' '")).toBe("32");
    await cluster.mustComeUp("--expect-no-changes", "--refresh");
    cluster.settle((config) => (config.workers = [CACHE]));
    await cluster.mustComeUp();
  },
  8 * MINUTES,
);

describe("the only journal is gone", () => {
  test(
    "systemd starts no master there: not after a crash, not by hand, not at a boot; put back, it serves",
    async () => {
      const north = cluster.on("north");
      const serves = "systemctl show -p SubState --value -- ";
      const crash = await cluster.now("north");
      await north.exec(`mv ${JOURNAL}/raft /root/raft && kill -9 "$(systemctl show -p MainPID --value ${MASTER})"`);
      await cluster.untilSaid("north", EMPTY, crash);

      const byHand = await cluster.now("north");
      const started = await north.tryExec(`systemctl stop ${MASTER}; systemctl start ${MASTER}`);
      expect(started.code).not.toBe(0);
      await cluster.untilSaid("north", EMPTY, byHand);

      const boot = await cluster.now("north");
      await north.reboot();
      await cluster.untilSaid("north", EMPTY, boot);
      expect(await north.exec(serves + MASTER)).not.toBe("running");
      expect(await north.exec(`find ${JOURNAL}/raft 2>/dev/null; true`)).toBe("");

      await north.exec(`mv /root/raft ${JOURNAL}/raft && systemctl start ${MASTER}`);
      await until("the master leads", 120, async () => (await cluster.available("north")) === 1);
      await until("it has left its safe mode", 120, async () =>
        (await cluster.alluxio("north", "fs ls /").catch(() => "")).includes("/alone"),
      );
    },
    10 * MINUTES,
  );

  test(
    "up starts nothing on an empty one, with or without its state, until that loss is confirmed",
    async () => {
      const north = cluster.on("north");
      await north.exec(`systemctl stop ${MASTER} && mv ${JOURNAL}/raft /root/raft`);
      const { output } = await cluster.refused("--refresh");
      expect(output).toContain(`metadata loss: ${LOST("north")}: it is gone`);
      expect(output).toContain("alluxio.master.journal.init.from.backup");

      await north.exec(`mv /root/raft ${JOURNAL}/raft`);
      await cluster.mustComeUp("--refresh");
      expect(await cluster.alluxio("north", "fs ls /")).toContain("/alone");

      await north.exec(`systemctl stop ${MASTER} && rm -r ${JOURNAL}/raft`);
      const state = await cluster.state();
      await cluster.forgetState();
      expect(withoutTokens((await cluster.refused()).asked)).toEqual([LOST("north")]);
      await cluster.putState(state);

      const { asked } = await cluster.refused("--refresh");
      expect(withoutTokens(asked)).toEqual([LOST("north")]);
      stack.edit((config) => (config.confirm = asked));
      await cluster.mustComeUp("--refresh");
      expect(await cluster.alluxio("north", "fs ls /")).not.toContain("/alone");
    },
    10 * MINUTES,
  );

  test(
    "from under a master that runs: it goes on until that loss is confirmed, and then starts anew",
    async () => {
      const north = cluster.on("north");
      const startOf = `systemctl show -p ExecMainStartTimestampMonotonic --value ${MASTER}`;
      await north.exec(`rm -r ${JOURNAL}/raft`);
      const { asked, output } = await cluster.refused();
      expect(withoutTokens(asked)).toEqual([LOST("north")]);
      expect(output).toContain("save what the master there, which still runs, knows");
      const before = await north.exec(startOf);
      stack.edit((config) => (config.confirm = asked));
      await cluster.mustComeUp();
      expect(Number(await north.exec(startOf))).toBeGreaterThan(Number(before));
      expect(await north.exec(`find ${JOURNAL}/raft -name 'log_*' -size +0`)).not.toBe("");
      cluster.restore();
      await until("the master leads", 120, async () => (await cluster.available("north")) === 1);
      // Its workers register when they miss it.
      await cluster.mustComeUp("--refresh");
      await cluster.mustComeUp("--expect-no-changes", "--refresh");
    },
    10 * MINUTES,
  );
});

describe("workers and ramdisks", () => {
  let again: string;

  test(
    "a worker that leaves is drained, and what was persisted before is read from the others: nothing to confirm",
    async () => {
      again = await cluster.cacheOnly("south", "/again");
      await cluster.alluxio("south", "fs persist /again");
      cluster.settle((config) => (config.workers = [{ ...CACHE, hosts: ["east"] }]));
      cluster.settle((config) => (config.hosts!.addresses = cluster.addresses("north", "east")));
      const output = await cluster.mustComeUp();
      expect(output).toContain("nothing is lost with the caches");
      expect(output).toContain("worker south is not in the spec: decommissioned");
      expect(await cluster.digestOf("east", "/again")).toBe(again);
      expect(await cluster.on("south").exec("grep /mnt/ramdisk /proc/self/mountinfo; true")).toBe("");
    },
    6 * MINUTES,
  );

  test(
    "a ramdisk that somebody has unmounted is shown, and made again as the only thing",
    async () => {
      const [north, east] = [cluster.on("north"), cluster.on("east")];
      await east.exec("umount /mnt/ramdisk");
      const master = await north.exec(`systemctl show -p MainPID ${MASTER}`);
      expect(await stack.drift()).toContainEqual({
        resource: "dev-ramdisk-east",
        op: "update",
        paths: ["filesystems"],
      });
      await cluster.mustComeUp("--refresh");
      expect(await east.exec("df -m --output=size /mnt/ramdisk | tail -n 1 | tr -d ' '")).toBe("96");
      expect(await north.exec(`systemctl show -p MainPID ${MASTER}`)).toBe(master);
      expect(await cluster.digestOf("east", "/again")).toBe(again);
    },
    5 * MINUTES,
  );

  test(
    "a second one over it is not unmounted while files are in it",
    async () => {
      const east = cluster.on("east");
      await east.exec("mount -t tmpfs alluxio-dev-ramdisk /mnt/ramdisk && echo precious >/mnt/ramdisk/file");
      const { code, output } = await stack.up("--refresh");
      expect(code).not.toBe(0);
      expect(output).toContain("a second tmpfs hides the one at /mnt/ramdisk, and files are in it");
      expect(await east.exec("cat /mnt/ramdisk/file && rm /mnt/ramdisk/file")).toBe("precious");
      await cluster.mustComeUp("--refresh");
    },
    5 * MINUTES,
  );
});

describe("three masters", () => {
  const onEach = (script: string, ...names: string[]) =>
    Promise.all(names.map((name) => cluster.on(name).exec(script)));

  test(
    "fewer of them: refused whatever is confirmed, and nothing is touched",
    async () => {
      cluster.settle((config) => {
        config.masters = { count: 3, hosts: ["north", "south", "east"] };
        config.hosts!.addresses = cluster.addresses("north", "south", "east");
      });
      await cluster.mustComeUp();
      await until("all are available", 120, async () => (await cluster.available("north")) === 3);
      stack.edit((config) => {
        config.masters = { hosts: ["north"] };
        config.hosts!.addresses = cluster.addresses("north", ...config.workers[0]!.hosts!);
      });
      const { asked, output } = await cluster.refused();
      expect(asked).toEqual([]);
      expect(output).toContain("metadata loss: masters 3→1: a quorum cannot be made smaller");
    },
    10 * MINUTES,
  );

  test(
    "one whose disk was replaced is started by systemd, and the others fill its journal",
    async () => {
      const [south, since] = [cluster.on("south"), await cluster.now("south")];
      await south.exec(`systemctl stop ${MASTER} && rm -r ${JOURNAL}/raft && systemctl start ${MASTER}`);
      await cluster.untilSaid("south", `${JOURNAL} is empty, and most members of the quorum serve without it`, since);
      await until("all are available", 120, async () => (await cluster.available("north")) === 3);
      await until("its journal is filled", 60, async () => {
        return (await south.exec(`find ${JOURNAL} -path '*/raft/*/log_*' -size +0`)) !== "";
      });
    },
    6 * MINUTES,
  );

  test(
    "most journals are gone: each is named with its host, systemd starts none, and confirmed they start again",
    async () => {
      await onEach(`systemctl stop ${MASTER}`, "south", "east");
      await onEach(`rm -r ${JOURNAL}/raft`, "south", "east");
      const { code, output } = await stack.up("--refresh");
      const { asked } = refusedIn(output);
      expect([code === 0, withoutTokens(asked)]).toEqual([false, [LOST("east"), LOST("south")]]);
      expect(output).toContain("it is gone, and of 3 masters only 1 is seen to have theirs");
      expect(output).toContain("Put the folder back from a copy");
      const since = await cluster.now("south");
      expect((await cluster.on("south").tryExec(`systemctl start ${MASTER}`)).code).not.toBe(0);
      await cluster.untilSaid("south", EMPTY, since);
      expect(await onEach(`find ${JOURNAL}/raft 2>/dev/null; true`, "south", "east")).toEqual(["", ""]);

      stack.edit((config) => (config.confirm = asked));
      await cluster.mustComeUp("--refresh");
      await until("all are available", 120, async () => (await cluster.available("north")) === 3);
    },
    12 * MINUTES,
  );
});

test(
  "down: where no master leads nothing is proved, and that has to be given up as well",
  async () => {
    const all = (verb: string) =>
      Promise.all(cluster.machines.all.map((one) => one.exec(`systemctl ${verb} ${MASTER}`)));
    await all("stop");
    const refused = await cluster.alluxioctl("down", "--yes");
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining("Nothing was touched.")]);
    expect(refused.stdout).toContain(
      "give up files that may not be persisted: whether files are in the caches alone cannot be told: no master leads",
    );
    expect(refused.output).toMatch(/--confirm 'give up files that may not be persisted @[0-9a-f]{4}'/);
    await all("start");
    await until("all are available", 180, async () => (await cluster.available("north")) === 3);
  },
  8 * MINUTES,
);

test(
  "down: a file that only a cache has is named, and given up by the words in which it was named alone",
  async () => {
    await cluster.cacheOnly("east", "/last");
    const before = await cluster.untouched();
    const refused = await cluster.alluxioctl("down", "--yes");
    expect([refused.code, await cluster.untouched()]).toEqual([1, before]);
    expect(refused.stdout).toContain(
      `${UNPERSISTED}: 1 file may be in the caches alone (/last). To keep them, persist them first`,
    );
    const [, words = ""] = /--confirm '([^']*)'/.exec(refused.output) ?? [];
    expect(withoutTokens([words])).toEqual([UNPERSISTED]);
    const another = await cluster.alluxioctl("down", "--yes", "--confirm", "give up 1 file not persisted @0000");
    expect([another.code, await cluster.untouched()]).toEqual([1, before]);

    const down = await cluster.alluxioctl("down", "--yes", "--confirm", words);
    expect([down.code, down.code === 0 ? "" : down.output]).toEqual([0, ""]);
    expect(await cluster.on("north").exec(`ls ${JOURNAL} 2>/dev/null; true`)).toBe("");
  },
  8 * MINUTES,
);
