import {
  allAvailable,
  quorumOf,
  restarted,
  smallOnMachines,
  startsOf,
  throughMachine,
  unreadFiles,
} from "../support/hostsCluster";
import { succeeds } from "../support/process";
import { readingWhile } from "../support/reader";

const NAMES = ["north", "south", "west"];
const MASTERS = NAMES.map((name) => `master@${name}`);
const UNREAD = 2000;
const BYTES = 65_536;
const MINUTES = 60_000;

describe("a change of three masters that are workers as well", () => {
  const world = smallOnMachines(NAMES, {
    masters: { count: 3, hosts: NAMES },
    workers: [{ name: "cache", ramdisk: "64MB", hosts: NAMES }],
    mounts: [{ name: "data", mountPoint: "/mnt/data", workers: ["west"] }],
    proxy: { enabled: false },
  });

  test(
    "masters restart one at a time, the last of the spec last, after a backup; reads go on",
    async () => {
      const { machines, stack } = world;
      const west = machines.get("west");
      const files = await unreadFiles(west, "unread", UNREAD, BYTES);
      await west.exec("ls /mnt/data/unread >/dev/null");
      const before = await startsOf(machines, NAMES);
      stack.edit((config) => (config.heaps = { ...config.heaps, master: "200MB" }));

      let output = "";
      const { wrong, longestGapSeconds } = await readingWhile(
        files,
        throughMachine(west, "/mnt/data/unread"),
        async () => {
          const up = await stack.up();
          output = up.output;
          succeeds(up);
        },
      );
      expect(wrong).toEqual([]);
      expect(longestGapSeconds).toBeLessThan(90);

      const [, backup = ""] = /the journal is backed up: (\S+)/.exec(output) ?? [];
      await west.exec('test -s "$1"', backup);
      const after = await startsOf(machines, NAMES);
      expect(restarted(before, after)).toEqual(MASTERS);
      const starts = MASTERS.map((master) => after.get(master)!);
      expect(starts).toEqual([...starts].sort((a, b) => a - b));
      expect(await quorumOf(west)).toEqual(allAvailable(NAMES));
      succeeds(await stack.up("--expect-no-changes"));
    },
    20 * MINUTES,
  );

  test(
    "a master whose journal is gone is still a member: the others fill it",
    async () => {
      const { machines, stack } = world;
      const west = machines.get("west");
      await west.exec(`systemctl stop alluxio-dev-master.service && rm -r /opt/alluxio/journal/raft`);
      succeeds(await stack.up("--refresh"));
      expect(await quorumOf(machines.get("north"))).toEqual(allAvailable(NAMES));
      expect(await west.exec("find /opt/alluxio/journal/raft -name 'log_*' -size +0")).not.toBe("");
    },
    20 * MINUTES,
  );

  test(
    "an option that no JVM starts with stops at the first master; undone, nothing else restarts",
    async () => {
      const { machines, stack } = world;
      const before = await startsOf(machines, NAMES);
      const options = stack.spec.jvmOptions ?? [];
      stack.edit((config) => (config.jvmOptions = [...options, "-XX:+NoSuchOption"]));
      const { code, output } = await stack.up();
      expect(code).not.toBe(0);
      expect(output).toContain("alluxio-dev-master.service on host north is ");
      expect(output).toContain("Unrecognized VM option 'NoSuchOption'");
      expect(output).toMatch(/Not attempted: master-2, master-3, job-master, worker-north, .*fuse-data@west\./);

      stack.edit((config) => (config.jvmOptions = options));
      succeeds(await stack.up());
      expect(restarted(before, await startsOf(machines, NAMES))).toEqual(["master@north"]);
      expect(await quorumOf(machines.get("west"))).toEqual(allAvailable(NAMES));
    },
    20 * MINUTES,
  );
});
