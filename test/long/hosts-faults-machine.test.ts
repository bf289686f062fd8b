import type { ClusterConfig } from "../../components/spec/config";
import { foundOn } from "../support/found";
import { addressOf, hostsSpec, SHARED_FOLDER } from "../support/hostsSpec";
import { Machines } from "../support/machines";
import type { Machine } from "../support/machine";
import { must, succeeds } from "../support/process";
import { runningUnits } from "../support/runningUnits";
import { fails } from "../support/runErrors";
import { TestStack } from "../support/testStack";

/**
 * What a machine has lost in the middle of a cluster's life: each fault is told with its host and a remedy and leaves what
 * runs as it is, and the same command goes on once it is put right. Of hosts that are off, frozen or cut off:
 * hosts-faults.test.ts.
 */
const MEMORY_MIB = 3072;
const LARGER_MIB = 8192;
const PREFIX = "/opt/alluxio";
/** Room for the release, its tarball and what preflight demands; mounted by hand, so that a test can fill it. */
const PREFIX_MIB = 1200;
const REFUSED =
  /^(Preview failed: )?the hosts cannot run the cluster yet, and nothing was touched: 1 problem on 1 of 1 host$/;

let machines: Machines;
let north: Machine;
let south: Machine;
let east: Machine;
const stack = new TestStack("dev", () => undefined, { plain: true });
const running = (): Promise<Record<string, string>> => runningUnits([north, south]);

beforeAll(async () => {
  const names = ["north", "south", "east"];
  machines = await Machines.start({ names, memoryMiB: MEMORY_MIB, sharedFolder: SHARED_FOLDER });
  [north, south, east] = [machines.get("north"), machines.get("south"), machines.get("east")];
  await north.exec('chmod 1777 "$1"', SHARED_FOLDER);
  await south.exec('mkdir "$1" && mount -t tmpfs -o size="$2"m,mode=755 disk "$1"', PREFIX, `${PREFIX_MIB}`);
  await stack.init();
  stack.write(
    await hostsSpec(machines, {
      masters: { hosts: ["north"] },
      workers: [{ name: "small", ramdisk: "64MB", hosts: ["south"] }],
      mounts: [{ name: "data", mountPoint: "/mnt/data" }],
    }),
  );
  stack.edit((config) => (config.hosts!.timeouts = { connect: 5, keepAlive: 2 }));
  succeeds(await stack.up());
}, 600_000);
afterAll(async () => {
  await stack.remove();
  await machines.remove();
}, 300_000);

/** What a change of a spec touches on south, and nothing else: a process whose memory preflight has to know, a mount. */
let heap = 96;
const growJobWorker = (config: ClusterConfig): void =>
  void (config.heaps = { ...config.heaps, jobWorker: `${(heap += 1)}MB` });
let idle = 9;
const changeMount = (config: ClusterConfig): void =>
  void (config.mounts![0]!.options = [`max_idle_threads=${(idle += 1)}`]);
let heartbeat = 60;
/** Every process reads it. */
const changeProperty = (config: ClusterConfig): void =>
  void (config.properties = {
    ...config.properties,
    "alluxio.worker.block.heartbeat.timeout": `${(heartbeat += 1)}s`,
  });

const unitOn = (host: string, part: string): string => `${host}/alluxio-dev-${part}.service`;
const [JOB_WORKER, WORKER, FUSE] = [
  unitOn("south", "job-worker"),
  unitOn("south", "worker"),
  unitOn("south", "fuse-data"),
];
/** They are changed first, while the others serve. */
const MASTERS = [unitOn("north", "master"), unitOn("north", "job-master")];

/** Full: it has no room but for what is there, and something is: a tmpfs of no size has no limit. */
const FILL = `echo >"$1/filler" && used=$(df --output=used -k "$1" | tail -n 1) && mount -o remount,size="$used"k "$1"`;
const EMPTY = 'mount -o remount,size="$2"m "$1" && rm "$1/filler"';
/** For whoever starts from now on. */
const fillTemporary = (): Promise<unknown> =>
  south.exec("mount -t tmpfs -o size=1m,mode=1777 full /tmp && ! head -c 2M /dev/zero >/tmp/filler 2>/dev/null");
