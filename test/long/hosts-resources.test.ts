import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createServer, type Server } from "node:http";
import { hostConfiguration } from "../../provider/hosts/hostConfiguration";
import { hostFuseMounts } from "../../provider/hosts/hostFuseMount";
import { hostRamdisk } from "../../provider/hosts/hostRamdisk";
import { hostRelease } from "../../provider/hosts/hostRelease";
import { Hosts, type Ssh } from "../../provider/hosts/hosts";
import { hostService } from "../../provider/hosts/hostService";
import { hostSystem } from "../../provider/hosts/hostSystem";
import { LEDGERS } from "../../components/plan/hosts/ledgerNames";
import { configuration, type ConfigurationInputs } from "../../provider/resources/hosts/configuration";
import { hostFuseMount, type HostFuseMountInputs } from "../../provider/resources/hosts/fuseMount";
import { ramdisk, type RamdiskInputs } from "../../provider/resources/hosts/ramdisk";
import { release, type ReleaseInputs } from "../../provider/resources/hosts/release";
import { service, type ServiceInputs } from "../../provider/resources/hosts/service";
import { system, type SystemInputs } from "../../provider/resources/hosts/system";
import { Seal } from "../../provider/sealing";
import { SshTransport } from "../../provider/transports/ssh";
import { DEFAULT_VERSION } from "../../scripts/setup/stack-config";
import { foundOn } from "../support/found";
import type { Machine } from "../support/machine";
import { Machines } from "../support/machines";
import { targetsOf } from "../support/sshTargets";
import { StandingResources } from "../support/standing";
import { packedTarball } from "../support/tarball";
import { notes, unhealthyOf } from "../unit/provider/fakes";

/** The resources of target `hosts`, each made, broken by hand, seen, mended and taken back on machines. */
const CLUSTER = "e2e0cafe0001";
const PREFIX = "/opt/cluster";
const SETTINGS = "/etc/alluxio-test";
const RAMDISK = "/mnt/ram disk";
const MOUNT = "/mnt/data";
const UNDER_STORAGE = "/srv/under storage";
const SECRET = "canary-6b1f0a77";

let machines: Machines;
let north: Machine;
let south: Machine;
let ssh: SshTransport;
let server: Server | undefined;
let before: string[][];
const found = (): Promise<string[][]> => Promise.all([north, south].map(foundOn));
/** Scripts that were run, by host. */
const sessions: string[] = [];
const progress = notes();

const standing = new StandingResources();

let kinds: ReturnType<typeof kindsOver>;
const kindsOver = (hosts: Hosts) => ({
  configuration: configuration(hostConfiguration(hosts), new Seal()),
  fuseMount: hostFuseMount(hostFuseMounts(hosts)),
  ramdisk: ramdisk(hostRamdisk(hosts)),
  release: release(hostRelease(hosts)),
  service: service(hostService(hosts)),
  system: system(hostSystem(hosts)),
});

beforeAll(async () => {
  machines = await Machines.start({ names: ["north", "south"], memoryMiB: 2048 });
  north = machines.get("north");
  south = machines.get("south");
  ssh = new SshTransport(targetsOf(machines));
  const counted: Ssh = {
    run: (host, ...call) => {
      sessions.push(host);
      return ssh.run(host, ...call);
    },
    upload: (...call) => ssh.upload(...call),
  };
  kinds = kindsOver(new Hosts(counted));
  await north.exec('mkdir "$1" && mkdir /etc/alluxio-old && echo theirs >/etc/alluxio-old/file', UNDER_STORAGE);
  before = await found();
}, 60_000);
afterAll(async () => {
  await ssh.close();
  server?.close();
  await machines.remove();
}, 60_000);

