import { Machines } from "../support/machines";
import type { Machine } from "../support/machine";
import { foundOn } from "../support/found";
import { SEED_PAGE } from "../support/hosts";
import { hostsSpec, SHARED_FOLDER } from "../support/hostsSpec";
import { runningUnits } from "../support/runningUnits";
import { TestStack } from "../support/testStack";

/**
 * Pulumi.alnair.yaml, the cluster of the seed page, on machines of the page's names: ramdisks in the page's proportions, a
 * thousandth of their size, and the version that set-up packs.
 */
const ONE_GIGABYTE = /^([\d.]+)GB$/;
const scaledDown = (size: string): string => `${Math.round(Number(ONE_GIGABYTE.exec(size)![1]))}MB`;
const MASTER = SEED_PAGE.masters!.hosts![0]!;
const WORKERS = SEED_PAGE.workers.flatMap(({ hosts = [], ramdisk }) =>
  hosts.map((host) => ({ host, ramdisk: scaledDown(ramdisk) })),
);
const MOUNTS = SEED_PAGE.mounts!.map(({ mountPoint }) => mountPoint!);

let machines: Machines;
let before: string[][];
const stack = new TestStack("dev", () => undefined, { plain: true });
const on = (host: string): Machine => machines.get(host);

beforeAll(async () => {
  const names = [MASTER, ...WORKERS.map(({ host }) => host)];
  machines = await Machines.start({ names, memoryMiB: 2048, sharedFolder: SHARED_FOLDER });
  // Who writes there first is the file server's business.
  await on(MASTER).exec('chmod 1777 "$1"', SHARED_FOLDER);
  before = await Promise.all(machines.all.map(foundOn));
  await stack.init();
  const { hosts: _, version: __, ...page } = SEED_PAGE;
  const workers = page.workers.map((group) => ({ ...group, ramdisk: scaledDown(group.ramdisk) }));
  stack.write(await hostsSpec(machines, { ...page, workers, underStorage: { path: SHARED_FOLDER } }));
  const up = await stack.up();
  if (up.code !== 0) throw new Error(up.output);
}, 900_000);
afterAll(async () => {
  await stack.remove();
  await machines.remove();
}, 300_000);

test("every worker has its capacity, and every mount is there", async () => {
  const said = await on(MASTER).exec(
    `curl -s http://127.0.0.1:19999/api/v1/master/info | tr '{' '\\n' | sed -n 's/.*"capacityBytes":\\([0-9]*\\).*/\\1/p'`,
  );
  const megabytes = said.split("\n").map((bytes) => Number(bytes) / 1024 ** 2);
  const wanted = WORKERS.map(({ ramdisk }) => Number(ramdisk.replace("MB", "")));
  expect(megabytes.sort((a, b) => a - b)).toEqual(wanted.sort((a, b) => a - b));
  for (const { host } of WORKERS)
    for (const mount of MOUNTS)
      expect(await on(host).exec('findmnt -n -o FSTYPE "$1"', mount)).toBe("fuse.alluxio-fuse");
}, 60_000);

test("what one host writes every other one reads, byte for byte", async () => {
  const [first, ...others] = WORKERS.map(({ host }) => on(host));
  const sum = await first!.exec('head -c 20000000 /dev/urandom >"$1/file" && sha256sum <"$1/file"', MOUNTS[0]!);
  for (const other of others) expect(await other.exec('sha256sum <"$1/file"', MOUNTS[0]!)).toBe(sum);
}, 120_000);

test("a second up changes nothing, and touches no process", async () => {
  const pids = await runningUnits(machines.all);
  const up = await stack.up("--refresh", "--expect-no-changes");
  expect(up).toMatchObject({ code: 0 });
  expect(await runningUnits(machines.all)).toEqual(pids);
}, 180_000);

const [BLUE, TITAN, SMALL] = ["blue4", "titan34", "fw0013513"];
const FUSE = MOUNTS[0]!;

test("drift on one host is shown as that, and repaired as only that", async () => {
  const pids = await runningUnits(machines.all);
  const site = "/opt/alluxio/conf/worker/alluxio-site.properties";
  await on(BLUE).exec(`echo alluxio.worker.network.reader.buffer.size=1MB >>${site}`);
  expect(await stack.drift()).toEqual([
    { op: "update", resource: "alnair-configuration-blue4", paths: [`files["${site}"].sha256`] },
    { op: "update", resource: "alnair-worker-blue4", paths: ["configDigest"] },
  ]);
  expect(await stack.up("--refresh")).toMatchObject({ code: 0 });
  expect(await stack.drift()).toEqual([]);
  const after = await runningUnits(machines.all);
  const restarted = Object.keys(after).filter((unit) => after[unit] !== pids[unit]);
  expect(restarted).toEqual(["blue4/alluxio-alnair-worker.service"]);
}, 300_000);

test("a FUSE process that is killed comes back by itself", async () => {
  const [host, unit] = [on(TITAN), "alluxio-alnair-fuse-data"];
  const pid = await host.exec(`systemctl show -p MainPID --value ${unit}`);
  await host.exec('kill -9 "$1"', pid);
  await host.exec(`until [ "$(systemctl is-active ${unit})" = active ]; do sleep 0.5; done`);
  expect(await host.exec(`systemctl show -p MainPID --value ${unit}`)).not.toBe(pid);
  expect(await host.exec('stat -f -c %T "$1" && ls "$1"', MOUNTS[1]!)).toContain("fuse");
}, 120_000);

test("a machine that is booted comes back with its ramdisk, its services and its mounts", async () => {
  const host = on(SMALL);
  await host.reboot();
  await host.exec(
    "until [ $(systemctl list-units --no-legend --plain --state=active 'alluxio-*.service' | wc -l) = 4 ]; do sleep 0.5; done",
  );
  expect(await host.exec('findmnt -n -o FSTYPE /mnt/ramdisk; findmnt -n -o FSTYPE "$1"', FUSE)).toBe(
    "tmpfs\nfuse.alluxio-fuse",
  );
  expect(await stack.drift()).toEqual([]);
}, 240_000);

test("destroyed, the machines are as they were found", async () => {
  const destroy = await stack.pulumi("destroy", "--yes", "--skip-preview");
  expect(destroy).toMatchObject({ code: 0 });
  await on(MASTER).exec('find "$1" -mindepth 1 -delete', SHARED_FOLDER);
  for (const [i, machine] of machines.all.entries()) expect(await foundOn(machine)).toEqual(before[i]);
}, 240_000);
