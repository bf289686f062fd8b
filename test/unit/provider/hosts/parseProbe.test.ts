import { spawn } from "node:child_process";
import fc from "fast-check";
import { RESTORE_PROPERTY } from "../../../../components/plan/backup";
import { demandsOf } from "../../../../components/plan/hosts/demands";
import { planHosts } from "../../../../components/plan/hosts/planHosts";
import { Hosts } from "../../../../provider/hosts/hosts";
import { probeHosts } from "../../../../provider/hosts/preflight/hostPreflight";
import { parseProbe } from "../../../../provider/hosts/preflight/parseProbe";
import type { RootSight } from "../../../../components/plan/hosts/checks/surroundings";
import { SEED_PAGE } from "../../../support/hosts";
import { specOf } from "../../../support/specs";
import { PROBED } from "./probeOutput";

const BEGAN = 1_795_423_439_657;
const ENDED = 1_795_423_441_078;
const WINDOW = { asked: BEGAN - 100, answered: ENDED + 20 };
const PLACES = ["/opt/alluxio", "/tmp"];
const parse = (text: string) => parseProbe(text, WINDOW, PLACES, true);

test("a machine as it is", () => {
  expect(parse(PROBED)).toEqual({
    memory: { totalMiB: 2048, availableMiB: 2031 },
    places: {
      "/opt/alluxio": { there: false, freeMiB: 62_720, sizeMiB: 258_019, freeInodes: 16_017_841, mountPoint: "/" },
      "/tmp": { there: true, freeMiB: 62_720, sizeMiB: 258_019, freeInodes: 16_017_841, mountPoint: "/" },
    },
    portsInUse: [],
    units: {},
    claims: [],
    java: { path: "/usr/bin/java", version: "11.0.24" },
    fuse: {
      device: "usable",
      programs: { fusermount: { setuid: true, version: "3.10.3" }, fusermount3: { setuid: true, version: "3.10.3" } },
      libraries: ["libfuse.so.2", "libfuse3.so.3"],
    },
    clock: { atLeast: -20, atMost: 100 },
    peers: {
      south: { addresses: ["192.0.2.11"] },
      north: { addresses: ["192.0.2.10"], answers: true },
    },
    system: {
      os: "Debian GNU/Linux 11 (bullseye)",
      kernel: expect.stringMatching(/^6\.18/) as string,
      architecture: "x86_64",
      systemd: 247,
    },
    lacking: [],
    mounts: expect.arrayContaining([
      { mountPoint: "/", type: "overlay", source: "overlay", root: "/", options: ["rw", "relatime"] },
    ]) as object[],
    root: {
      ...{ path: "/srv/under-storage", mountPoint: "/srv/under-storage", type: "ext4", source: "/dev/vda" },
      ...{ root: "/var/lib/docker/volumes/shared/_data", device: "254:0", inode: "974901" },
      ...{ fileSystem: "7d1dd17cfe2060bb", contents: "empty" },
    },
    user: {},
  });
});

/** Of the same output, some lines otherwise; none: it did not answer. */
const otherwise = (pattern: RegExp, ...lines: readonly string[]): string => PROBED.replace(pattern, lines.join("\n"));