test("release: uploaded to the one, fetched by the other; swapped files are told and put back", async () => {
  const { path, sha256, version } = await packedTarball(DEFAULT_VERSION);
  const serving = createServer((_, response) => void createReadStream(path).pipe(response));
  server = serving;
  await new Promise<void>((done) => serving.listen(0, "0.0.0.0", done));
  const { port } = serving.address() as { port: number };
  const gateway = await south.exec("ip route 2>/dev/null | sed -n 's/^default via \\([^ ]*\\).*/\\1/p'");
  const url = `http://${gateway || south.address.replace(/\d+$/, "1")}:${port}/alluxio.tar.gz`;
  const inputs = (host: string, source: ReleaseInputs["source"]): ReleaseInputs => ({
    ...{ host, clusterId: CLUSTER, version, prefix: PREFIX, source, sha256, changed: [] },
    ...{ link: `${PREFIX}/current`, linked: `${PREFIX}/alluxio-${version}` },
  });
  const wrong = kinds.release.create({
    ...{ name: "wrong", timeoutSeconds: 0, progress },
    news: { ...inputs("south", { url }), sha256: "0".repeat(64) },
  });
  expect((await unhealthyOf(wrong)).message).toContain(`its SHA-256 is ${sha256}, and ${"0".repeat(64)} is expected`);
  await Promise.all([
    standing.create("release north", kinds.release, inputs("north", { file: path })),
    standing.create("release south", kinds.release, inputs("south", { url })),
  ]);
  await standing.drift(
    north,
    "release north",
    `cd ${PREFIX}/current && jar=$(ls assembly/*.jar | head -1) && head -c 10 "$jar" >x && mv x "$jar" && echo mine >conf/masters
     touch bin/alluxio; chmod 700 libexec/alluxio-config.sh`,
    ["changed"],
  );
  expect(await north.exec(`cat ${PREFIX}/current/conf/masters; stat -c %a ${PREFIX}/current/libexec/*`)).toBe(
    "mine\n644",
  );
  await standing.drift(north, "release north", `ln -sfn /tmp ${PREFIX}/current`, ["linked"]);
}, 180_000);

const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");
const ROOT = { owner: "root", group: "root" };
const SITE = `alluxio.master.hostname=north
alluxio.master.mount.table.root.ufs=${UNDER_STORAGE}
alluxio.master.journal.folder=${SETTINGS}/journal
alluxio.master.journal.type=UFS
alluxio.master.metastore=HEAP
alluxio.master.update.check.enabled=false
alluxio.web.ui.enabled=false
alluxio.security.login.username=root
`;
const ENVIRONMENT = `ALLUXIO_JAVA_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
ALLUXIO_MASTER_JAVA_OPTS=-Xmx192m
ALLUXIO_FUSE_JAVA_OPTS="-Xmx96m -XX:MaxDirectMemorySize=128m"
`;

test("configuration: written as declared, what was there before is kept", async () => {
  const contents = {
    [`${SETTINGS}/alluxio-site.properties`]: SITE,
    [`${SETTINGS}/alluxio-env.sh`]: ENVIRONMENT,
    [`${SETTINGS}/it's "$(touch x)"`]: `${SECRET}\n\n`,
    ["/etc/alluxio-old/file"]: "ours",
  };
  const files = Object.entries(contents).map(([path, content]) => [
    path,
    { ...ROOT, mode: content.startsWith(SECRET) ? "0600" : "0644", sha256: sha256Of(content) },
  ]);
  const news: ConfigurationInputs = {
    ...{
      host: "north",
      clusterId: CLUSTER,
      contents,
      files: Object.fromEntries(files) as ConfigurationInputs["files"],
    },
    directories: { [`${SETTINGS}/journal`]: { ...ROOT, mode: "0700", disposable: true } },
  };
  await standing.create("configuration", kinds.configuration, news);
  expect(JSON.stringify(standing.get("configuration").state)).not.toContain(SECRET);
  const property = (file: string, name: string): string => `files["${SETTINGS}/${file}"].${name}`;
  await standing.drift(
    north,
    "configuration",
    `cd ${SETTINGS} && echo '#' >>alluxio-env.sh && chmod 666 alluxio-site.properties`,
    [property("alluxio-env.sh", "sha256"), property("alluxio-site.properties", "mode")],
  );
  await standing.drift(
    north,
    "configuration",
    `cd ${SETTINGS} && rm alluxio-env.sh && chown nobody alluxio-site.properties journal`,
    [
      `directories["${SETTINGS}/journal"].owner`,
      property("alluxio-env.sh", "sha256"),
      property("alluxio-site.properties", "owner"),
    ],
  );
  expect(
    await north.exec(`stat -c %a ${SETTINGS}/it*; cat ${SETTINGS}/it* /etc/alluxio-old/file; ls x 2>&1`).catch(String),
  ).toContain(`600\n${SECRET}\n\noursls: cannot access 'x'`);
}, 60_000);

