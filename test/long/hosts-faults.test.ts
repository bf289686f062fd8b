import { join } from "node:path";
import { Machines } from "../support/machines";
import type { Machine } from "../support/machine";
import { foundOn } from "../support/found";
import { hostsSpec, SHARED_FOLDER } from "../support/hostsSpec";
import { type Finished, must, succeeds, until } from "../support/process";
import { fails } from "../support/runErrors";
import { TestStack } from "../support/testStack";

/**
 * What happens to hosts in the middle of a cluster's life: each fault is told with its host and a remedy, the other hosts
 * are still seen and repaired, and the same command goes on when it is over. Faults that a look before finds:
 * hosts-preflight.test.ts.
 */
const NEWER = "2.9.6";
const SITE = "/opt/alluxio/conf/worker/alluxio-site.properties";

let machines: Machines;
let north: Machine;
let south: Machine;
let before: string[][];
const stack = new TestStack("dev", () => undefined, { plain: true });

beforeAll(async () => {
  // Both servers of a small cluster, a worker and a mount; the ramdisk is memory as well.
  machines = await Machines.start({ names: ["north", "south"], memoryMiB: 3072, sharedFolder: SHARED_FOLDER });
  [north, south] = [machines.get("north"), machines.get("south")];
  await north.exec('chmod 1777 "$1"', SHARED_FOLDER);
  before = await Promise.all(machines.all.map(foundOn));
  await stack.init();
  stack.write(
    await hostsSpec(machines, {
      masters: { hosts: ["north"] },
      workers: [{ name: "small", ramdisk: "64MB", hosts: ["north", "south"] }],
      mounts: [{ name: "data", mountPoint: "/mnt/data" }],
    }),
  );
  stack.edit((config) => (config.hosts!.timeouts = { connect: 5, keepAlive: 2 }));
}, 120_000);
afterAll(async () => {
  await stack.remove();
  await machines.remove();
}, 300_000);