test.each<[string, string, object]>([
  [
    "a real machine: its control group has no limit (v1)",
    otherwise(/^cgroup memory\.limit_in_bytes .*$/m, "cgroup memory.limit_in_bytes 9223372036854771712"),
    { memory: { totalMiB: 24_105, availableMiB: 20_306 } },
  ],
  [
    "a real machine: there is no such file (v2)",
    otherwise(/^cgroup .*\n/gm),
    { memory: { totalMiB: 24_105, availableMiB: 20_306 } },
  ],
  [
    "a container (v2)",
    otherwise(
      /^(cgroup .*\n)+/m,
      "cgroup memory.max 1073741824",
      "cgroup memory.current 536870912",
      "cgroup inactive_file 0",
      "",
    ),
    { memory: { totalMiB: 1024, availableMiB: 512 } },
  ],
  [
    "a container without a limit (v2)",
    otherwise(/^(cgroup .*\n)+/m, "cgroup memory.max max", "cgroup memory.current 536870912", ""),
    { memory: { totalMiB: 24_105, availableMiB: 20_306 } },
  ],
  ["memory that is not told", otherwise(/^MemTotal.*$/m), { memory: undefined }],
  ["a place that hangs", otherwise(/^place 0 .*$/m), { places: { "/tmp": expect.anything() as object } }],
  [
    "a file system that counts no inodes, below a name with blanks",
    otherwise(/^place 0 .*$/m, "place 0 yes 256 512 1048576 0 0 /mnt/two words"),
    {
      places: {
        "/opt/alluxio": { there: true, freeMiB: 256, sizeMiB: 512, mountPoint: "/mnt/two words" },
        "/tmp": expect.anything() as object,
      },
    },
  ],
  [
    "ports: of a service, by hand, and of the kernel",
    `${PROBED}port 752F 812 nginx.service nginx: worker\nport 7530 9 - python3\nport 4E1F\n`,
    {
      portsInUse: [
        { port: 29_999, process: { name: "nginx: worker", pid: 812, unit: "nginx.service" } },
        { port: 30_000, process: { name: "python3", pid: 9 } },
        { port: 19_999 },
      ],
    },
  ],
  [
    "a port of Alluxio: of whom, and from where; without a home it is like any other process",
    `${PROBED}port 752F 812 - java\nalluxio 812 alluxio.worker.AlluxioWorker 1500 1500 nikunj\nalluxio-home 812 /home/nikunj/alluxio 2\nalluxio-conf 812 /etc/alluxio\nport 7530 9 - java\nalluxio 9 alluxio.worker.AlluxioWorker 0 0 root\nalluxio-home 9 \n`,
    {
      portsInUse: [
        {
          port: 29_999,
          process: {
            ...{ name: "java", pid: 812 },
            alluxio: {
              ...{ mainClass: "alluxio.worker.AlluxioWorker", user: "nikunj", uid: 1500, gid: 1500 },
              ...{ home: "/home/nikunj/alluxio 2", confDir: "/etc/alluxio" },
            },
          },
        },
        { port: 30_000, process: { name: "java", pid: 9 } },
      ],
    },
  ],
  ["blocks in memory that is mounted", `${PROBED}blocks 3 12000000\n`, { blocks: { count: 3, mebibytes: 12 } }],
  ["a backup", `${PROBED}backup there\n`, { backup: "there" }],
  ["a backup that the service user may not read", `${PROBED}backup there\nbackup closed\n`, { backup: "closed" }],
  [
    "units: only those that are there, with whether they run",
    `${PROBED}unit a.service LoadState=loaded ActiveState=active \nunit b.service ActiveState=failed LoadState=loaded \n`,
    { units: { "a.service": { active: true }, "b.service": { active: false } } },
  ],
  [
    "what clusters have made there",
    `${PROBED}claim 3f9c2ab1d4e5aa00 /etc/systemd/system/alluxio-a-worker.service\n`,
    { claims: [{ clusterId: "3f9c2ab1d4e5aa00", path: "/etc/systemd/system/alluxio-a-worker.service" }] },
  ],
  ["no Java", otherwise(/^java(-version)? .*\n/gm), { java: undefined }],
  ["a Java that does not run", otherwise(/^java-version .*$/m), { java: { path: "/usr/bin/java" } }],
  [
    "names without an address, hosts without an answer",
    `${otherwise(/^peer north .*$/m, "peer north silent 10.0.0.1 ::1 ", "silence north No route to host")}peer west untried \n`,
    {
      peers: {
        south: { addresses: ["192.0.2.11"] },
        north: { addresses: ["10.0.0.1", "::1"], answers: false, said: "No route to host" },
        west: { addresses: [] },
      },
    },
  ],
  ["another init", otherwise(/^systemd .*$/m), { system: expect.not.objectContaining({ systemd: 247 }) as object }],
  ["programs that are missing", `${PROBED}lacks curl\nlacks gzip\n`, { lacking: ["curl", "gzip"] }],
  [
    "the service user, and who has its number",
    `${PROBED}user 1200\nholder mallory\n`,
    { user: { uid: 1200, holder: "mallory" } },
  ],
  ["no folder", otherwise(/^root(-\w+)? .*\n/gm, "root missing\n"), { root: "missing" }],
  ["a file server that hangs", otherwise(/^root(-\w+)? .*\n/gm), { root: "silent" }],
])("%s", (_, text, expected) => {
  const seen = parse(text);
  expect(Object.fromEntries(Object.keys(expected).map((key) => [key, seen[key as keyof typeof seen]]))).toEqual(
    expected,
  );
});

