import { checkHosts, type CheckContext } from "../../../../components/plan/hosts/checkHosts";
import type { Finding } from "../../../../components/plan/hosts/checks/finding";
import type { HostSurroundings } from "../../../../components/plan/hosts/checks/surroundings";
import { DEMANDS, HOSTS, disk, machines, nfs, seenWith, short, type Change } from "../../../support/hostSights";

const CLUSTER = "3f9c2ab1d4e5aa00";
const WORKER = "alluxio-alnair-worker.service";
const PATH = "/nfs/alluxio";
const ROOT = nfs(PATH, "filer:/export");

const check = (changes: Readonly<Record<string, Change>>, context: CheckContext = { clusterId: CLUSTER }): Finding[] =>
  checkHosts(DEMANDS, seenWith(changes), context);

test("machines that give everything: nothing to tell", () => {
  expect(checkHosts(DEMANDS, machines())).toEqual([]);
});

/** Each alone on blue4; everything else is as it should be. */
const place = (more: object): Change => {
  return ({ places }) => ({
    places: Object.fromEntries(Object.entries(places).map(([path, one]) => [path, { ...one, ...more }])),
  });
};
const mounted = (mountPoint: string, type: string, source: string, options: readonly string[] = ["rw"]): Change => {
  return ({ mounts }) => ({ mounts: [...mounts, { mountPoint, type, source, root: "/", options }] });
};
const fuse = (more: object): Change => {
  return ({ fuse: own }) => ({ fuse: { ...own, ...more } });
};
const holder = (port: number, process?: object): Change => {
  return () => ({ portsInUse: [{ port, ...(process ? { process } : {}) }] });
};

