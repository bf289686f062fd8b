import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { readSpec } from "../../cli/stackFile";
import type { ClusterConfig } from "../../components/spec/config";
import type { Adoption } from "../../operations/adopt/adopt";
import type { ClusterFacts } from "../../operations/adopt/facts";
import { isOpenNote } from "../../operations/adopt/note";
import { DEFAULT_VERSION } from "../../scripts/setup/stack-config";
import type { Machine } from "../support/machine";
import { Machines } from "../support/machines";
import { PROJECT, succeeds, until } from "../support/process";
import { TestStack } from "../support/testStack";
import { packedTarball } from "../support/tarball";
import { alluxioctl } from "../support/terminal";

/**
 * A cluster made by hand, as the wiki page makes it: a tarball unpacked in somebody's home, files in conf, ramfs, processes
 * started by scripts, FUSE mounted by loops. `adopt` reads it as a stack file, and leaves the machines as they are.
 */
const USER = "nikunj";
const UID = 1500;
const HOME = `/home/${USER}/alluxio-${DEFAULT_VERSION}`;
const SHARED = "/nfs/alluxio";
const MOUNT = "/mnt/fuse2";
const SECRET = "canary-0b7d11c4";

let machines: Machines;
let north: Machine;
let south: Machine;
const folder = mkdtempSync(join(tmpdir(), "adopt-"));
const FILE = join(folder, "Pulumi.wiki.yaml");
const homeBefore = process.env["HOME"];

const SITE = (ramdisk: string): string => `# by hand
alluxio.master.hostname=north
alluxio.master.mount.table.root.ufs=${SHARED}
alluxio.worker.ramdisk.size=${ramdisk}
alluxio.master.metastore = HEAP
alluxio.user.file.readtype.default=CACHE_PROMOTE
alluxio.master.update.check.enabled=false
alluxio.web.ui.enabled=false
alluxio.worker.web.port=30005
s3a.secretKey=${SECRET}
`;
const ENVIRONMENT = `export ALLUXIO_JAVA_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
ALLUXIO_MASTER_JAVA_OPTS="-Xmx192m"
ALLUXIO_WORKER_JAVA_OPTS="-Xmx96m -XX:MaxDirectMemorySize=128m"
ALLUXIO_FUSE_JAVA_OPTS="-Xmx96m -XX:MaxDirectMemorySize=128m"
`;

const start = (machine: Machine, command: string): Promise<string> =>
  machine.exec(
    `setsid runuser -u ${USER} -- sh -c 'cd ${HOME} && exec ${command}' </dev/null >>/var/log/by-hand.log 2>&1 &`,
  );

async function unpack(machine: Machine, tarball: string, ramdisk: string): Promise<void> {
  await machine.put(tarball, "/tmp/alluxio.tar.gz");
  const files = {
    "alluxio-site.properties": SITE(ramdisk),
    "alluxio-env.sh": ENVIRONMENT,
    masters: "north\n",
    workers: "# both\nnorth\nsouth\n",
  };
  const encoded = Object.entries(files).flatMap(([name, text]) => [name, Buffer.from(text).toString("base64")]);
  await machine.exec(
    `set -e
    useradd --create-home --uid ${UID} --shell /bin/bash ${USER}
    tar -xzf /tmp/alluxio.tar.gz -C /home/${USER} && rm /tmp/alluxio.tar.gz
    cd ${HOME}/conf
    while [ $# -gt 0 ]; do printf %s "$2" | base64 -d >"$1"; shift 2; done
    chown -R ${USER}: /home/${USER}
    mkdir -p /mnt/ramdisk ${MOUNT} && mount -t ramfs -o size=1 ramfs /mnt/ramdisk && chmod a+w /mnt/ramdisk
    chown ${USER}: ${MOUNT} ${SHARED}
    echo user_allow_other >>/etc/fuse.conf`,
    ...encoded,
  );
}

