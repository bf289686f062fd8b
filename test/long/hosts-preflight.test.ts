import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run as runCli } from "../../cli/program";
import { checkHosts } from "../../components/plan/hosts/checkHosts";
import { demandsOf } from "../../components/plan/hosts/demands";
import { planHosts } from "../../components/plan/hosts/planHosts";
import type { ClusterConfig } from "../../components/spec/config";
import { Hosts } from "../../provider/hosts/hosts";
import { preflightProblems } from "../../provider/hosts/preflight/findingTable";
import { hostPreflight, probeHosts } from "../../provider/hosts/preflight/hostPreflight";
import { tokenFile } from "../../provider/hosts/preflight/rootToken";
import { hostPreflightKind, type HostPreflightInputs } from "../../provider/resources/hosts/preflight";
import { layout, prepare } from "../../scripts/environment.cjs";
import { SshTransport } from "../../provider/transports/ssh";
import { Machines } from "../support/machines";
import type { Machine } from "../support/machine";
import { PROJECT, run, type Finished } from "../support/process";
import { specOf } from "../support/specs";
import { targetsOf } from "../support/sshTargets";
import { notes } from "../unit/provider/fakes";

/** Preflight of target `hosts`: each fault made by hand on machines, named with its host and remedy, and nothing changed there. */
const CLUSTER = "e2e0cafe0002";
const SHARED = "/srv/under-storage";

let machines: Machines;
let north: Machine;
let south: Machine;
let ssh: SshTransport;
let before: string[];
const progress = notes();

beforeAll(async () => {
  machines = await Machines.start({ names: ["north", "south"], memoryMiB: 2048, sharedFolder: SHARED });
  north = machines.get("north");
  south = machines.get("south");
  ssh = new SshTransport(targetsOf(machines));
  await north.exec('chmod 1777 "$1"', SHARED);
  before = await found();
}, 120_000);
afterAll(async () => {
  await ssh.close();
  await machines.remove();
}, 60_000);

/** What preflight must leave as it is; with times, what it must not even write to. */
const found = ({ times = false } = {}): Promise<string[]> =>
  Promise.all(
    [north, south].map((one) =>
      one.exec(
        `cd /; find etc opt mnt srv usr/local var/lib home root -xdev -printf "%p %y %m %u:%g %l ${times ? "%C@" : ""}\n" | sort
        ls -A -l "$1"
        cut -d ' ' -f 5- /proc/self/mountinfo | grep -v '^/run/user/' | sed 's/ master:[0-9]*//' | sort
        systemctl list-unit-files --state=enabled --no-legend`,
        SHARED,
      ),
    ),
  );
const apart = (texts: readonly string[]): string[][] => texts.map((text) => text.split("\n"));

const CONFIG: ClusterConfig = {
  ...{ name: "pre", target: "hosts", masters: { hosts: ["north"] }, underStorage: { path: SHARED } },
  workers: [{ name: "w", ramdisk: "64MB", hosts: ["south"] }],
  mounts: [{ name: "data", mountPoint: "/mnt/data" }],
  heaps: { master: "64MB", jobMaster: "64MB", worker: "64MB", jobWorker: "64MB", fuse: "64MB" },
  // What the machines have.
  hosts: { libfuse: 2, release: { file: "~/alluxio.tar.gz", sha256: "0".repeat(64) } },
};
const inputsFor = (config = CONFIG): HostPreflightInputs => ({
  clusterId: CLUSTER,
  ...demandsOf(planHosts(specOf(config)), specOf(config)),
});

/** Rows of a look at both machines, as `host what: found → remedy`. */
async function look({ hosts = new Hosts(ssh), level = "refused", config = CONFIG } = {}): Promise<string[]> {
  const inputs = inputsFor(config);
  const seen = await probeHosts(hosts, inputs, ["north", "south"]);
  return checkHosts(inputs, seen, { clusterId: CLUSTER })
    .filter((one) => one.level === level)
    .map(({ host, what, found: there, remedy }) => `${host} ${what}: ${there} → ${remedy}`);
}

const kind = (): ReturnType<typeof hostPreflightKind> =>
  hostPreflightKind(hostPreflight(new Hosts(ssh)), preflightProblems);
const create = () => kind().create({ name: "preflight", news: inputsFor(), timeoutSeconds: 0, progress });