test.each<[string, Change, RegExp]>([
  [
    "memory too small",
    () => ({ memory: { totalMiB: 1000, availableMiB: 900 } }),
    /^blue4 memory: 1000 MiB, 900 MiB of them free; the cluster may use \d+ MiB \(ramdisk 102400 MiB, processes \d+ MiB\)/,
  ],
  [
    "memory used by others",
    ({ memory }) => ({ memory: { ...memory, availableMiB: 500 } }),
    /^blue4 memory: \d+ MiB, 500 MiB of them free/,
  ],
  ["memory not told", () => ({ memory: undefined }), /^blue4 memory: the host does not tell/],
  [
    "disk full",
    place({ freeMiB: 3 }),
    /^blue4 disk of \/opt\/alluxio: 3 of \d+ MiB are free at \/, 512 MiB are needed\nblue4 disk of \/tmp: 3 of/,
  ],
  ["no inodes left", place({ freeInodes: 7 }), /^blue4 disk of \/opt\/alluxio: 7 inodes are left at \/, 1000/],
  [
    "/tmp full",
    ({ places }) => ({ places: { ...places, "/tmp": { ...places["/tmp"]!, freeMiB: 0, mountPoint: "/tmp" } } }),
    /^blue4 disk of \/tmp: 0 of \d+ MiB are free at \/tmp, 64 MiB/,
  ],
  [
    "/tmp noexec",
    (seen) => ({
      ...mounted("/tmp", "tmpfs", "tmpfs", ["rw", "noexec"])(seen),
      places: { ...seen.places, "/tmp": { ...seen.places["/tmp"]!, mountPoint: "/tmp" } },
    }),
    /^blue4 \/tmp: \/tmp is mounted with the option noexec/,
  ],
  [
    "the disk of the prefix read-only",
    (seen) => ({ mounts: [{ ...seen.mounts[0]!, options: ["ro"] }] }),
    /^blue4 \/opt\/alluxio: \/ is mounted with the option ro: nothing can be written there\nblue4 \/tmp: /,
  ],
  [
    "a place that hangs",
    ({ places }) => ({ places: { "/tmp": places["/tmp"] } }),
    /^blue4 \/opt\/alluxio: does not answer within seconds/,
  ],
  [
    "a port taken by a service",
    holder(29999, { name: "nginx", pid: 812, unit: "nginx.service" }),
    /^blue4 port 29999: nginx \(pid 812, unit nginx\.service\) listens there, where worker-blue4 should/,
  ],
  [
    "a port taken by hand",
    holder(30000, { name: "python3", pid: 9 }),
    /^blue4 port 30000: python3 \(pid 9\) listens there/,
  ],
  [
    "a port of the kernel's",
    holder(29999),
    /^blue4 port 29999: something in the kernel, such as an NFS server, listens/,
  ],
  [
    "another cluster of the name",
    () => ({ claims: [{ clusterId: "feed00001111", path: `/etc/systemd/system/${WORKER}` }] }),
    /^blue4 another cluster: the cluster with the id feed00001111 has alluxio-alnair-worker\.service here/,
  ],
  [
    "the mount point taken",
    mounted("/mnt/fuse2", "nfs4", "filer:/home"),
    /^blue4 mount point \/mnt\/fuse2: filer:\/home \(nfs4\) is mounted there already/,
  ],
  [
    "the ramdisk's place taken",
    mounted("/mnt/ramdisk", "tmpfs", "theirs"),
    /^blue4 mount point \/mnt\/ramdisk: theirs \(tmpfs\)/,
  ],
  ["no Java", () => ({ java: undefined }), /^blue4 Java: no java in the PATH of services/],
  [
    "Java 17",
    () => ({ java: { path: "/usr/bin/java", version: "17.0.9" } }),
    /^blue4 Java: \/usr\/bin\/java is Java 17\.0\.9; Alluxio runs on 8 or 11 alone/,
  ],
  [
    "a Java that does not run",
    () => ({ java: { path: "/usr/bin/java" } }),
    /^blue4 Java: \/usr\/bin\/java does not tell its version/,
  ],
  ["no /dev/fuse", fuse({ device: "missing" }), /^blue4 \/dev\/fuse: is not there/],
  ["/dev/fuse closed", fuse({ device: "denied" }), /^blue4 \/dev\/fuse: may not be opened, not even by root/],
  [
    "no libfuse 3",
    fuse({ libraries: ["libfuse.so.2"], programs: { fusermount: { setuid: true, version: "2.9.9" } } }),
    /^blue4 libfuse: fusermount3 and libfuse3\.so\.3 not found/,
  ],
  [
    "fusermount3 without setuid",
    fuse({ programs: { fusermount3: { setuid: false, version: "3.10.3" } } }),
    /^blue4 libfuse: fusermount3 is not setuid root/,
  ],
  ["an old systemd", ({ system }) => ({ system: { ...system, systemd: 219 } }), /^blue4 systemd: it runs systemd 219/],
  [
    "another init",
    ({ system }) => ({ system: { ...system, systemd: undefined } }),
    /^blue4 systemd: it runs without systemd/,
  ],
  ["programs missing", () => ({ lacking: ["curl", "gzip"] }), /^blue4 programs: curl, gzip not found/],
  [
    "a name that does not resolve",
    ({ peers }) => ({ peers: { ...peers, titan34: { addresses: [] } } }),
    /^blue4 names: titan34 does not resolve there/,
  ],
  [
    "a host that it does not reach",
    ({ peers }) => ({
      peers: { ...peers, titan34: { addresses: ["10.0.0.1"], answers: false, said: "No route to host" } },
    }),
    /^blue4 routing: titan34 \(10\.0\.0\.1\) cannot be reached from there: No route to host/,
  ],
  [
    "another host's name for itself",
    ({ peers }) => ({ peers: { ...peers, titan34: { addresses: ["127.0.0.1"], answers: true } } }),
    /^blue4 names: titan34 stands for the host itself there/,
  ],
  ["no folder", () => ({ root: "missing" }), /^blue4 under storage: there is no folder \/nfs\/alluxio/],
  [
    "a file server that hangs",
    () => ({ root: "silent" }),
    /^blue4 under storage: \/nfs\/alluxio does not answer within seconds/,
  ],
  [
    "closed to the service user",
    () => ({ root: { ...ROOT, writable: false } }),
    /^blue4 under storage: user alluxio may not write to \/nfs\/alluxio/,
  ],
  [
    "another export",
    () => ({ root: nfs(PATH, "filer:/other") }),
    /^blue4 under storage: it is filer:\/other \(nfs4\); v2r2-dfx-8, titan34, fw0013513, fw0013512, fw0013511 have filer:\/export \(nfs4\)/,
  ],
  [
    "a disk of its own",
    () => ({ root: disk(PATH, "aaaa") }),
    /^blue4 under storage: it is a folder of the local ext4 file system at \/nfs\/alluxio \(\/dev\/sdb1, empty\); v2r2-dfx-8, /,
  ],
  [
    "a folder beside it",
    () => ({ root: { ...nfs("/nfs/alluxio/x", "filer:/export"), mountPoint: "/nfs/alluxio" } }),
    /^blue4 under storage: it is filer:\/export\/x \(nfs4\)/,
  ],
  [
    "a clock that is wrong",
    () => ({ clock: { atLeast: 3_700_000, atMost: 3_700_100 } }),
    /^blue4 clock: its clock is at least 61 min ahead of that of the others$/,
  ],
])("%s is refused, with the host and what to do, and nothing else is told", (_, change, expected) => {
  const findings = check({ blue4: change });
  expect(short(findings).join("\n")).toMatch(expected);
  expect(new Set(findings.map(({ host, level }) => `${host} ${level}`))).toEqual(new Set(["blue4 refused"]));
  for (const { remedy } of findings) expect(remedy).not.toBe("");
});