/** Somebody's program on a port of this machine. */
const LISTEN = `systemd-run --quiet --unit=squatter perl -MIO::Socket::INET -e \\
  'my $s = IO::Socket::INET->new(LocalPort => $ARGV[0], Listen => 1, ReuseAddr => 1) or die; sleep 900' "$1"
  timeout 10 bash -c 'until exec 3<>/dev/tcp/127.0.0.1/$0; do sleep 0.1; done' "$1" 2>/dev/null`;

interface Fault {
  readonly what: string;
  readonly breaks: () => Promise<unknown>;
  readonly mends: () => Promise<unknown>;
  readonly change: (config: ClusterConfig) => void;
  /** First lines of the errors, and what else is said. */
  readonly errors: readonly RegExp[];
  readonly said: readonly RegExp[];
  /** Units that the fault itself, or the failed run, has ended or started anew. @default none */
  readonly touched?: readonly string[];
  /** Units that are other processes in the end. */
  readonly restarted: readonly string[];
}

const FAULTS: readonly Fault[] = [
  {
    what: "sudo revoked, found before anything is touched",
    breaks: () => south.exec("mv /etc/sudoers.d/deploy /root/deploy"),
    mends: () => south.exec("mv /root/deploy /etc/sudoers.d/deploy"),
    change: growJobWorker,
    errors: [REFUSED],
    said: [/south +sudo refused +does not let user deploy/, /`npx alluxioctl sudoers/],
    restarted: [JOB_WORKER],
  },
  {
    what: "sudo revoked, found on the way",
    breaks: () => south.exec("mv /etc/sudoers.d/deploy /root/deploy"),
    mends: () => south.exec("mv /root/deploy /etc/sudoers.d/deploy"),
    change: changeMount,
    errors: [/^host south does not let user deploy run `sudo -n sh -s` \(.*\): `npx alluxioctl sudoers .*south/],
    said: [],
    restarted: [FUSE],
  },
  {
    what: "another host key",
    breaks: () =>
      south.exec(
        "rm /etc/ssh/ssh_host_ed25519_key* && ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key && systemctl restart ssh",
      ),
    // It was installed anew, and somebody has looked at its console.
    mends: async () => {
      const [type = "", key = ""] = (await south.exec("cat /etc/ssh/ssh_host_ed25519_key.pub")).split(" ");
      stack.edit((config) => (config.hosts!.addresses!["south"]!.hostKey = `${type} ${key}`));
    },
    change: changeMount,
    errors: [/^host south .* shows the key .*hosts\.addresses\.south\.hostKey pins .*`npx alluxioctl trust .*south/],
    said: [],
    restarted: [FUSE],
  },
  {
    what: "the disk of the installation full, found before anything is touched",
    breaks: () => south.exec(FILL, PREFIX),
    mends: () => south.exec(EMPTY, PREFIX, `${PREFIX_MIB}`),
    change: growJobWorker,
    errors: [REFUSED],
    said: [/south +disk of \/opt\/alluxio +0 of \d+ MiB are free/, /free some there/],
    restarted: [JOB_WORKER],
  },
  {
    what: "the disk of the installation full, found on the way",
    breaks: () => south.exec(FILL, PREFIX),
    mends: () => south.exec(EMPTY, PREFIX, `${PREFIX_MIB}`),
    change: changeProperty,
    errors: [/^the configuration on host south failed: .*No space left on device/],
    said: [/\/opt\/alluxio\/\S+ cannot be written\. Free some space there/],
    touched: MASTERS,
    restarted: [...MASTERS, JOB_WORKER, WORKER, FUSE],
  },
  {
    what: "/tmp full, found before anything is touched",
    breaks: fillTemporary,
    mends: () => south.exec("umount -l /tmp"),
    change: growJobWorker,
    errors: [REFUSED],
    said: [/south +disk of \/tmp +\d+ of \d+ MiB are free/, /remove what is old in \/tmp/],
    restarted: [JOB_WORKER],
  },
  {
    what: "/tmp full when a mount is served anew",
    breaks: fillTemporary,
    mends: () => south.exec("umount -l /tmp"),
    change: changeMount,
    errors: [
      /^\/mnt\/data on host south is absent after .* Preflight finds there: disk of \/tmp: .*remove what is old/,
    ],
    said: [],
    touched: [FUSE],
    restarted: [FUSE],
  },
  {
    what: "memory too small for a larger ramdisk",
    breaks: async () => undefined,
    mends: () =>
      must("docker", "update", "--memory", `${LARGER_MIB}m`, "--memory-swap", `${LARGER_MIB}m`, south.container),
    change: (config) => (config.workers[0]!.ramdisk = "3GB"),
    errors: [REFUSED],
    said: [/south +memory +3072 MiB/, /make the ramdisk/],
    // The kernel may charge its pages to whichever process reads them: the limit of each has room for all of it.
    restarted: [WORKER, JOB_WORKER, FUSE],
  },
  {
    what: "the port that a process is to have taken by somebody",
    breaks: () => south.exec(LISTEN, "30010"),
    mends: () => south.exec("systemctl stop squatter"),
    change: (config) => (config.ports = { ...config.ports, jobWorkerWeb: 30010 }),
    errors: [REFUSED],
    said: [/south +port 30010 +perl \(pid \d+, unit squatter/, /end it \(`systemctl disable/],
    // All of them are told of all ports.
    restarted: [...MASTERS, JOB_WORKER, WORKER, FUSE],
  },
  {
    what: "the port of a process that was stopped taken by somebody",
    breaks: () => south.exec(`systemctl stop alluxio-dev-job-worker; ${LISTEN}`, "30010"),
    mends: () => south.exec("systemctl stop squatter"),
    change: () => undefined,
    errors: [
      /^alluxio-dev-job-worker\.service on host south is .* Preflight finds there: port 30010: perl \(pid \d+, unit squatter\.service\) listens there, where job-worker-south should \(to do: end it \(`systemctl disable --now squatter\.service`\)/,
    ],
    said: [],
    touched: [JOB_WORKER],
    restarted: [JOB_WORKER],
  },
];

const changedBetween = (before: Record<string, string>, after: Record<string, string>): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((unit) => before[unit] !== after[unit]).sort();

test.each(FAULTS)(
  "$what: told with host and remedy, nothing else is touched, and the same command goes on",
  async ({ breaks, mends, change, errors, said, touched = [], restarted }) => {
    const before = await running();
    await breaks();
    stack.edit(change);
    const failed = await stack.up("--refresh");
    const during = await running();
    await mends();
    expect(fails(failed)).toEqual(errors.map((one) => expect.stringMatching(one) as unknown));
    for (const one of said) expect(failed.output).toMatch(one);
    expect(changedBetween(before, during).filter((unit) => !touched.includes(unit))).toEqual([]);

    succeeds(await stack.up("--refresh"));
    expect(changedBetween(before, await running())).toEqual([...restarted].sort());
    expect(await stack.drift()).toEqual([]);
  },
  600_000,
);

test("another disk under the root path of a new host is refused before anything is touched", async () => {
  const found = await foundOn(east);
  await east.exec('mount -t tmpfs -o mode=1777 other "$1"', SHARED_FOLDER);
  const before = await running();
  stack.edit((config) => {
    config.workers.push({ name: "new", ramdisk: "64MB", hosts: ["east"] });
    config.hosts!.addresses!["east"] = addressOf(machines, "east");
  });
  for (const run of [await stack.pulumi("preview"), await stack.up()]) {
    expect(fails(run)).toEqual([expect.stringMatching(REFUSED)]);
    expect(run.output).toMatch(/east +under storage +it is a folder of the local tmpfs/);
    expect(run.output).toMatch(/mount the same directory of one file server/);
  }
  expect(await running()).toEqual(before);
  await east.exec('umount "$1"', SHARED_FOLDER);
  expect(await foundOn(east)).toEqual(found);

  succeeds(await stack.up());
  expect(changedBetween(before, await running())).toEqual([]);
  expect(await stack.drift()).toEqual([]);
}, 600_000);