test("two machines in order: nothing is refused, and what is seen is the machines", async () => {
  const earlier = await found({ times: true });
  expect(await look()).toEqual([]);
  expect(apart(await found({ times: true }))).toEqual(apart(earlier));
  const seen = await probeHosts(new Hosts(ssh), inputsFor(), ["north", "south"]);
  expect(seen["south"]).toMatchObject({
    memory: { totalMiB: 2048 },
    java: { version: expect.stringMatching(/^11\./) as string },
    system: { architecture: "x86_64", systemd: 247 },
    peers: {
      north: { addresses: [north.address], answers: true },
      south: { addresses: [south.address] },
    },
    fuse: {
      device: "usable",
      programs: { fusermount: { setuid: true } },
      libraries: expect.arrayContaining(["libfuse.so.2"]) as string[],
    },
    root: { contents: "empty", path: SHARED },
    lacking: [],
  });
}, 90_000);

/** Each made by `break` on south, and mended. */
test.each<[string, string, string, RegExp[]]>([
  [
    "a port that a service has",
    `systemd-run --quiet --unit=squatter perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(LocalPort => 29999, Listen => 1); sleep 600'; sleep 1`,
    "systemctl stop squatter",
    [
      /^south port 29999: perl \(pid \d+, unit squatter\.service\) listens there, where worker-south should → end it \(`systemctl disable --now squatter\.service`\)/,
    ],
  ],
  [
    "/tmp full, and no place to run anything",
    "mount -t tmpfs -o size=1m,noexec tmpfs /tmp",
    "umount /tmp",
    [
      /^south disk of \/tmp: 1 of 1 MiB are free at \/tmp, 64 MiB are needed → /,
      /^south \/tmp: \/tmp is mounted with the option noexec.* → `mount -o remount,exec \/tmp`/,
    ],
  ],
  [
    "the disk full where Alluxio is to be installed",
    "mkdir -p /opt/alluxio && mount -t tmpfs -o size=2m tmpfs /opt/alluxio && head -c 2M /dev/zero >/opt/alluxio/x",
    "umount /opt/alluxio && rmdir /opt/alluxio",
    [/^south disk of \/opt\/alluxio: 0 of 2 MiB are free at \/opt\/alluxio, 512 MiB are needed → free some there/],
  ],
  [
    "Java hidden",
    "j=$(readlink -f $(command -v java)); echo $j >/run/java-was && mv $j $j.hidden",
    "j=$(cat /run/java-was) && mv $j.hidden $j && rm /run/java-was",
    [/^south Java: no java in the PATH of services → install Java 8 or 11/],
  ],
  [
    "/dev/fuse gone",
    "mv /dev/fuse /dev/fuse-was",
    "mv /dev/fuse-was /dev/fuse",
    [/^south \/dev\/fuse: is not there → `modprobe fuse`/],
  ],
  [
    "fusermount that may not mount",
    "chmod u-s $(command -v fusermount)",
    "chmod u+s $(command -v fusermount)",
    [/^south libfuse: fusermount is not setuid root/],
  ],
  [
    "something mounted at the mount point, and at the ramdisk's",
    "mkdir -p /mnt/data /mnt/ramdisk && mount -t tmpfs theirs /mnt/data && mount -t tmpfs theirs /mnt/ramdisk",
    "umount /mnt/data /mnt/ramdisk && rmdir /mnt/data /mnt/ramdisk",
    [
      /^south mount point \/mnt\/data: theirs \(tmpfs\) is mounted there already → `umount \/mnt\/data`/,
      /^south mount point \/mnt\/ramdisk: theirs/,
    ],
  ],
  [
    "another disk under the root path",
    `mount -t tmpfs other ${SHARED}`,
    `umount ${SHARED}`,
    [
      /^south under storage: it is a folder of the local tmpfs file system at \/srv\/under-storage \(other, empty\); north has a folder of the local \S+ file system/,
    ],
  ],
  [
    // A file system that nobody serves: whoever asks it waits for ever.
    "a file server that hangs",
    `systemd-run --quiet --unit=hung perl -e 'no strict; $^F = 9; open F, "+<", "/dev/fuse"; system "mount", "-i", "-t", "fuse",
      "-o", "fd=" . fileno(F) . ",rootmode=40000,user_id=0,group_id=0", "hung", "${SHARED}"; sleep 600'
    timeout 10 bash -c "until grep -q ' ${SHARED} .* hung ' /proc/self/mountinfo; do sleep 0.1; done"`,
    `systemctl stop hung; umount -l ${SHARED}`,
    [/^south under storage: \/srv\/under-storage does not answer within seconds → look at its file server/],
  ],
  [
    "the name of another host gone",
    "cp /etc/hosts /run/hosts && sed '/north/d' /run/hosts >/etc/hosts && echo hosts: files >/run/nss && mount --bind /run/nss /etc/nsswitch.conf",
    "umount /etc/nsswitch.conf && cat /run/hosts >/etc/hosts && rm /run/hosts /run/nss",
    [/^south names: north does not resolve there → add the hosts of the cluster/],
  ],
  [
    "the way to another host gone",
    // Of nobody, in the network of the machines.
    "cp /etc/hosts /run/hosts && sed 's/[.][0-9]*\\([[:space:]]*north\\)/.99\\1/' /run/hosts >/etc/hosts",
    "cat /run/hosts >/etc/hosts && rm /run/hosts",
    [/^south routing: north \([0-9.]+\.99\) cannot be reached from there: No route to host/],
  ],
])(
  "%s is named with host and remedy",
  async (_, breaks, mends, expected) => {
    await south.exec(breaks);
    const rows = await look().finally(() => south.exec(mends));
    expect([rows.length, ...rows.filter((row, i) => !expected[i]?.test(row))]).toEqual([expected.length]);
    expect(await look()).toEqual([]);
  },
  90_000,
);