test.each([
  ["0", true],
  ["1", false],
  ["9", undefined],
  ["137", undefined],
])("exit code %s of the look at what the service user may do: %s", (code, writable) => {
  const { root } = parse(otherwise(/^may-write .*$/m, `may-write ${code}`));
  expect((root as RootSight).writable).toBe(writable);
});

test("a file system is told by its UUID where there is one", () => {
  const { root } = parse(otherwise(/^root-uuid .*$/m, "root-uuid 6f1c-22"));
  expect((root as RootSight).fileSystem).toBe("6f1c-22");
});

test("no text is too odd for it", () =>
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...PROBED.split("\n")), fc.string())), (lines) => {
      expect(parse(lines.join("\n"))).toHaveProperty("peers");
    }),
    { numRuns: 50 },
  ));

/** This machine as a host, past SSH. */
const here = (): Hosts =>
  new Hosts({
    run: (_, script) =>
      new Promise((done, fail) => {
        const child = spawn("sh", ["-s"]);
        const texts = { stdout: "", stderr: "" };
        for (const name of ["stdout", "stderr"] as const)
          child[name].setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
        child.on("error", fail).on("close", (code) => done({ code: code ?? 1, ...texts }));
        child.stdin.end(script);
      }),
    upload: () => Promise.reject(new Error("it uploads nothing")),
  });

test("the probe finds a process of Alluxio that somebody has started, and a backup that is missing", async () => {
  const listen = 'require("net").createServer().listen(0, function () { console.log(this.address().port) })';
  const words = ["-Dalluxio.home=/home/me/alluxio 2", "alluxio.worker.AlluxioWorker"];
  const child = spawn(process.execPath, ["-e", listen, "--", ...words]);
  try {
    const port = Number(
      await new Promise((done) => child.stdout.once("data", (text: Buffer) => done(text.toString()))),
    );
    const spec = specOf({
      ...SEED_PAGE,
      ...{ masters: { hosts: ["localhost"] }, hosts: { java: { home: "/nowhere" } }, ports: { workerRpc: port } },
      workers: [{ name: "a", ramdisk: "1GB", hosts: ["localhost"] }],
      properties: { [RESTORE_PROPERTY]: "/nowhere/b.gz" },
    });
    const seen = (await probeHosts(here(), demandsOf(planHosts(spec), spec), ["localhost"]))["localhost"];
    expect(seen).toMatchObject({
      portsInUse: [
        {
          port,
          process: {
            pid: child.pid,
            alluxio: {
              ...{ mainClass: "alluxio.worker.AlluxioWorker", uid: process.getuid!(), gid: process.getgid!() },
              ...{ home: "/home/me/alluxio 2", confDir: "/home/me/alluxio 2/conf" },
            },
          },
        },
      ],
      backup: "missing",
    });
  } finally {
    child.kill();
  }
});

test("the probe runs in this machine's shell, and says what it asks for", async () => {
  const spec = specOf({
    ...SEED_PAGE,
    ...{ masters: { hosts: ["localhost"] }, hosts: { java: { home: "/nowhere" } }, underStorage: { path: "/usr" } },
    workers: [{ name: "a", ramdisk: "1GB", hosts: ["localhost"] }],
  });
  const seen = (await probeHosts(here(), demandsOf(planHosts(spec), spec), ["localhost"]))["localhost"];
  expect(seen).toMatchObject({
    memory: { totalMiB: expect.any(Number) as number },
    places: { "/tmp": { there: true }, "/opt/alluxio": { sizeMiB: expect.any(Number) as number } },
    peers: { localhost: { addresses: expect.arrayContaining([expect.stringMatching(/^127\.|^::1/)]) as string[] } },
    root: { path: "/usr", contents: "filled" },
  });
  expect(seen).not.toHaveProperty("java");
});