test.each<[string, Change, RegExp]>([
  [
    "a kernel",
    ({ system }) => ({ system: { ...system, kernel: "4.18.0-553.el8" } }),
    /^kernel: 4\.18; most hosts have 5\.10$/,
  ],
  [
    "an operating system",
    ({ system }) => ({ system: { ...system, os: "Rocky Linux 8.9" } }),
    /^operating system: Rocky Linux 8\.9; most hosts have Debian/,
  ],
  ["Java 8", () => ({ java: { path: "/usr/bin/java", version: "1.8.0_342" } }), /^Java: 8; most hosts have 11$/],
  [
    "libfuse",
    fuse({ programs: { fusermount3: { setuid: true, version: "3.16.2" } } }),
    /^libfuse: 3\.16; most hosts have 3\.10$/,
  ],
  [
    "a clock",
    () => ({ clock: { atLeast: -7000, atMost: -6000 } }),
    /^clock: its clock is at least 6 s behind that of the others$/,
  ],
  [
    "its own name for the loopback address",
    ({ peers }) => ({ peers: { ...peers, blue4: { addresses: ["127.0.1.1"] } } }),
    /^names: its own name stands for 127\.0\.1\.1 there/,
  ],
  [
    "a service user to come",
    () => ({ root: { ...ROOT, writable: undefined } }),
    /^under storage: there is no user alluxio yet/,
  ],
  [
    "a file server by another name",
    () => ({ root: nfs(PATH, "10.0.0.9:/export") }),
    /^under storage: it is 10\.0\.0\.9:\/export \(nfs4\), and filer:\/export \(nfs4\) on v2r2-dfx-8/,
  ],
])("%s of one host is odd, and no more", (_, change, expected) => {
  const findings = check({ blue4: change });
  expect(findings.map(({ host, level }) => `${host} ${level}`)).toEqual(["blue4 warning"]);
  expect(`${findings[0]!.what}: ${findings[0]!.found}`).toMatch(expected);
});

describe("where the cluster runs already", () => {
  const units = { [WORKER]: { active: true }, "alluxio-alnair-fuse-fuse2.service": { active: true } };

  test.each<[string, Change]>([
    ["it uses the memory itself", ({ memory }) => ({ units, memory: { ...memory, availableMiB: 500 } })],
    [
      "its own units have the ports",
      () => ({ units, ...holder(29999, { name: "java", pid: 8, unit: WORKER })({} as HostSurroundings) }),
    ],
    [
      "its own ramdisk and mounts are mounted",
      (seen) => ({
        units,
        mounts: [
          ...seen.mounts,
          { mountPoint: "/mnt/ramdisk", type: "tmpfs", source: "alluxio-alnair-ramdisk", root: "/", options: ["rw"] },
          { mountPoint: "/mnt/fuse2", type: "fuse.alluxio-fuse", source: "alluxio-fuse", root: "/", options: ["rw"] },
        ],
      }),
    ],
    [
      "its own ledger claims the units",
      () => ({ units, claims: [{ clusterId: CLUSTER, path: `/etc/systemd/system/${WORKER}` }] }),
    ],
    [
      "an old unit of its own has a port",
      () => ({
        claims: [{ clusterId: CLUSTER, path: "/etc/systemd/system/alluxio-alnair-old.service" }],
        ...holder(29999, { name: "java", pid: 8, unit: "alluxio-alnair-old.service" })({} as HostSurroundings),
      }),
    ],
  ])("%s", (_, change) => {
    expect(check({ blue4: change })).toEqual([]);
  });

  test("a machine that is too small for it is so when it runs, too", () => {
    expect(short(check({ blue4: () => ({ units, memory: { totalMiB: 1000, availableMiB: 100 } }) }))).toEqual([
      expect.stringMatching(/^blue4 memory: 1000 MiB; the cluster may use/),
    ]);
  });

  test("a tier that holds data already needs no room for it again", () => {
    const filled = place({ freeMiB: 600 });
    expect(short(check({ fw0013511: filled }))).toEqual([expect.stringContaining("10752 MiB are needed")]);
    expect(check({ fw0013511: (seen) => ({ ...filled(seen), units }) })).toEqual([]);
  });
});

test("before the first up every ledger is another cluster's", () => {
  const claimed = { blue4: () => ({ claims: [{ clusterId: CLUSTER, path: `/etc/systemd/system/${WORKER}` }] }) };
  expect(short(check(claimed, {}))).toEqual([expect.stringContaining("blue4 another cluster")]);
});

test("a host that is off is one row, and not one of every other host's", () => {
  const seen = seenWith(
    Object.fromEntries(
      HOSTS.map((host): [string, Change] => [
        host,
        ({ peers }) => ({ peers: { ...peers, titan34: { addresses: ["10.0.0.1"], answers: false } } }),
      ]),
    ),
  );
  seen["titan34"] = { unasked: { fault: "unreachable", found: "refuses connections", remedy: "start sshd there" } };
  expect(checkHosts(DEMANDS, seen)).toEqual([
    {
      host: "titan34",
      what: "unreachable",
      found: "refuses connections",
      remedy: "start sshd there",
      level: "refused",
    },
  ]);
});