test("memory that is too small, sudo revoked, another host key", async () => {
  const large = { ...CONFIG, workers: [{ ...CONFIG.workers[0]!, ramdisk: "4GB" }] };
  expect(await look({ config: large })).toEqual([
    expect.stringMatching(
      /^south memory: 2048 MiB, \d+ MiB of them free; the cluster may use \d+ MiB \(ramdisk 4096 MiB/,
    ),
  ]);
  await south.exec("mv /etc/sudoers.d/deploy /root/deploy");
  const refused = await look();
  await south.exec("mv /root/deploy /etc/sudoers.d/deploy");
  expect(refused).toEqual([
    expect.stringMatching(
      /^south sudo refused: does not let user deploy run .* → `npx alluxioctl sudoers --host south`/,
    ),
  ]);

  const swapped = targetsOf(machines).map((one) =>
    one.host === "south" ? { ...one, hostKeys: [north.hostKey] } : one,
  );
  const strange = new SshTransport(swapped);
  const changed = await look({ hosts: new Hosts(strange) }).finally(() => strange.close());
  expect(changed).toEqual([
    expect.stringMatching(
      /^south host key changed: .*hosts\.addresses\.south\.hostKey pins .* → either it was installed anew.*`npx alluxioctl trust south`/,
    ),
  ]);
}, 60_000);

test("the under storage is proved by a token, which does not stay", async () => {
  const { state } = await create();
  expect(await north.exec('ls -A "$1"', SHARED)).toBe("");
  expect(kind().diff({ state, oldInputs: inputsFor(), news: inputsFor() })).toEqual([]);

  // The token alone: that devices differ, a look would have said before.
  const access = hostPreflight(new Hosts(ssh));
  await south.exec(`mount -t tmpfs -o mode=1777 other ${SHARED}`);
  const token = await access
    .prove(inputsFor(), CLUSTER, { writers: ["north", "south"], readers: ["north", "south"] })
    .finally(() => south.exec(`umount ${SHARED}`));
  expect(token).toEqual({ writer: "north", shown: { south: false } });
  expect(await north.exec('ls -A "$1"', SHARED)).toBe("");
}, 60_000);

test("a link where the token is to lie is not followed", async () => {
  const file = tokenFile(SHARED, CLUSTER);
  await north.exec('echo theirs >/root/precious && ln -s /root/precious "$1"', file);
  await create();
  expect(await north.exec('cat /root/precious; rm /root/precious; ls -A "$1"', SHARED)).toBe("theirs");
}, 30_000);

test("a host that is off is one row, on preview too, and the others are looked at", async () => {
  await south.powerOff();
  expect(await look()).toEqual([expect.stringMatching(/^south unreachable: .* → /)]);
  const preview = kind().preview({ name: "preflight", news: inputsFor(), state: undefined });
  await expect(preview).rejects.toThrow(/nothing was touched: 1 problem on 1 of 2 hosts/);
  await south.powerOn();
  expect(await look()).toEqual([]);
}, 60_000);

describe("alluxioctl preflight", () => {
  let project: string;
  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), "alluxioctl-preflight-"));
    symlinkSync(layout(PROJECT).tools, join(project, ".tools"));
    for (const file of ["Pulumi.yaml", "package.json"]) copyFileSync(join(PROJECT, file), join(project, file));
    const addresses = targetsOf(machines).map(({ host, address, hostKeys }) => [
      host,
      { address, hostKey: hostKeys[0] },
    ]);
    const access = { user: "deploy", key: machines.keys.file, sshConfig: "none" };
    const hosts = { ...CONFIG.hosts, ...access, addresses: Object.fromEntries(addresses) as object };
    writeFileSync(
      join(project, "Pulumi.pre.yaml"),
      JSON.stringify({ config: { "alluxio:cluster": { ...CONFIG, hosts } } }),
    );
  });
  afterAll(() => rmSync(project, { recursive: true }));

  async function alluxioctl(...args: string[]) {
    const said = { out: "", err: "" };
    const out = (text: string): void => void (said.out += text);
    const err = (text: string): void => void (said.err += text);
    return { code: await runCli(args, { project, colors: false, out, err }), ...said };
  }

  test("a stack that was never up: all hosts at once, and no token is written", async () => {
    const { code, out, err } = await alluxioctl("preflight", "--stack", "pre");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("● pre can run on its 2 hosts\n");
    expect(out).toContain(`nothing was written to ${SHARED}`);
    expect(await north.exec('ls -A "$1"', SHARED)).toBe("");
  }, 30_000);

  test("a problem: exit code 1, and as JSON with host, what was found and what to do", async () => {
    await south.exec("mv /dev/fuse /dev/fuse-was");
    const { code, out } = await alluxioctl("preflight", "--stack", "pre", "--json").finally(() =>
      south.exec("mv /dev/fuse-was /dev/fuse"),
    );
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ...{ stack: "pre", cluster: "pre", fine: false, hosts: ["north", "south"] },
      problems: [{ host: "south", what: "/dev/fuse", found: "is not there", level: "refused" }],
    });
  }, 30_000);
});

