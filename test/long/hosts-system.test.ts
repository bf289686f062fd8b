import { createHash } from "node:crypto";
import {
  chmodSync,
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostConfiguration } from "../../provider/hosts/hostConfiguration";
import { hostJava } from "../../provider/hosts/hostJava";
import { Hosts } from "../../provider/hosts/hosts";
import { hostSystem } from "../../provider/hosts/hostSystem";
import { LEDGERS } from "../../components/plan/hosts/ledgerNames";
import { configuration } from "../../provider/resources/hosts/configuration";
import { java, type JavaInputs } from "../../provider/resources/hosts/java";
import { Untouched } from "../../provider/resources/hosts/onHost";
import { system, type SystemInputs } from "../../provider/resources/hosts/system";
import type { ResourceKind } from "../../provider/rpc/resource";
import { Seal } from "../../provider/sealing";
import { SshTransport } from "../../provider/transports/ssh";
import type { Machine } from "../support/machine";
import { Machines } from "../support/machines";
import { must } from "../support/process";
import { targetsOf } from "../support/sshTargets";
import { StandingResources } from "../support/standing";
import { notes, unhealthyOf } from "../unit/provider/fakes";

/** The service user, lines of system files and Java on a machine: made, broken by hand, seen, mended and taken back. */
const CLUSTER = "e2e0cafe0002";
const OTHER = "e2e0cafe0003";
const PREFIX = "/opt/cluster";
const USER = { name: "alluxio", uid: 1230, group: "alluxio", gid: 1231, home: `${PREFIX}/work` };
const SHELL = "/usr/sbin/nologin";
const FUSE = { path: "/etc/fuse.conf", line: "user_allow_other" };
const OPEN = { path: "/etc/test-open.conf", line: "ours = 1" };
const MADE = { path: "/etc/test-made/made.conf", line: 'it\'s "$(touch /x)"' };

let machines: Machines;
let north: Machine;
let ssh: SshTransport;
let server: Server | undefined;
let before: string[];
const folder = mkdtempSync(join(tmpdir(), "hosts-system-"));

const standing = new StandingResources();
let kinds: ReturnType<typeof kindsOver>;
const kindsOver = (hosts: Hosts) => ({
  configuration: configuration(hostConfiguration(hosts), new Seal()),
  java: java(hostJava(hosts)),
  system: system(hostSystem(hosts)),
});

beforeAll(async () => {
  machines = await Machines.start({ names: ["north"], memoryMiB: 1024 });
  north = machines.get("north");
  ssh = new SshTransport(targetsOf(machines));
  kinds = kindsOver(new Hosts(ssh));
  await north.exec(
    `printf 'a\\nb' >${OPEN.path}; chown nobody ${OPEN.path}; chmod 640 ${OPEN.path}; mkdir -p /opt /srv
     useradd --uid 1500 --create-home --shell /bin/bash theirs; groupadd --gid 1501 keeper`,
  );
  before = await found();
}, 60_000);
afterAll(async () => {
  await ssh.close();
  server?.close();
  rmSync(folder, { recursive: true });
  await machines.remove();
}, 60_000);

/** What is on the machine: files with owners and contents, and accounts. The tools keep a copy beside what they change. */
const found = async (): Promise<string[]> =>
  (
    await north.exec(`cd /; find etc opt srv home var/lib var/mail -xdev ! -name '*-' -printf '%p %y %m %u:%g %l\\n' | sort
      find etc -xdev -type f ! -name '*-' | sort | xargs -d '\\n' sha256sum`)
  ).split("\n");

/** Makes it, and nothing is said about it. */
async function create<I extends object, S extends I>(name: string, kind: ResourceKind<I, S>, news: I): Promise<void> {
  expect(await standing.create(name, kind, news)).toEqual([]);
}
/** Breaks something by hand, sees exactly that, and mends it without a word. */
async function drift(name: string, script: string, paths: string[]): Promise<void> {
  expect(await standing.drift(north, name, script, paths)).toEqual([]);
}

const systemOf = (user: Partial<SystemInputs["user"]> = {}, clusterId = CLUSTER): SystemInputs => ({
  ...{ host: "north", clusterId, lines: [FUSE, OPEN, MADE] },
  user: { ...USER, shell: SHELL, ...user },
});
/** A create that is refused leaves everything as it was. */
async function refused(news: SystemInputs, message: string): Promise<void> {
  const was = await found();
  const refusal = await kinds.system
    .create({ name: "refused", news, timeoutSeconds: 0, progress: notes() })
    .catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Untouched);
  expect((refusal as Untouched).message).toContain(message);
  expect(await found()).toEqual(was);
}