/** With the way out where the host never comes back. */
const NOT_REMOVED: unknown = expect.stringMatching(
  /^south:system was not removed: host south .*: is it on.* `pulumi state delete/,
);
/** With the stack's own file, which tells the launcher that other hosts are to go on. */
const destroy = (): Promise<Finished> =>
  stack.pulumi("destroy", "--yes", "--skip-preview", "--config-file", join(stack.folder, "Pulumi.dev.yaml"));
/** As by a firewall that loses its table, or an administrator: sshd's children go, and with them what runs in them. */
const cutConnections = (machine: Machine): Promise<unknown> =>
  machine.exec("for pid in $(pgrep -f '^sshd: deploy'); do kill -9 $pid; done");
const mainPids = (machine: Machine): Promise<string> =>
  machine.exec("systemctl show -p Id -p MainPID 'alluxio-dev-*.service'");
/** Runs an up, and lets something happen when something holds on a machine. */
async function interruptedUp(holds: () => Promise<boolean>, happens: () => Promise<unknown>): Promise<Finished> {
  const up = stack.up();
  const ended = new AbortController();
  void up.finally(() => ended.abort());
  try {
    // The up itself ends where its gates do not open.
    await until("the moment of the fault", 480, async () => ended.signal.aborted || (await holds()), 50);
    if (ended.signal.aborted) throw new Error(`it ended before: ${(await up).output}`);
    await happens();
  } finally {
    await up;
  }
  return up;
}
/** Whether the worker is another process than that one: then its run waits until it is healthy. */
const workerPid = (machine: Machine): Promise<string> =>
  machine.exec("systemctl show -p MainPID --value alluxio-dev-worker");
async function whenWorkerStarts(machine: Machine): Promise<() => Promise<boolean>> {
  const pid = await workerPid(machine);
  return async () => ![pid, "0"].includes(await workerPid(machine));
}
const restartsWorkers = (seconds: number): void =>
  stack.edit((config) => {
    config.properties = { ...config.properties, "alluxio.worker.block.heartbeat.timeout": `${seconds}s` };
  });

describe("an upload that is cut off", () => {
  test("is told with the host, and goes on with the next run", async () => {
    const part = async (): Promise<boolean> =>
      (await south.tryExec("ls -A /opt/alluxio 2>/dev/null | grep -q '^.alluxio-.*tar.gz'")).code === 0;
    const errors = fails(await interruptedUp(part, () => cutConnections(south)));
    expect(errors).toEqual([expect.stringMatching(/upload of .* on host south may have been done in part/)]);
    succeeds(await stack.up());
    expect(await stack.drift()).toEqual([]);
  }, 600_000);
});

describe("a host that is off", () => {
  beforeAll(() => south.powerOff(), 30_000);
  afterAll(() => south.powerOn(), 60_000);

  test("is named, and the drift of the other is shown", async () => {
    await north.exec(`echo alluxio.worker.network.reader.buffer.size=1MB >>${SITE}`);
    await north.exec("systemctl disable --quiet alluxio-dev-job-worker");
    const { code, output } = await stack.pulumi("preview", "--refresh");
    expect(code).toBe(0);
    expect(output).toMatch(/dev-worker-north update .*configDigest/);
    expect(output).toMatch(/dev-job-worker-north update .*enabled/);
    expect(output).toMatch(/south:alluxio-dev-worker\.service cannot be looked at: host south .*: is it on/);
  }, 120_000);

  test("does not keep the other from being repaired", async () => {
    const errors = fails(await stack.up("--refresh"));
    expect(errors).toEqual([expect.stringMatching(/^host south .*: is it on/)]);
    expect(await north.exec(`grep -c buffer.size ${SITE} || true; systemctl is-enabled alluxio-dev-job-worker`)).toBe(
      "0\nenabled",
    );
  }, 240_000);

  test("is part of the cluster again with the next run, once it is on", async () => {
    await south.powerOn();
    succeeds(await stack.up("--refresh"));
    expect(await stack.drift()).toEqual([]);
  }, 240_000);
});

describe("a change that is cut off on one host", () => {
  test("by a host that freezes is told within the limits, and goes on when it is back", async () => {
    restartsWorkers(61);
    const begun = Date.now();
    const waits = await whenWorkerStarts(south);
    let frozen = begun;
    const up = await interruptedUp(waits, async () => {
      frozen = Date.now();
      await south.freeze();
    });
    const told = (Date.now() - frozen) / 1000;
    await south.thaw();
    expect(fails(up).join("\n")).toMatch(/host south/);
    // Signs of life, a new connection or two, and what goes on on the other host meanwhile.
    expect(told).toBeLessThan(90);
    succeeds(await stack.up());
    expect(await stack.drift()).toEqual([]);
  }, 600_000);

  test("by connections that are cut while a service starts goes on with the next run", async () => {
    restartsWorkers(62);
    const waits = await whenWorkerStarts(south);
    const up = await interruptedUp(waits, () => cutConnections(south));
    expect(fails(up)).toEqual([
      expect.stringMatching(/alluxio-dev-\S+\.service on host south may have been done in part/),
    ]);
    succeeds(await stack.up());
    expect(await stack.drift()).toEqual([]);
  }, 600_000);
});

test("a release that is not the one meant is refused by its name, and what runs is untouched", async () => {
  const pids = await Promise.all(machines.all.map(mainPids));
  const { version: ran } = stack.spec;
  const right = stack.spec.hosts!.release;
  // Another version, as in an upgrade; the file that lies here is another one.
  stack.edit((config) => {
    config.hosts!.release = { ...right, sha256: "0".repeat(64) };
    config.version = NEWER;
  });
  const errors = fails(await stack.up());
  expect(errors.join("\n")).toContain(`is not the file that was meant`);
  expect(await Promise.all(machines.all.map(mainPids))).toEqual(pids);
  stack.edit((config) => {
    config.hosts!.release = right!;
    config.version = ran!;
  });
  // No master has run the newer one, which only the user knows.
  const asked = /add to the spec: confirm: \["([^"]+)"\]/.exec(fails(await stack.up()).join("\n"))?.[1];
  stack.edit((config) => (config.confirm = [asked!]));
  succeeds(await stack.up());
  stack.edit((config) => delete config.confirm);
  expect(await Promise.all(machines.all.map(mainPids))).toEqual(pids);
}, 300_000);

test("of two runs at once the second is refused", async () => {
  restartsWorkers(63);
  const first = stack.up();
  await until("the first holds the lock", 60, async () => {
    return (await must("find", stack.folder, "-path", "*locks*", "-name", "*.json")) !== "";
  });
  const second = await stack.up();
  expect(second.code).not.toBe(0);
  expect(second.output).toMatch(/the stack is currently locked by 1 lock/);
  succeeds(await first);
}, 300_000);

test("what a host that leaves the spec has is taken back, once it is on", async () => {
  const { south: address } = stack.spec.hosts!.addresses!;
  stack.edit((config) => {
    config.workers[0]!.hosts = ["north"];
    delete config.hosts!.addresses!["south"];
  });
  await south.powerOff();
  const up = await stack.up();
  await south.powerOn();
  expect(fails(up)).toEqual([NOT_REMOVED]);
  succeeds(await stack.up());
  expect(await foundOn(south)).toEqual(before[1]);
  stack.edit((config) => {
    config.workers[0]!.hosts = ["north", "south"];
    config.hosts!.addresses!["south"] = address!;
  });
  succeeds(await stack.up());
  expect(await stack.drift()).toEqual([]);
}, 600_000);

test("a destroy takes the others back, and one that was off with the next run", async () => {
  await south.powerOff();
  const destroyed = await destroy();
  await south.powerOn();
  expect(fails(destroyed)).toEqual([NOT_REMOVED]);
  await north.exec('find "$1" -mindepth 1 -delete', SHARED_FOLDER);
  expect(await foundOn(north)).toEqual(before[0]);
  succeeds(await destroy());
  for (const [i, machine] of machines.all.entries()) expect(await foundOn(machine)).toEqual(before[i]);
}, 300_000);