beforeAll(async () => {
  machines = await Machines.start({ names: ["north", "south"], memoryMiB: 3072, sharedFolder: SHARED });
  north = machines.get("north");
  south = machines.get("south");
  const { path } = await packedTarball(DEFAULT_VERSION);
  await unpack(north, path, "64MB");
  await unpack(south, path, "96MB");
  await north.exec(`runuser -u ${USER} -- ${HOME}/bin/alluxio formatMaster`);
  await start(north, "bin/launch-process master");
  const answers = `curl -s -m 3 http://127.0.0.1:19999/api/v1/master/info`;
  await until("the master serves", 120, async () => (await north.tryExec(answers)).stdout.includes('"rpcAddress"'));
  await Promise.all([north, south].map((machine) => start(machine, "bin/launch-process worker")));
  await until("both workers are registered", 120, async () => {
    const { workers = [] } = JSON.parse((await north.tryExec(answers)).stdout) as { workers?: unknown[] };
    return workers.length === 2;
  });
  await start(south, `integration/fuse/bin/alluxio-fuse mount -n -o allow_other,attr_timeout=60 ${MOUNT} /`);
  const mounted = async (): Promise<boolean> =>
    (await south.exec("cat /proc/self/mountinfo")).includes("fuse.alluxio-fuse");
  await until("south has mounted", 120, mounted).catch(async (error: unknown) => {
    throw new Error(`${String(error)}\n${await south.exec("tail -n 20 /var/log/by-hand.log")}`);
  });
  await south.exec(`runuser -u ${USER} -- sh -c 'echo data >${MOUNT}/file'`);
  await south.exec(
    `echo persisted >/tmp/persisted && cd ${HOME} && runuser -u ${USER} -- bin/alluxio fs \
      -Dalluxio.user.file.writetype.default=CACHE_THROUGH copyFromLocal /tmp/persisted /persisted && rm /tmp/persisted`,
  );

  mkdirSync(join(folder, ".ssh"));
  writeFileSync(join(folder, ".ssh/key"), machines.keys.user.private, { mode: 0o600 });
  const blocks = machines.all.map(
    ({ name, address, user }) =>
      `Host ${name}\n  HostName ${address}\n  User ${user}\n  IdentityFile ${folder}/.ssh/key\n`,
  );
  writeFileSync(join(folder, ".ssh/config"), blocks.join(""));
  process.env["HOME"] = folder;
}, 600_000);
let stack: TestStack | undefined;
afterAll(async () => {
  await stack?.remove();
  process.env["HOME"] = homeBefore;
  rmSync(folder, { recursive: true });
  await machines.remove();
}, 60_000);

/** All that adopt could have changed; what the running cluster writes by itself is left out. */
const found = (): Promise<string[]> =>
  Promise.all(
    [north, south].map((machine) =>
      machine.exec(`find /etc /opt /home /mnt /srv /tmp /root /usr/local /var/lib /run/sudo -xdev \\
          -not -path '${HOME}/journal*' -not -path '${HOME}/logs/*' -not -path '${HOME}/metastore*' -not -path '/tmp/hsperf*' \\
          -not -path '/tmp/liblog*' -printf '%p %y %m %u:%g %s %T@ %l\\n' 2>/dev/null | sort
        find ${HOME}/logs/user
        cut -d ' ' -f 5- /proc/self/mountinfo | grep -v '^/run/user/' | sort
        pgrep -f alluxio[.] | xargs -n 1 -I {} cut -d ' ' -f 1,22 /proc/{}/stat | sort
        systemctl list-unit-files --state=enabled --no-legend`),
    ),
  );

const adopt = (...more: string[]) =>
  alluxioctl(PROJECT, "adopt", "--master", "north", "--stack", "wiki", "--out", FILE, ...more);

test("a host whose key nobody knows is not connected to, and the way out is told", async () => {
  const { code, out, err } = await adopt();
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain(`host north (${north.address}:22) has no key in ${folder}/.ssh/known_hosts`);
  expect(err).toContain("ssh-keyscan");
});