test("what does not fit is refused, and nothing is touched", async () => {
  await refused(
    systemOf({ name: "theirs" }),
    "host north: user theirs is there with number 1500, and not with 1230: this cluster has not made it, and leaves it as it is. Set hosts.service.uid to 1500",
  );
  await refused(systemOf({ group: "keeper" }), "group keeper is there with number 1501, and not with 1231");
  await refused(
    systemOf({ uid: 1500 }),
    "cannot have number 1500, which is that of user theirs: choose another one in",
  );
  await refused(systemOf({ gid: 1501 }), "cannot have number 1501, which is that of group keeper");
  await refused(systemOf({ shell: "/bin/zsh" }), "/bin/zsh is not there");
  await refused({ ...systemOf(), lines: [FUSE, { path: "/etc/ssh", line: "x" }] }, "/etc/ssh is no file");
}, 60_000);

test("user and lines: made, and each drift is told and mended as that alone", async () => {
  await create("system", kinds.system, systemOf());
  expect(
    await north.exec("getent passwd alluxio; getent group alluxio; passwd --status alluxio | cut -d ' ' -f 2"),
  ).toBe(`alluxio:x:1230:1231::${PREFIX}/work:${SHELL}\nalluxio:x:1231:\nL`);
  expect(
    await north.exec(`ls ${PREFIX} /x 2>&1; cat ${OPEN.path} ${MADE.path}; stat -c '%U %a' ${OPEN.path}`).catch(String),
  ).toContain(`a\nb\n${OPEN.line}\n${MADE.line}\nnobody 640`);
  await drift("system", "userdel alluxio", ["user.group", "user.name"]);
  await drift("system", "usermod --shell /bin/bash --home /tmp alluxio", ["user.home", "user.shell"]);
  await drift("system", "usermod --uid 1300 alluxio", ["user.uid"]);
  await drift("system", "groupmod --gid 1301 alluxio", ["user.gid"]);
  await drift("system", "usermod --gid nogroup alluxio", ["user.group"]);
  await drift("system", `sed -i '/^${FUSE.line}$/d' ${FUSE.path}; rm ${MADE.path}`, ["lines"]);
}, 120_000);

test("while processes run as it, its number and home stay, and it is not removed", async () => {
  await north.exec("systemd-run --quiet --unit at-work --uid alluxio sleep 1000");
  await north.exec(`sed -i 's,:${PREFIX}/work:,:/tmp:,' /etc/passwd`);
  expect(await standing.refresh("system")).toEqual(["user.home"]);
  await expect(standing.update("system")).rejects.toThrow(
    /^host north: user alluxio has been given another number or home, .* while processes run as it: \d+ \(sleep\)\. Stop them/,
  );
  const { kind, state, id } = standing.get("system");
  await expect(kind.delete({ id, state, timeoutSeconds: 0, progress: notes() })).rejects.toThrow(
    /user alluxio cannot be removed while processes run as it: \d+ \(sleep\)\. End them, and run the same command again/,
  );
  expect(await north.exec("id -u alluxio")).toBe("1230");
  await north.exec("systemctl stop at-work");
  expect(await standing.refresh("system")).toEqual(["user.home"]);
  expect(await standing.update("system")).toEqual([]);
}, 60_000);

test("another user: the old one stays as long as files or processes are its own", async () => {
  await north.exec("systemd-run --quiet --unit at-work --uid alluxio sleep 1000");
  const other = systemOf({ ...USER, name: "tachyon", uid: 1240, group: "tachyon", gid: 1241 });
  expect(await standing.update("system", { user: other.user, lines: [FUSE] })).toEqual([
    "warning: north keeps user alluxio, as whom processes run",
    "warning: north keeps group alluxio, which alluxio is in",
  ]);
  expect(await north.exec(`ls ${MADE.path} 2>&1; cat ${OPEN.path}`).catch(String)).toContain("a\nb");
  await north.exec("systemctl stop at-work");
  expect(await standing.update("system")).toEqual([]);
  expect(await north.exec("getent passwd alluxio; getent group alluxio; getent passwd 1240 | cut -d : -f 1")).toBe(
    "tachyon",
  );
  await expect(standing.update("system", { user: { ...other.user, uid: 1250 } })).rejects.toThrow(
    "user tachyon has number 1240, by which its files are known, and 1250 is declared: set hosts.service.uid to 1240",
  );
  expect(await standing.remove("system")).toEqual([]);
}, 60_000);