test("ramdisk: of its size, grown without loss, and nobody else's is unmounted", async () => {
  const unitName = "mnt-ram\\x20disk.mount";
  const unit = (size: number) => ({
    name: unitName,
    text: `[Unit]\nDescription=Ramdisk\n[Mount]\nWhat=alluxio-${CLUSTER}\nWhere=${RAMDISK}\nType=tmpfs\nOptions=size=${size}m,mode=0750,uid=nobody\n[Install]\nWantedBy=local-fs.target\n`,
  });
  const news: RamdiskInputs = {
    ...{ host: "south", clusterId: CLUSTER, mountPoint: RAMDISK, sizeMiB: 64, unit: unit(64) },
    ...{ owner: "nobody", group: "root", mode: "0750", filesystems: ["tmpfs"], enabled: true },
  };
  await standing.create("ramdisk", kinds.ramdisk, news);
  await south.exec('echo kept >"$1/file"', RAMDISK);
  await standing.update("ramdisk", { sizeMiB: 96, unit: unit(96) });
  expect(await south.exec('cat "$1/file"; df -BM --output=size "$1" | tail -1', RAMDISK)).toMatch(/^kept\n *96M$/);
  await standing.drift(south, "ramdisk", `mount -o remount,size=32m '${RAMDISK}'; chmod 777 '${RAMDISK}'`, [
    "sizeMiB",
    "mode",
  ]);
  await standing.drift(south, "ramdisk", `systemctl disable --quiet '${unitName}'`, ["enabled"]);
  await standing.drift(south, "ramdisk", `umount '${RAMDISK}'; echo >>'/etc/systemd/system/${unitName}'`, [
    "filesystems",
    "unit.text",
  ]);
  // Somebody else's, over ours.
  await south.exec(`mount -t tmpfs theirs '${RAMDISK}' && echo theirs >'${RAMDISK}/x'`);
  expect(await standing.refresh("ramdisk")).toEqual(["filesystems"]);
  await expect(standing.update("ramdisk")).rejects.toThrow(
    `host south: ${RAMDISK} has a tmpfs (theirs) mounted that this cluster has not mounted. It is left alone: unmount it`,
  );
  expect(await south.exec(`cat '${RAMDISK}/x' && umount '${RAMDISK}'`)).toBe("theirs");
  expect(await standing.refresh("ramdisk")).toEqual([]);
}, 90_000);

const daemon = (name: string, command: string): { name: string; text: string } => ({
  name: `${name}.service`,
  text: `[Unit]\nDescription=${name}\n[Service]\nEnvironment=ALLUXIO_CONF_DIR=${SETTINGS}\nExecStart=${command}\nSuccessExitStatus=143\n[Install]\nWantedBy=multi-user.target\n`,
});

test("service: gated on its health; what is done to its unit and process is told", async () => {
  const digest = (standing.get("configuration").state as { digest?: string }).digest!;
  const news: ServiceInputs = {
    ...{ host: "north", clusterId: CLUSTER, enabled: true, condition: "running", configDigest: digest },
    ...{ configFiles: [`${SETTINGS}/alluxio-site.properties`], health: { port: 19998 }, readyTimeoutSeconds: 60 },
    unit: daemon("alluxio-master-e2e0", `${PREFIX}/current/bin/launch-process master`),
  };
  // Its journal is to be formatted by hand once, as everywhere but in a quorum.
  await north.exec(`ALLUXIO_CONF_DIR=${SETTINGS} ${PREFIX}/current/bin/alluxio formatMaster`);
  await standing.create("master", kinds.service, news);

  const broken: ServiceInputs = {
    ...{ host: "south", clusterId: CLUSTER, enabled: true, condition: "running", configDigest: "1" },
    ...{ health: { port: 7 }, readyTimeoutSeconds: 5 },
    unit: daemon("broken", `/bin/sh -c "echo the reason is this; exit 4"`),
  };
  const red = await unhealthyOf(kinds.service.create({ name: "broken", news: broken, timeoutSeconds: 0, progress }));
  expect(red.message).toMatch(/^broken\.service on host south is failed\. Its journal ends:\n[^]*the reason is this/);
  expect(red.snapshot?.state).toMatchObject({ condition: "failed" });
  standing.all.set("quick", {
    kind: kinds.service,
    inputs: broken,
    state: red.snapshot!.state,
    id: red.snapshot!.id,
  });
  const quick = `/bin/sh -c "while sleep 100; do :; done"`;
  await standing.update("quick", { unit: daemon("broken", quick), health: undefined, configFiles: ["/etc/hostname"] });
  const main = (): Promise<string> => south.exec("systemctl show -p MainPID --value broken");
  const first = await main();
  await standing.drift(south, "quick", "systemctl disable --quiet broken", ["enabled"]);
  expect(await main()).toBe(first);
  await standing.drift(south, "quick", "systemctl stop broken", ["condition"]);
  await standing.drift(south, "quick", "echo '#' >>/etc/systemd/system/broken.service", ["unit.text"]);
  await standing.drift(south, "quick", "touch /etc/hostname", ["configDigest"]);
  expect(standing.get("quick").state).toMatchObject({ configDigest: "1" });
  await standing.update("quick", { configDigest: "2" });
  await south.exec("kill -9 $(systemctl show -p MainPID --value broken); sleep 0.3");
  expect([await standing.refresh("quick"), standing.get("quick").state]).toMatchObject([
    ["condition"],
    { condition: "failed" },
  ]);
  const looping = daemon("broken", `/bin/false`).text.replace(
    "[Service]",
    "[Unit]\nStartLimitIntervalSec=0\n[Service]\nRestart=always\nRestartSec=50ms",
  );
  const loops = kinds.service.update({
    ...{ id: "south:broken.service", state: standing.get("quick").state as ServiceInputs, timeoutSeconds: 0, progress },
    news: { ...broken, unit: { name: "broken.service", text: looping } },
  });
  expect((await unhealthyOf(loops)).snapshot?.state).toMatchObject({ condition: "restarting" });
  await standing.refresh("quick");
  await standing.update("quick");
}, 90_000);

