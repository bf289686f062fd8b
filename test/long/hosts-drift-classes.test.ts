import { Machines } from "../support/machines";
import type { Machine } from "../support/machine";
import { driftOf, lookedAt } from "../support/drift";
import { hostsSpec, SHARED_FOLDER } from "../support/hostsSpec";
import { until } from "../support/process";
import { runningUnits } from "../support/runningUnits";
import { TestStack } from "../support/testStack";

/** Each class of drift on a running cluster, made by hand: shown with old and new value, repaired as only that. */
const [NORTH, SOUTH] = ["north", "south"];
const MOUNT_POINT = "/mnt/data";
const MOVED = "/mnt/moved";
let machines: Machines;
const stack = new TestStack("dev", () => undefined, { plain: true });
const on = (host: string): Machine => machines.get(host);

beforeAll(async () => {
  machines = await Machines.start({ names: [NORTH, SOUTH], memoryMiB: 2048, sharedFolder: SHARED_FOLDER });
  await on(NORTH).exec('chmod 1777 "$1"', SHARED_FOLDER);
  await stack.init();
  stack.write(
    await hostsSpec(machines, {
      masters: { hosts: [NORTH] },
      workers: [{ name: "small", ramdisk: "64MB", hosts: [SOUTH] }],
      mounts: [{ name: "data", mountPoint: MOUNT_POINT, workers: ["small"] }],
    }),
  );
  const up = await stack.up();
  if (up.code !== 0) throw new Error(up.output);
}, 600_000);
afterAll(async () => {
  await stack.remove();
  await machines.remove();
}, 300_000);

interface Made {
  readonly what: string;
  readonly host: string;
  readonly script: string;
  /** Resource, property path, observed, declared. */
  readonly shown: readonly (readonly [string, string, unknown, unknown])[];
  /** Units that were started anew by the repair. */
  readonly restarted: readonly string[];
}

const SITE = "/opt/alluxio/conf/worker/alluxio-site.properties";
const DIGEST = expect.stringMatching(/^[0-9a-f]{64}$/) as unknown;
const CASES: readonly Made[] = [
  {
    what: "a property edited",
    host: SOUTH,
    script: `echo alluxio.worker.network.reader.buffer.size=1MB >>${SITE}`,
    shown: [
      ["dev-configuration-south", `files["${SITE}"].sha256`, DIGEST, DIGEST],
      ["dev-worker-south", "configDigest", expect.anything(), expect.anything()],
    ],
    restarted: ["south/alluxio-dev-worker.service"],
  },
  {
    what: "a unit stopped",
    host: SOUTH,
    script: "systemctl stop alluxio-dev-job-worker",
    shown: [["dev-job-worker-south", "condition", "stopped", "running"]],
    restarted: ["south/alluxio-dev-job-worker.service"],
  },
  {
    what: "a unit disabled",
    host: SOUTH,
    script: "systemctl disable --quiet alluxio-dev-job-worker",
    shown: [["dev-job-worker-south", "enabled", false, true]],
    restarted: [],
  },
  {
    what: "a unit edited",
    host: SOUTH,
    script: "sed -i s/^MemoryMax=.*/MemoryMax=infinity/ /etc/systemd/system/alluxio-dev-job-worker.service",
    shown: [
      [
        "dev-job-worker-south",
        "unit.text",
        expect.stringContaining("\nMemoryMax=infinity\n"),
        expect.stringMatching(/\nMemoryMax=\d+/),
      ],
    ],
    restarted: ["south/alluxio-dev-job-worker.service"],
  },
  {
    what: "a ramdisk remounted at another size",
    host: SOUTH,
    script: "mount -o remount,size=90m /mnt/ramdisk",
    shown: [["dev-ramdisk-south", "sizeMiB", 90, 64]],
    restarted: [],
  },
  {
    what: "a file of the release swapped",
    host: NORTH,
    script: "cd /opt/alluxio/current/libexec && sed 's/^/ /' alluxio-config.sh >x && mv x alluxio-config.sh",
    shown: [["dev-release-north", "changed", expect.anything(), expect.anything()]],
    restarted: [],
  },
  {
    what: "FUSE stopped",
    host: SOUTH,
    script: "systemctl stop alluxio-dev-fuse-data",
    shown: [
      ["dev-fuse-data@south", "condition", "absent", "mounted"],
      ["dev-fuse-data@south", "process", "stopped", "running"],
    ],
    restarted: ["south/alluxio-dev-fuse-data.service"],
  },
  {
    what: "FUSE stacked",
    host: SOUTH,
    script: `mount --bind ${MOUNT_POINT} ${MOUNT_POINT}`,
    shown: [["dev-fuse-data@south", "condition", "stacked", "mounted"]],
    restarted: ["south/alluxio-dev-fuse-data.service"],
  },
  {
    what: "FUSE moved to another path",
    host: SOUTH,
    script: `mkdir ${MOVED} && mount --bind ${MOUNT_POINT} ${MOVED} && umount -l ${MOUNT_POINT}`,
    shown: [
      ["dev-fuse-data@south", "condition", "absent", "mounted"],
      ["dev-fuse-data@south", "mountedAt", [MOVED], [MOUNT_POINT]],
    ],
    restarted: ["south/alluxio-dev-fuse-data.service"],
  },
];