test("without a declared number it keeps the one that the host has picked", async () => {
  // Their numbers are the first that a host picks anew.
  await north.exec("useradd --system --user-group early");
  const { uid: _, gid: __, ...user } = systemOf().user;
  await create("system", kinds.system, { ...systemOf(), user });
  const numbers = (): Promise<string> => north.exec("id -u alluxio; id -g alluxio");
  const first = await numbers();
  await north.exec('userdel alluxio; useradd --uid "$1" --gid nogroup --no-create-home thief', first.split("\n")[0]!);
  expect(await standing.refresh("system")).toEqual(["user.group", "user.name"]);
  await expect(standing.update("system")).rejects.toThrow(
    "which is that of user thief: choose another one in hosts.service.uid",
  );
  await north.exec("userdel thief; userdel early");
  expect(await standing.update("system")).toEqual([]);
  expect(await numbers()).toBe(first);
  expect(await standing.remove("system")).toEqual([]);
}, 60_000);

test("a user and a group that were there are used as they are, and stay", async () => {
  const { uid: _, gid: __, ...user } = systemOf({ name: "theirs", group: "theirs" }).user;
  await create("theirs", kinds.system, { ...systemOf(), user });
  const keeper = systemOf({ name: "keeper", group: "keeper", gid: 1501 }, OTHER);
  await create("keeper", kinds.system, { ...keeper, lines: [] });
  await north.exec("userdel theirs");
  expect(await standing.refresh("theirs")).toEqual(["user.group", "user.name"]);
  await expect(standing.update("theirs")).rejects.toThrow(
    "group theirs was there before this cluster, with number 1500, and is gone: make it again, or wait until",
  );
  await north.exec("useradd --uid 1500 --no-create-home --shell /bin/bash theirs");
  expect(await standing.refresh("theirs")).toEqual([]);
  expect([await standing.remove("theirs"), await standing.remove("keeper")]).toEqual([[], []]);
  const left = "getent group keeper; getent passwd keeper; getent passwd theirs | cut -d : -f 3,7";
  expect(await north.exec(left)).toBe("keeper:x:1501:\n1500:/bin/bash");
  // Its lines are elsewhere in the files now.
  before = await found();
}, 60_000);

test("two clusters share a user and lines: the last one takes them away", async () => {
  const work = "/opt/other/work";
  await create("one", kinds.system, systemOf());
  await create("two", kinds.system, systemOf({ home: work }, OTHER));
  expect(await standing.remove("one")).toEqual([]);
  expect(await standing.refresh("two")).toEqual([]);
  expect(await north.exec(`getent passwd alluxio; grep -c '^${FUSE.line}$' ${FUSE.path}`)).toBe(
    `alluxio:x:1230:1231::${PREFIX}/work:${SHELL}\n1`,
  );
  expect(await standing.remove("two")).toEqual([]);
  expect(await found()).toEqual(before);
}, 60_000);

test("where files stay, the user stays too, and goes with them", async () => {
  const journal = "/srv/journal";
  const directories = { [journal]: { owner: "alluxio", group: "alluxio", mode: "0700" } };
  const kept = { host: "north", clusterId: CLUSTER, directories, files: {}, contents: {} };
  for (const full of [true, false]) {
    await create("system", kinds.system, systemOf());
    await create("configuration", kinds.configuration, kept);
    await north.exec(full ? `echo edits >${journal}/log` : `rm -r ${journal}/log`);
    expect([(await standing.remove("configuration")).length, await standing.remove("system")]).toEqual(
      full
        ? [
            1,
            [
              `warning: north keeps user alluxio, to whom ${journal} belongs`,
              "warning: north keeps group alluxio, which alluxio is in",
            ],
          ]
        : [0, []],
    );
  }
  expect(await found()).toEqual(before);
}, 60_000);

