import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LOOK } from "../../cli/previewRefresh";
import { lookDirectly } from "../../operations/drift/directLook";
import { driftOf, exitCodeOf } from "../../operations/drift/drift";
import { EngineEvents } from "../../operations/drift/engineEvents";
import type { DriftReport, Finding } from "../../operations/drift/report";
import { inForce, PROVIDER, type Resource } from "../../operations/recovery/exported";
import { readConfig } from "../../provider/config";
import { kindsOf } from "../../provider/kinds";
import type { Properties } from "../../provider/rpc/values";
import { must, PROJECT, run, type Finished } from "../support/process";
import type { Machine } from "../support/machine";
import { Machines } from "../support/machines";
import { targetsOf } from "../support/sshTargets";
import { layout, prepare } from "../../scripts/environment.cjs";

/** What `alluxioctl drift` tells of resources of target hosts, run by Pulumi's own engine on real machines. */
const SETTINGS = "/etc/alluxio-test/settings";
const SECRET = "canary-91d0c7";
const UNIT = `[Service]
ExecStart=/bin/sleep infinity
[Install]
WantedBy=multi-user.target
`;

/** A host each: a file and a service that reads it, a ramdisk. */
const PROGRAM = `
require("tsx/cjs");
const pulumi = require("@pulumi/pulumi");
const alluxio = require("${PROJECT}/provider/classes");
const { ssh, hosts, settings, secret, unit } = JSON.parse(process.env.TEST_PROGRAM);
const provider = new alluxio.Provider("ssh", { ssh });
const root = { owner: "root", group: "root", mode: "0644" };
for (const host of hosts) {
  const on = { host, clusterId: "e2e0cafe0002" };
  const options = (...dependsOn) => ({ provider, dependsOn });
  const files = new alluxio.HostConfiguration(host + "-files", {
    ...on, provider, directories: {},
    files: { [settings]: { ...root, content: "a=1\\n" }, [settings + ".secret"]: { ...root, mode: "0600", content: pulumi.secret(secret), secret: true } },
  }, options());
  new alluxio.HostRamdisk(host + "-ramdisk", {
    ...on, ...root, mode: "0770", mountPoint: "/mnt/ramdisk", sizeMiB: 16,
    unit: { name: "mnt-ramdisk.mount", text: "[Mount]\\nWhat=alluxio-test\\nWhere=/mnt/ramdisk\\nType=tmpfs\\nOptions=size=16m,mode=0770\\n[Install]\\nWantedBy=multi-user.target\\n" },
  }, options());
  new alluxio.HostService(host + "-worker", {
    ...on, unit: { name: "alluxio-test-worker.service", text: unit }, enabled: true,
    configDigest: files.digest, configFiles: [settings], readyTimeoutSeconds: 30,
  }, options(files));
}
`;

const folder = mkdtempSync(join(tmpdir(), "alluxio-hosts-drift-"));
let machines: Machines;
let north: Machine;
let south: Machine;
let env: NodeJS.ProcessEnv;

const pulumi = (...args: string[]): Promise<Finished> =>
  run(join(PROJECT, "node_modules/.bin/pulumi"), [...args, "--stack", "test"], { env, cwd: folder });

async function drift() {
  env = { ...env, ...LOOK.env };
  const { code, stdout } = await pulumi(...LOOK.args);
  expect(stdout).not.toContain(SECRET);
  const events = new EngineEvents();
  for (const line of stdout.split("\n")) events.line(line);
  const report = driftOf("test", events.run(code === 0));
  expect(ordered(await direct())).toEqual(ordered(report));
  return { report, code: exitCodeOf(report) };
}

/** An engine tells of resources as their looks end. */
const ordered = ({ findings }: DriftReport): Finding[] =>
  findings.map((one) => ({ ...one, resources: [...one.resources].sort((a, b) => (a.name < b.name ? -1 : 1)) }));

/** The same without an engine, as `--no-plan` does. */
async function direct() {
  const { stdout } = await pulumi("stack", "export", "--show-secrets");
  const { deployment } = JSON.parse(stdout) as { deployment: { resources: Resource[] } };
  const provider = inForce(deployment.resources, PROVIDER)!;
  const config = readConfig(provider.inputs as Properties);
  try {
    return driftOf("test", await lookDirectly(kindsOf(config).resources, deployment.resources));
  } finally {
    await config.ssh.close();
  }
}

beforeAll(async () => {
  machines = await Machines.start({ names: ["north", "south"], memoryMiB: 512 });
  [north, south] = [machines.get("north"), machines.get("south")];
  mkdirSync(join(folder, "state"));
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    `name: test\nruntime: {name: nodejs, options: {typescript: false}}\nmain: program.cjs\n` +
      `plugins: {providers: [{name: alluxio, path: ${PROJECT}/provider}]}\n`,
  );
  writeFileSync(join(folder, "program.cjs"), PROGRAM);
  await must("ln", "-s", join(PROJECT, "node_modules"), join(folder, "node_modules"));
  env = {
    ...prepare({ places: layout(PROJECT), env: process.env }),
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "",
    TEST_PROGRAM: JSON.stringify({
      ssh: { stack: "test", targets: targetsOf(machines) },
      hosts: ["north", "south"],
      settings: SETTINGS,
      secret: SECRET,
      unit: UNIT,
    }),
  };
  const made = await run(join(PROJECT, "node_modules/.bin/pulumi"), ["stack", "init", "test"], { env, cwd: folder });
  expect([made.code, made.output]).toEqual([0, expect.anything()]);
  const up = await pulumi("up", "--yes", "--skip-preview", "--non-interactive");
  expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
}, 180_000);
afterAll(async () => {
  await machines.remove();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

test("as it was made: no drift", async () => {
  const { report, code } = await drift();
  expect([report.findings, report.pending, report.coverage.looked, code]).toEqual([[], [], 6, 0]);
}, 60_000);

test("a file edited, and what reads it waits for a restart; a ramdisk of another size; one host off", async () => {
  await north.exec(`sleep 1; echo b=2 >>${SETTINGS}; mount -o remount,size=8m /mnt/ramdisk`);
  await south.powerOff();
  const { report, code } = await drift();
  expect(
    report.findings.map(({ kind, name, host, properties, resources, cost }) => [
      kind,
      name,
      host,
      properties.map(({ path }) => path),
      resources.length,
      cost,
    ]),
  ).toEqual([
    ["unreachable", "host south", "south", [], 3, []],
    [
      "changed",
      `file ${SETTINGS} on north`,
      "north",
      [`files["${SETTINGS}"].sha256`],
      1,
      ["it is written as it was, and alluxio-test-worker restarts, which reads it"],
    ],
    [
      "changed",
      "ramdisk /mnt/ramdisk on north",
      "north",
      ["sizeMiB"],
      1,
      ["it is resized where it is, and keeps what it holds"],
    ],
    ["restart pending", "service alluxio-test-worker on north", "north", ["configDigest"], 1, ["it restarts"]],
  ]);
  expect(report.findings[0]!.reason).toContain("host south");
  expect(report.findings[2]!.properties[0]).toMatchObject({ desired: 16, observed: 8 });
  expect([report.pending, report.coverage.looked, report.coverage.resources, code]).toEqual([[], 3, 6, 2]);
}, 120_000);