test("FUSE mount: dead, stacked and absent it is mounted once again", async () => {
  const news: HostFuseMountInputs = {
    ...{
      host: "north",
      clusterId: CLUSTER,
      mountPoint: MOUNT,
      ...ROOT,
      mode: "0755",
      enabled: true,
      configDigest: "1",
    },
    ...{ condition: "mounted", mountedAt: [MOUNT], process: "running", readyTimeoutSeconds: 60 },
    unit: daemon(
      "alluxio-fuse-e2e0",
      `${PREFIX}/current/integration/fuse/bin/alluxio-fuse mount -n -o allow_other ${MOUNT} /`,
    ),
  };
  await north.exec('echo through >"$1/note"', UNDER_STORAGE);
  await standing.create("mount", kinds.fuseMount, news);
  expect(await north.exec(`ls ${MOUNT}`)).toBe("note");
  const kill = "kill -9 $(systemctl show -p MainPID --value alluxio-fuse-e2e0); sleep 0.5";
  await standing.drift(north, "mount", kill, ["condition", "process"]);
  await standing.drift(north, "mount", `mount --bind ${MOUNT} ${MOUNT}`, ["condition"]);
  expect(await north.exec(`grep -c ' ${MOUNT} ' /proc/self/mountinfo; ls ${MOUNT}`)).toBe("1\nnote");
}, 180_000);

test("a refresh of all is one round trip a host, and a host that is off does not hide the others", async () => {
  sessions.length = 0;
  const names = [...standing.all.keys()];
  expect(await Promise.all(names.map((name) => standing.refresh(name)))).toEqual(names.map(() => []));
  expect(sessions.sort()).toEqual(["north", "south"]);
  await south.powerOff();
  const one = standing.get("ramdisk");
  const [unhealthy, seen] = await Promise.all([
    unhealthyOf(one.kind.read({ id: one.id, state: one.state, inputs: one.inputs, progress })),
    standing.refresh("configuration"),
  ]);
  expect([unhealthy.snapshot, seen]).toEqual([{ id: one.id, state: one.state }, []]);
  expect(unhealthy.message).toMatch(/^south:\/mnt\/ram disk cannot be looked at: .*host south/);
  await south.powerOn();
  await standing.refresh("quick");
  expect(await standing.refresh("ramdisk")).toEqual([]);
}, 60_000);

/** As after a destroy while the hosts were off: then their systems alone are still in the state. */
test("with its system goes all that is still on a host, and the machines are as they were found", async () => {
  const news = (host: string): SystemInputs => ({
    ...{ host, clusterId: CLUSTER, lines: [{ path: "/etc/fuse.conf", line: "user_allow_other" }] },
    user: { name: "alluxio-e2e", group: "alluxio-e2e", home: PREFIX, shell: "/usr/sbin/nologin" },
  });
  await standing.create("system north", kinds.system, news("north"));
  await standing.create("system south", kinds.system, news("south"));
  await north.exec('rm "$1/note"', UNDER_STORAGE);
  await south.exec(`echo cached >"$1/file"; touch ${PREFIX}/.alluxio-2.9.4-${CLUSTER}.tar.gz.part`, RAMDISK);
  expect(await north.exec(`ls ${MOUNT}; systemctl is-active alluxio-master-e2e0 alluxio-fuse-e2e0`)).toBe(
    "note\nactive\nactive",
  );
  expect(await standing.remove("system north")).toEqual([]);
  expect(await standing.remove("system south")).toEqual([]);
  expect(await found()).toEqual(before);
  expect(await south.exec(`ls ${LEDGERS} 2>&1 || true`)).toContain("No such file");
}, 90_000);