test.each(CASES)(
  "drift: $what",
  async ({ host, script, shown, restarted }) => {
    const before = await runningUnits(machines.all);
    await on(host).exec(script);
    const drift = await driftOf(stack);
    expect(drift.map((one) => [one.resource, one.path, one.old, one.new])).toEqual(shown);
    expect(await lookedAt(stack)).toEqual(shown);
    const up = await stack.up("--refresh");
    expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
    expect([await stack.drift(), await lookedAt(stack)]).toEqual([[], []]);
    const after = await runningUnits(machines.all);
    expect(Object.keys(after).filter((unit) => after[unit] !== before[unit])).toEqual(restarted);
  },
  300_000,
);

test("what was moved is mounted there no more", async () => {
  expect(await on(SOUTH).exec(`grep -c ' ${MOVED} ' /proc/self/mountinfo; rmdir ${MOVED}`)).toBe("0");
});

test("a worker that nobody declared is drift of membership, until it is stopped", async () => {
  await on(NORTH).exec(`cp -r /opt/alluxio/conf/master /root/extra && mkdir /root/extra/logs
    systemd-run --quiet --unit extra-worker --setenv ALLUXIO_CONF_DIR=/root/extra --setenv ALLUXIO_LOGS_DIR=/root/extra/logs \
      --setenv ALLUXIO_WORKER_JAVA_OPTS="-Xmx96m -Dalluxio.worker.ramdisk.size=16MB -Dalluxio.worker.hostname=north \
        -Dalluxio.worker.tieredstore.level0.dirs.path=/root/extra/ram" \
      /opt/alluxio/current/bin/launch-process worker`);
  await until("it is registered", 90, async () => (await workers()).length === 2);
  const [drift, looked] = [await driftOf(stack), await lookedAt(stack)];
  await on(NORTH).exec("systemctl stop extra-worker");
  const [resource, path] = ["dev-membership", "workers.north"];
  expect(drift).toMatchObject([{ resource, path }]);
  expect(looked.map((one) => one.slice(0, 2))).toEqual([[resource, path]]);
  await until("the leader has given it up", 90, async () => (await workers()).length === 1);
  expect(await stack.drift()).toEqual([]);
}, 300_000);

async function workers(): Promise<{ address: { host: string } }[]> {
  const said = await on(NORTH).exec("curl -s -m 10 http://127.0.0.1:19999/api/v1/master/info");
  return (JSON.parse(said) as { workers: { address: { host: string } }[] }).workers;
}