/** A folder with a JRE in it, or with what is none, as a tarball. */
async function packed(name: string, program?: string): Promise<{ file: string; sha256: string }> {
  const home = join(folder, name, "jdk-11-jre");
  for (const part of ["bin", "conf/security", "lib/server"]) mkdirSync(join(home, part), { recursive: true });
  writeFileSync(join(home, "conf/security/java.security"), "securerandom.source=file:/dev/random\n");
  writeFileSync(join(home, "lib/modules"), Buffer.concat([Buffer.alloc(3 << 20), Buffer.from(`modules of ${name}`)]));
  symlinkSync("../lib/modules", join(home, "bin/it's linked"));
  if (program !== undefined) {
    writeFileSync(join(home, "bin/java"), program);
    chmodSync(join(home, "bin/java"), 0o755);
  }
  const file = join(folder, `${name}.tar.gz`);
  await must("tar", "-czf", file, "-C", join(folder, name), "jdk-11-jre");
  return { file, sha256: createHash("sha256").update(readFileSync(file)).digest("hex") };
}
const RUNS = "#!/bin/sh\necho 'openjdk version \"11\"' >&2\n";

const javaOf = (source: JavaInputs["source"], sha256: string): JavaInputs => ({
  ...{ host: "north", clusterId: CLUSTER, home: `${PREFIX}/java-${sha256.slice(0, 12)}` },
  ...{ source, sha256, changed: [] },
});

test("Java: what is none, or does not run here, is refused", async () => {
  for (const [name, program, message] of [
    ["none", undefined, "the archive is no Java: below its one top folder it has no bin/java that can be run"],
    ["foreign", "\x7fELF of another processor", /the Java of the archive does not run on this host, a \w+: /],
  ] as const) {
    const { file, sha256 } = await packed(name, program);
    const news = javaOf({ file }, sha256);
    const failed = await unhealthyOf(kinds.java.create({ name, news, timeoutSeconds: 0, progress: notes() }));
    expect(failed.message).toMatch(message);
    expect(failed.snapshot?.state).toMatchObject({ sha256: "missing" });
    await kinds.java.delete({
      id: "x",
      state: failed.snapshot!.state as JavaInputs,
      timeoutSeconds: 0,
      progress: notes(),
    });
  }
  const { file, sha256 } = await packed("strange", RUNS);
  const news = javaOf({ file }, sha256);
  await north.exec(`mkdir -p '${news.home}'`);
  await expect(kinds.java.create({ name: "x", news, timeoutSeconds: 0, progress: notes() })).rejects.toThrow(Untouched);
  await north.exec(`rmdir '${news.home}' ${PREFIX}`);
  expect(await found()).toEqual(before);
}, 60_000);

test("Java: unpacked without its top folder; swapped files are told and put back; another one stands beside it", async () => {
  const [eleven, next] = [await packed("eleven", RUNS), await packed("next", RUNS)];
  const serving = createServer((_, response) => void createReadStream(next.file).pipe(response));
  server = serving;
  await new Promise<void>((done) => serving.listen(0, "0.0.0.0", done));
  const { port } = serving.address() as { port: number };
  const gateway = await north.exec("ip route 2>/dev/null | sed -n 's/^default via \\([^ ]*\\).*/\\1/p'");
  const url = `http://${gateway || north.address.replace(/\d+$/, "1")}:${port}/jre.tar.gz`;

  await create("eleven", kinds.java, javaOf({ file: eleven.file }, eleven.sha256));
  await create("next", kinds.java, javaOf({ url }, next.sha256));
  const { home } = standing.get("eleven").inputs as JavaInputs;
  expect(await north.exec(`${home}/bin/java -version 2>&1; ls -A ${PREFIX} | wc -l; find ${PREFIX} ! -user root`)).toBe(
    'openjdk version "11"\n2',
  );
  await drift(
    "eleven",
    `cd ${home} && echo '#' >>conf/security/java.security; rm lib/modules; ln -sfn /bin/sh bin/java`,
    ["changed"],
  );
  expect(await north.exec(`${home}/bin/java 2>&1; tail -c 17 ${home}/lib/modules`)).toBe(
    'openjdk version "11"\nmodules of eleven',
  );
  await drift("eleven", `chmod 777 ${home}/lib/modules; touch ${home}/bin/java`, ["changed"]);
  await drift("eleven", `rm -r ${home}`, ["sha256"]);
  expect([await standing.remove("eleven"), await standing.refresh("next")]).toEqual([[], []]);
  expect(await standing.remove("next")).toEqual([]);
}, 120_000);

test("destroyed, the machine is as it was found", async () => {
  expect([...standing.all.keys()]).toEqual([]);
  expect(await north.exec(`cat ${OPEN.path}; echo .; ls ${LEDGERS} 2>&1 || true`)).toContain("b.\nls: cannot access");
  expect(await found()).toEqual(before);
}, 60_000);