test("the cluster is read as it stands, and nothing is changed", async () => {
  writeFileSync(join(folder, ".ssh/known_hosts"), machines.knownHosts());
  const before = await found();
  const { code, out, err } = await adopt("--json");
  expect((await found()).map((text) => text.split("\n"))).toEqual(before.map((text) => text.split("\n")));
  expect([code, err]).toEqual([1, ""]);
  const text = readFileSync(FILE, "utf8");
  expect(out + text).not.toContain(SECRET);

  const { facts, file, ...adoption } = JSON.parse(out) as Adoption & { facts: ClusterFacts; file: string };
  expect([file, adoption.problems]).toEqual([FILE, []]);
  expect(adoption.config).toEqual({
    name: "wiki",
    target: "hosts",
    version: DEFAULT_VERSION,
    masters: { hosts: ["north"], journal: { path: `${HOME}/journal` } },
    workers: [
      { name: "ramdisk-64mb", ramdisk: "64MB", hosts: ["north"] },
      { name: "ramdisk-96mb", ramdisk: "96MB", hosts: ["south"] },
    ],
    underStorage: { path: SHARED },
    mounts: [{ name: "fuse2", mountPoint: MOUNT, workers: ["ramdisk-96mb"], options: ["attr_timeout=60"] }],
    properties: { "alluxio.master.metastore": "HEAP", "alluxio.user.file.readtype.default": "CACHE_PROMOTE" },
    heaps: { master: "192MB", worker: "96MB", fuse: "96MB" },
    jvmOptions: ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
    ports: { workerWeb: 30005 },
    hosts: {
      addresses: { north: { hostKey: north.hostKey }, south: { hostKey: south.hostKey } },
      prefix: "/opt/alluxio",
      java: { home: expect.stringMatching(/^\/usr\/lib\/jvm\//) as string },
      service: { user: USER, uid: UID, gid: UID },
      libfuse: 2,
    },
  });
  expect(adoption.notes.filter(isOpenNote).map(({ kind, about, found: seen }) => [kind, about, seen])).toEqual([
    // No job workers run that would write it to the under storage.
    ["decision", "files in the caches", "1 of 2 not persisted"],
    [
      "decision",
      `under storage ${SHARED}`,
      facts.hosts["north"]!.mounts.find(({ mountPoint }) => mountPoint === SHARED)!.type,
    ],
    ["not adopted", "s3a.secretKey", "on north and south"],
  ]);
  const changes = adoption.notes
    .filter(({ kind }) => kind === "difference")
    .map(({ about, found: from, ours }) => [about, from, ours]);
  for (const change of [
    ["ramdisk of north", "ramfs at /mnt/ramdisk", "tmpfs of 64MB at /mnt/ramdisk"],
    ["ramdisk of south", "ramfs at /mnt/ramdisk", "tmpfs of 96MB at /mnt/ramdisk"],
    ["start of the processes", "by scripts", "units of systemd"],
    ["processes", "do not run", "job-master, job-worker-north, job-worker-south"],
    ["alluxio.user.file.writetype.default", "not set", "CACHE_THROUGH"],
    ["alluxio.web.ui.enabled", "false", "not set"],
  ])
    expect(changes).toContainEqual(change);

  const cluster = (parse(text) as { config: Record<string, unknown> }).config["alluxio:cluster"];
  expect(cluster).toEqual(adoption.config);
  expect(() => readSpec(PROJECT, "wiki", FILE)).not.toThrow();
}, 300_000);

test("the file that is there now is not written over, and a user without sudo sees what is his", async () => {
  expect(await adopt()).toMatchObject({
    code: 2,
    err: expect.stringContaining("exists, and is left as it is") as string,
  });
  for (const machine of machines.all) {
    await machine.exec(
      `install -d -m 700 -o ${USER} -g ${USER} /home/${USER}/.ssh && install -m 600 -o ${USER} /root/.ssh/authorized_keys /home/${USER}/.ssh/`,
    );
  }
  const { code, out, err } = await adopt("--user", USER, "--out", join(folder, "second.yaml"), "--json");
  expect([code, err]).toEqual([1, ""]);
  const { facts, config } = JSON.parse(out) as Adoption & { facts: ClusterFacts };
  expect(Object.values(facts.hosts).map(({ asRoot }) => asRoot)).toEqual([false, false]);
  const first = (parse(readFileSync(FILE, "utf8")) as { config: { "alluxio:cluster": Adoption["config"] } }).config[
    "alluxio:cluster"
  ];
  expect(config).toEqual({ ...first, hosts: { ...first.hosts, user: USER } });
}, 300_000);

test("stopped, it is known by its files: the same but for what only runs", async () => {
  for (const machine of machines.all) {
    await machine.exec(
      `kill -9 $(pgrep -u ${USER} -f alluxio[.]); while pgrep -u ${USER} -f alluxio[.] >/dev/null; do sleep 0.2; done
      umount -l ${MOUNT} 2>/dev/null || true`,
    );
  }
  expect(await adopt("--out", join(folder, "third.yaml"))).toMatchObject({
    code: 2,
    err: expect.stringContaining(
      "no process of Alluxio runs on host north: name the directory of Alluxio there with --home",
    ) as string,
  });
  const { code, out, err } = await adopt("--out", join(folder, "third.yaml"), "--home", HOME, "--json");
  expect([code, err]).toEqual([1, ""]);
  const { config, notes } = JSON.parse(out) as Adoption;
  const running = (parse(readFileSync(FILE, "utf8")) as { config: { "alluxio:cluster": Adoption["config"] } }).config[
    "alluxio:cluster"
  ];
  const { mounts: _, ...rest } = running;
  const { addresses, prefix } = running.hosts!;
  expect(config).toEqual({
    ...rest,
    heaps: { master: "192MB", worker: "96MB" },
    hosts: { addresses, prefix, service: { user: USER } },
  });
  expect(notes).toContainEqual(expect.objectContaining({ kind: "decision", about: "files in the caches" }));
}, 120_000);

test("an up takes it over once that is confirmed: every path and every persisted byte is there", async () => {
  const adopted = (parse(readFileSync(FILE, "utf8")) as { config: Record<string, ClusterConfig> }).config[
    "alluxio:cluster"
  ]!;
  const { path, sha256 } = await packedTarball(DEFAULT_VERSION);
  const cluster = new TestStack("dev", () => undefined, { plain: true });
  stack = cluster;
  await cluster.init();
  cluster.write({
    ...adopted,
    hosts: { ...adopted.hosts, release: { file: path, sha256 } },
  });
  for (const machine of machines.all) await machine.exec("umount /mnt/ramdisk");
  const journal = (): Promise<string> => north.exec(`cd ${HOME}/journal && find . -type f -exec sha256sum {} + | sort`);
  const before = await journal();

  const refused = await cluster.up();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain(`takeover: take over the journal ${HOME}/journal on host north`);
  expect(await journal()).toBe(before);
  expect((await north.tryExec("systemctl list-unit-files --no-legend 'alluxio-*'")).stdout).toBe("");

  const asked = /add to the spec: confirm: \["([^"]+)"\]/.exec(refused.output)![1]!;
  cluster.edit((config) => (config.confirm = [asked]));
  succeeds(await cluster.up());
  expect(await south.exec(`ls ${MOUNT} && cat ${MOUNT}/persisted`)).toBe("file\npersisted\npersisted");
  cluster.edit((config) => delete config.confirm);
  succeeds(await cluster.up());
  succeeds(await cluster.up("--refresh", "--expect-no-changes"));

  succeeds(await cluster.pulumi("destroy", "--yes", "--skip-preview"));
  expect(await north.exec(`ls ${HOME}/journal/raft | wc -l; stat -c %U ${HOME}/journal`)).toBe(`1\n${USER}`);
}, 600_000);
