import {
  allAvailable,
  confirmedUp,
  leaderOf,
  pathsIn,
  quorumOf,
  smallOnMachines,
  startsOf,
  throughMachine,
  unreadFiles,
} from "../support/hostsCluster";
import { addressOf } from "../support/hostsSpec";
import { succeeds, until } from "../support/process";
import { readingWhile } from "../support/reader";

const FIVE = ["one", "two", "three", "four", "five"];
const MINUTES = 60_000;

const world = smallOnMachines([...FIVE, "worker", "spare"], {
  masters: { count: 5, hosts: FIVE },
  workers: [{ name: "cache", ramdisk: "128MB", hosts: ["worker"] }],
  mounts: [{ name: "data", mountPoint: "/mnt/data" }],
  proxy: { enabled: false },
});

test(
  "five masters form one quorum, and a second up changes nothing",
  async () => {
    const { machines, stack } = world;
    expect(await quorumOf(machines.get("three"))).toEqual(allAvailable(FIVE));
    succeeds(await stack.up("--refresh", "--expect-no-changes"));
  },
  10 * MINUTES,
);

test(
  "the leader's machine loses its power: reads go on within 60 s, and it comes back with its journal",
  async () => {
    const { machines } = world;
    const worker = machines.get("worker");
    await worker.exec("mkdir /mnt/data/kept && head -c 100000 /dev/urandom >/mnt/data/kept/file");
    const files = await unreadFiles(worker, "unread", 1000, 65_536);
    await worker.exec("ls /mnt/data/unread >/dev/null");
    const leader = await leaderOf(machines, FIVE);
    const others = FIVE.filter((name) => name !== leader);
    const paths = await pathsIn(machines.get(leader));
    const { wrong, longestGapSeconds } = await readingWhile(
      files,
      throughMachine(worker, "/mnt/data/unread"),
      async () => {
        await new Promise((done) => setTimeout(done, 3000));
        await machines.get(leader).powerOff();
        await until("another master leads", 60, () =>
          leaderOf(machines, others).then(
            () => true,
            () => false,
          ),
        );
        await new Promise((done) => setTimeout(done, 20_000));
      },
    );
    expect(wrong).toEqual([]);
    expect(longestGapSeconds).toBeLessThan(60);
    expect(await quorumOf(machines.get(others[0]!))).toEqual({ ...allAvailable(others), [leader]: "UNAVAILABLE" });

    const back = machines.get(leader);
    await back.powerOn();
    await until("the quorum is complete", 120, async () => {
      const quorum = await quorumOf(machines.get(others[0]!)).catch(() => ({}));
      return JSON.stringify(Object.values(quorum)) === JSON.stringify(Object.values(allAvailable(FIVE)));
    });
    expect(await pathsIn(back)).toEqual(paths);
    expect(await world.stack.drift()).toEqual([]);
  },
  10 * MINUTES,
);

test(
  "the master that leads moves to another host: the old one leaves the quorum, and its machine is given back",
  async () => {
    const { machines, stack } = world;
    const worker = machines.get("worker");
    const paths = await pathsIn(worker);
    const sum = await worker.exec("sha256sum </mnt/data/kept/file");
    const leader = await leaderOf(machines, FIVE);
    const now = FIVE.map((name) => (name === leader ? "spare" : name));
    const before = await startsOf(machines, ["worker"]);
    stack.edit((config) => {
      config.masters = { count: 5, hosts: now };
      Reflect.deleteProperty(config.hosts!.addresses!, leader);
      config.hosts!.addresses!["spare"] = addressOf(machines, "spare");
    });
    const output = await confirmedUp(stack);
    expect(output).toContain("leads in place of a master that the spec no longer has");
    expect(output).toContain(`${leader}:19200 is no master any more: it is out of the quorum`);
    expect(await quorumOf(worker)).toEqual(allAvailable(now));
    expect(await machines.get(leader).exec("ls /etc/systemd/system | grep -c ^alluxio-dev || :")).toBe("0");
    expect(await pathsIn(worker)).toEqual(paths);
    expect(await worker.exec("sha256sum </mnt/data/kept/file")).toBe(sum);
    expect((await startsOf(machines, ["worker"])).get("worker@worker")).toBeGreaterThan(before.get("worker@worker")!);
    succeeds(await stack.up("--refresh", "--expect-no-changes"));
  },
  20 * MINUTES,
);

test(
  "masters that change places are refused before anything is touched",
  async () => {
    const { stack } = world;
    const before = stack.spec.masters!;
    const [first = "", second = "", ...others] = before.hosts!;
    stack.edit((config) => (config.masters = { count: 5, hosts: [second, first, ...others] }));
    const { code, output } = await stack.pulumi("preview");
    expect(code).not.toBe(0);
    expect(output).toContain(`metadata loss: master 2→1 on host ${second}: a master keeps its place in masters.hosts`);
    stack.edit((config) => (config.masters = before));
  },
  5 * MINUTES,
);
