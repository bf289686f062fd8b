import { join } from "node:path";
import type { Status } from "../../operations/report";
import { foundOn } from "../support/found";
import { hostsSpec, SHARED_FOLDER } from "../support/hostsSpec";
import type { Machine } from "../support/machine";
import { Machines } from "../support/machines";
import { PROJECT, run, until, type Finished } from "../support/process";
import { TestStack } from "../support/testStack";

/** The commands of day two on target hosts: `up` after a killed run, `status` of what goes wrong, `down`. */
const WORKER = "alluxio-dev-worker.service";
const FUSE = "alluxio-dev-fuse-data.service";
const MIB = 1024 ** 2;
const RECOVERED_SECONDS = 120;

let machines: Machines;
let north: Machine;
let south: Machine;
let before: string[][];
const stack = new TestStack("dev", () => undefined, { plain: true });

const alluxioctl = (verb: string, ...args: string[]): Promise<Finished> =>
  run(join(PROJECT, "node_modules/.bin/alluxioctl"), [verb, "--stack", stack.name, ...args], {
    env: stack.env,
    cwd: PROJECT,
  });
const stackFile = (): string[] => ["--stack-file", join(stack.folder, "Pulumi.dev.yaml")];

async function look(): Promise<{ readonly code: number | null; readonly status: Status; readonly text: string }> {
  const { code, stdout, output } = await alluxioctl("status", ...stackFile(), "--json");
  if (!stdout.startsWith("{")) throw new Error(output);
  return { code, status: JSON.parse(stdout) as Status, text: stdout };
}
const untilHealthy = (what: string): Promise<void> =>
  until(what, RECOVERED_SECONDS, async () => (await look()).status.healthy);
const problemsOf = ({ problems }: Status): string[] => problems.map(({ subject, found }) => `${subject}: ${found}`);

beforeAll(async () => {
  machines = await Machines.start({ names: ["north", "south"], memoryMiB: 2048, sharedFolder: SHARED_FOLDER });
  [north, south] = [machines.get("north"), machines.get("south")];
  await north.exec('chmod 1777 "$1"', SHARED_FOLDER);
  before = await Promise.all(machines.all.map(foundOn));
  await stack.init();
  stack.write(
    await hostsSpec(machines, {
      masters: { hosts: ["north"] },
      workers: [{ name: "small", ramdisk: "64MB", hosts: ["south"] }],
      mounts: [{ name: "data", mountPoint: "/mnt/data" }],
    }),
  );
}, 120_000);
afterAll(async () => {
  await stack.remove();
  await machines.remove();
}, 300_000);

test("what a killed up was making, the next one goes on with", async () => {
  await stack.killedUp("dev-worker-south", 1000);
  const up = await alluxioctl("up", ...stackFile());
  expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
  expect(up.stdout).toMatch(/^Looks again at what it had begun and not ended: .*creating dev-worker-south/m);
  const again = await stack.up("--expect-no-changes", "--refresh");
  expect([again.code, again.code === 0 ? "" : again.output]).toEqual([0, ""]);
}, 900_000);

test("all is well, in words that hosts have", async () => {
  await untilHealthy("the cluster is healthy");
  const { code, status } = await look();
  expect([code, status.problems]).toEqual([0, []]);
  expect(status).toMatchObject({
    ...{ target: "hosts", healthy: true },
    hosts: [
      { name: "north", state: "reached" },
      { name: "south", state: "reached" },
    ],
    masters: [{ name: "master-1", role: "leader", address: "north:19998" }],
    workers: [{ name: "south", state: "active", capacityBytes: 64 * MIB }],
    mounts: [{ name: "data", host: "south", mountPoint: "/mnt/data", condition: "mounted", healthy: true }],
  });
  expect(status.processes.map(({ name, host, state, health }) => [name, host, state, health])).toContainEqual([
    ...["job-worker-south", "south", "running", "healthy"],
  ]);
  const { stdout } = await alluxioctl("status", ...stackFile());
  expect(stdout).toContain("2 of 2 answer");
  expect(stdout).not.toMatch(/container|docker/i);
}, 300_000);

test("a worker that is stopped", async () => {
  await south.exec(`systemctl stop ${WORKER}`);
  const { code, status } = await look();
  expect(code).toBe(1);
  expect(problemsOf(status)).toEqual([expect.stringContaining(`unit ${WORKER} on host south is stopped`)]);
  expect(status.problems[0]!.hint).toContain(`\`sudo journalctl -n 20 -u ${WORKER}\` on south`);
  await south.exec(`systemctl start ${WORKER}`);
  await untilHealthy("the worker is back");
}, 300_000);

test("a mount that nobody serves any more, and the command that heals it", async () => {
  await south.exec(
    `folder=/run/systemd/system/${FUSE}.d && mkdir -p "$folder" && printf '[Service]\\nRestart=no\\nExecStopPost=\\n' >"$folder/stay.conf"
     systemctl daemon-reload && kill -9 $(systemctl show -p MainPID --value ${FUSE})
     while systemctl is-active --quiet ${FUSE}; do sleep 0.2; done
     rm -r "$folder" && systemctl daemon-reload`,
  );
  const { code, status } = await look();
  expect(code).toBe(1);
  expect(status.mounts).toMatchObject([{ host: "south", condition: "dead" }]);
  expect(problemsOf(status)).toEqual([
    `mount data on south: mounted, but nothing answers; unit ${FUSE} on host south is failed`,
  ]);
  const up = await stack.up("--refresh");
  expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
  await untilHealthy("it is mounted again");
}, 400_000);

test("a host that is off is one problem, and the rest is told", async () => {
  await south.powerOff();
  const { code, status } = await look();
  expect(code).toBe(1);
  expect(status.problems.map(({ subject }) => subject)).toEqual(["host south"]);
  expect(status.problems[0]!.found).toMatch(/Out of sight with it: worker-south, job-worker-south, fuse-data@south$/);
  expect(status.masters).toMatchObject([{ role: "leader" }]);
  expect(status.hosts).toMatchObject([{ state: "reached" }, { state: "unreachable" }]);

  await north.freeze();
  const none = await alluxioctl("status", ...stackFile());
  await north.thaw();
  expect([none.code, none.stdout]).toEqual([2, ""]);
  expect(none.output).toContain("none of 2 hosts can be asked: host north");
  await south.powerOn();
  await untilHealthy("what starts at a boot has started");
}, 300_000);

test("down says what goes, and takes it back", async () => {
  const down = await alluxioctl("down", "--yes");
  expect([down.code, down.code === 0 ? "" : down.output]).toEqual([0, ""]);
  expect(down.stdout).toContain("will be destroyed on 2 hosts");
  expect(down.stdout).toContain(`${SHARED_FOLDER}, the root under storage (every persisted file)`);
  await north.exec('find "$1" -mindepth 1 -delete', SHARED_FOLDER);
  for (const [i, machine] of machines.all.entries()) expect(await foundOn(machine)).toEqual(before[i]);
}, 400_000);

test("down also takes back what a killed up was making", async () => {
  await stack.killedUp("dev-master-1", 1000);
  const down = await alluxioctl("down", "--yes");
  expect([down.code, down.code === 0 ? "" : down.output]).toEqual([0, ""]);
  expect(down.stdout).toMatch(/creating dev-master-1/);
  await north.exec('find "$1" -mindepth 1 -delete', SHARED_FOLDER);
  for (const [i, machine] of machines.all.entries()) expect(await foundOn(machine)).toEqual(before[i]);
}, 600_000);
