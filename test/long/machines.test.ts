import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { basename } from "node:path";
import { DEFAULT_VERSION } from "../../scripts/setup/stack-config";
import { greets } from "../support/greets";
import { labelled } from "../support/leftovers";
import type { Machine } from "../support/machine";
import { HOLDER_LABEL, Machines, removeAbandoned, RUN_LABEL } from "../support/machines";
import { lines, must, until } from "../support/process";
import { packedTarball } from "../support/tarball";

const SHARED = "/srv/under-storage";
const RAMDISK_MIB = 64;

/** The machines that target `hosts` is tested on: that they are what those tests take them for. */
let machines: Machines;
let north: Machine;
let south: Machine;

beforeAll(async () => {
  machines = await Machines.start({ names: ["north", "south"], memoryMiB: 2048, sharedFolder: SHARED });
  north = machines.get("north");
  south = machines.get("south");
}, 120_000);
afterAll(() => machines.remove(), 60_000);

const both = <T>(ask: (machine: Machine) => Promise<T>): Promise<T[]> => Promise.all([north, south].map(ask));

test("systemd runs them and nothing has failed; they are two, and bare", async () => {
  const state = "ps -o comm= -p 1; systemctl is-system-running; systemctl --failed --no-legend";
  expect(await both((one) => one.exec(state))).toEqual(["systemd\nrunning", "systemd\nrunning"]);
  expect(new Set(await both((one) => one.exec("cat /etc/machine-id"))).size).toBe(2);
  expect(north.hostKey).not.toBe(south.hostKey);
  expect(await north.exec("find / -xdev -iname '*alluxio*'; java -version 2>&1 | head -1")).toMatch(/^openjdk .*"11\./);
});

test("who has the key comes in, as user and as root, where the host key is the pinned one", async () => {
  const who = "id -un; sudo -n id -un";
  expect((await machines.ssh(north, who)).output).toBe("deploy\nroot\n");
  expect((await machines.ssh(south, who, { user: "root" })).output).toBe("root\nroot\n");

  const swapped = machines.knownHosts().replaceAll(north.hostKey, south.hostKey);
  const refused = await machines.ssh(north, who, { knownHosts: swapped });
  expect([refused.code, refused.stdout]).toEqual([255, ""]);
  expect(refused.output).toContain("Host key verification failed.");

  await north.exec("mv /etc/sudoers.d/deploy /root/");
  expect((await machines.ssh(north, who)).output).toContain("sudo: a password is required");
  await north.exec("mv /root/deploy /etc/sudoers.d/; mv /home/deploy/.ssh /root/theirs");
  expect((await machines.ssh(north, who)).output).toContain("deploy@north: Permission denied (publickey");
  await north.exec("mv /root/theirs /home/deploy/.ssh");
}, 60_000);

test("a service runs there as it does on a real machine: hardened, within its memory, in the journal", async () => {
  const hardened = ["User=deploy", "ProtectSystem=strict", "PrivateTmp=yes", "NoNewPrivileges=yes"];
  const asService = 'systemd-run --quiet --pipe --wait --collect "${@:2}" bash -c "$1"';
  const script = "exec 2>&1; id -un; touch /usr/x; ls /tmp | wc -l; grep NoNewPrivs /proc/self/status";
  expect(await north.exec(asService, script, ...hardened.flatMap((one) => ["-p", one]))).toBe(
    "deploy\ntouch: cannot touch '/usr/x': Read-only file system\n0\nNoNewPrivs:\t1",
  );
  const greedy = "systemd-run --quiet --wait --collect --unit=greedy -p MemoryMax=32M tail /dev/zero";
  expect((await north.tryExec(`${greedy}; journalctl --sync; journalctl -o cat -u greedy`)).output).toMatch(
    /status=9\/KILL|oom-kill/,
  );
}, 30_000);

test("a tmpfs has the size that a mount unit asks for", async () => {
  const unit = `[Mount]\nWhat=tmpfs\nWhere=/mnt/ramdisk\nType=tmpfs\nOptions=size=${RAMDISK_MIB}m,mode=0777\n`;
  const mount = `printf %s "$1" >/etc/systemd/system/mnt-ramdisk.mount && systemctl daemon-reload && systemctl start mnt-ramdisk.mount
    findmnt --noheadings --bytes --output FSTYPE,SIZE /mnt/ramdisk
    head -c "$2" /dev/zero 2>/dev/null >/mnt/ramdisk/x && echo fits; head -c 1 /dev/zero 2>/dev/null >>/mnt/ramdisk/x || echo full; rm /mnt/ramdisk/x`;
  const bytes = RAMDISK_MIB * 1024 ** 2;
  expect(lines(await south.exec(mount, unit, `${bytes}`)).map((line) => line.replace(/ +/, " "))).toEqual([
    `tmpfs ${bytes}`,
    "fits",
    "full",
  ]);
});

test("they know each other by name, and share a folder", async () => {
  const address = 'getent ahostsv4 "$1" | head -1 | cut -d" " -f1';
  expect([await north.exec(address, "south"), await south.exec(address, "north")]).toEqual([
    south.address,
    north.address,
  ]);
  expect(await north.exec("read -r greeting </dev/tcp/south/22; echo $greeting")).toMatch(/^SSH-2\.0-/);
  await north.exec('echo together >"$1/note"', SHARED);
  expect(await south.exec('cat "$1/note"; rm "$1/note"', SHARED)).toBe("together");
});

test("off, frozen and booted again they are as machines are", async () => {
  const answers = (): Promise<boolean> => greets(south.port, south.address);
  const marks = ["/var/tmp/disk", "/run/memory"];
  await south.exec("touch $@; systemctl is-active mnt-ramdisk.mount", ...marks);

  await south.freeze();
  expect(await answers()).toBe(false);
  await south.thaw();
  expect(await answers()).toBe(true);

  await south.powerOff();
  expect([await answers(), await north.exec('getent hosts "$1" | wc -l', "south")]).toEqual([false, "1"]);
  await south.powerOn();
  expect(await south.exec('ls "$@" 2>/dev/null || true', ...marks)).toBe(marks[0]);

  await south.exec("touch $@", ...marks);
  await south.reboot();
  expect(await south.exec('ls "$@" 2>/dev/null || true', ...marks)).toBe(marks[0]);
  expect(await south.exec("systemctl is-system-running; hostname -I")).toBe(`running\n${south.address}`);
  expect((await machines.ssh(south, "sudo -n id -un")).output).toBe("root\n");
}, 60_000);

/** Heaps that do for an empty cluster, and a start without the compiler's second thoughts. */
const ENVIRONMENT = `
ALLUXIO_JAVA_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
ALLUXIO_MASTER_JAVA_OPTS=-Xmx192m
ALLUXIO_JOB_MASTER_JAVA_OPTS=-Xmx96m
ALLUXIO_WORKER_JAVA_OPTS="-Xmx96m -XX:MaxDirectMemorySize=128m"
ALLUXIO_JOB_WORKER_JAVA_OPTS=-Xmx64m
ALLUXIO_FUSE_JAVA_OPTS="-Xmx96m -XX:MaxDirectMemorySize=128m"
`;
const SITE = `
alluxio.master.hostname=north
alluxio.master.mount.table.root.ufs=${SHARED}
alluxio.master.metastore=HEAP
alluxio.master.update.check.enabled=false
alluxio.web.ui.enabled=false
alluxio.worker.hostname=south
alluxio.worker.ramdisk.size=${RAMDISK_MIB}MB
alluxio.worker.tieredstore.level0.alias=MEM
alluxio.worker.tieredstore.level0.dirs.path=/mnt/ramdisk
alluxio.user.file.writetype.default=CACHE_THROUGH
`;

test("Alluxio from the tarball serves on them, and through FUSE", async () => {
  const { path, version } = await packedTarball(DEFAULT_VERSION);
  const home = `/opt/alluxio-${version}`;
  const unpack = `set -e; cd /opt; tar -xzf "$1"; rm "$1"; useradd --system alluxio; chown -R alluxio: "$2/logs" "$4"
    mkdir "$2/journal" /mnt/data; chown alluxio "$2/journal" /mnt/data
    printf %s "$3" >"$2/conf/alluxio-site.properties"; printf %s "$5" >"$2/conf/alluxio-env.sh"; echo user_allow_other >>/etc/fuse.conf`;
  await both(async (one) => {
    await one.put(path, "/opt/");
    await one.exec(unpack, `/opt/${basename(path)}`, home, SITE, SHARED, ENVIRONMENT);
  });
  await south.exec("systemctl start mnt-ramdisk.mount");
  const start = (one: Machine, name: string, ...command: string[]): Promise<string> =>
    one.exec('systemd-run --quiet --unit="$1" --uid=alluxio "${@:2}"', name, ...command);
  const launch = `${home}/bin/launch-process`;
  await Promise.all([
    start(north, "master", launch, "master"),
    start(north, "job-master", launch, "job_master"),
    start(south, "worker", launch, "worker"),
    start(south, "job-worker", launch, "job_worker"),
  ]);
  const asked = async (url: string): Promise<string> => (await north.tryExec('curl -s -m 5 "$1"', url)).stdout;
  await until("the worker is registered", 90, async () =>
    (await asked("http://north:19999/api/v1/master/info")).includes(`"capacityBytes":${RAMDISK_MIB * 1024 ** 2}`),
  );
  const options = ["-n", "-o", "allow_other,kernel_cache,attr_timeout=600,entry_timeout=600"];
  await start(south, "fuse", `${home}/integration/fuse/bin/alluxio-fuse`, "mount", ...options, "/mnt/data", "/");
  await until("the mount serves", 60, async () =>
    (await south.exec("findmnt --noheadings --output FSTYPE /mnt/data || true")).startsWith("fuse.alluxio-fuse"),
  );
  await south.exec("su alluxio -s /bin/sh -c 'echo through >/mnt/data/note'");
  expect(await north.exec('cat "$1/note"', SHARED)).toBe("through");
  expect(await south.exec('su alluxio -s /bin/sh -c "$1 fs ls /note"', `${home}/bin/alluxio`)).toMatch(
    / PERSISTED .* 100% \/note$/,
  );
  await until("the job worker is registered", 30, async () =>
    (await asked("http://north:20002/api/v1/job_master/info")).includes("south"),
  );
  expect(await both((one) => one.exec("systemctl --failed --no-legend"))).toEqual(["", ""]);
}, 240_000);

test("what a killed run has left goes, and what is in use stays", async () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  const id = `gone-${pid}`;
  const labels = [`${RUN_LABEL}=${id}`, `${HOLDER_LABEL}=${JSON.stringify({ pid, host: hostname() })}`];
  await must("docker", "network", "create", ...labels.flatMap((label) => ["--label", label]), id);
  const ours = await machines.remains();
  await removeAbandoned();
  expect([await labelled(`${RUN_LABEL}=${id}`), await machines.remains()]).toEqual([[], ours]);
});

test("nothing is left of them", async () => {
  expect(await machines.remains()).toHaveLength(4);
  await north.freeze();
  await machines.remove();
  expect([await machines.remains(), existsSync(machines.keys.folder)]).toEqual([[], false]);
}, 60_000);