test("through Pulumi's engine: a preview fails with the table, an up proves and remembers, and then nothing changes", async () => {
  const folder = mkdtempSync(join(tmpdir(), "alluxio-preflight-"));
  const file = (name: string, content: unknown): void =>
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content), { mode: 0o600 });
  const own = {
    ...{ PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_HOME: join(folder, "home"), PULUMI_STACK: undefined },
    ...{ PULUMI_CONFIG_PASSPHRASE: "", NO_COLOR: "1" },
  };
  const env = prepare({ places: layout(PROJECT), env: { ...process.env, ...own } });
  const pulumi = (...args: readonly string[]): Promise<Finished> =>
    run(layout(PROJECT).pulumi, [...args, "--non-interactive"], { cwd: folder, env });
  symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
  file("Pulumi.yaml", {
    ...{ name: "alluxio", main: "program.cjs", runtime: { name: "nodejs", options: { typescript: false } } },
    plugins: { providers: [{ name: "alluxio", path: join(PROJECT, "provider") }] },
  });
  file("inputs.json", {
    ssh: { stack: "dev", targets: targetsOf(machines) },
    preflight: inputsFor(),
  });
  file(
    "program.cjs",
    `require("tsx/cjs");
    const { HostPreflight, Provider } = require(${JSON.stringify(join(PROJECT, "provider/classes/index.ts"))});
    const { preflight, ssh } = require("./inputs.json");
    new HostPreflight("preflight", preflight, { provider: new Provider("hosts", { ssh }) });`,
  );
  try {
    expect((await pulumi("stack", "init", "dev")).code).toBe(0);
    await south.exec("mv /dev/fuse /dev/fuse-was");
    const refused = await pulumi("preview").finally(() => south.exec("mv /dev/fuse-was /dev/fuse"));
    expect([refused.code === 0, refused.output]).toEqual([
      false,
      expect.stringMatching(
        /nothing was touched: 1 problem on 1 of 2 hosts[^]*south +\/dev\/fuse +is not there +`modprobe fuse`/,
      ),
    ]);
    const preview = await pulumi("preview");
    expect([preview.code, preview.output]).toEqual([
      0,
      expect.stringContaining("the hosts can run the cluster; still:"),
    ]);
    const up = await pulumi("up", "--yes", "--skip-preview");
    expect([up.code, up.output]).toEqual([0, expect.not.stringContaining("looks the same on all")]);
    // An unchanged cluster is not looked at, not even where it could not be.
    await south.exec("mv /etc/sudoers.d/deploy /root/deploy");
    const again = await pulumi("preview", "--refresh", "--expect-no-changes").finally(() =>
      south.exec("mv /root/deploy /etc/sudoers.d/deploy"),
    );
    expect([again.code, again.output]).toEqual([0, expect.stringContaining("3 unchanged")]);
    expect((await pulumi("stack", "export")).output).not.toContain("PRIVATE KEY");
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 240_000);

test("nothing on the machines has changed", async () => {
  expect(apart(await found())).toEqual(apart(before));
});
