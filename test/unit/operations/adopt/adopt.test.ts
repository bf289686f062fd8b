import fc from "fast-check";
import { parseDocument } from "yaml";
import { parseSpec } from "../../../../components/spec/parse";
import { RESTORE_PROPERTY } from "../../../../components/plan/backup";
import { adopt, type Adoption } from "../../../../operations/adopt/adopt";
import { SECRET, type ClusterFacts, type FoundProperties, type FoundRole } from "../../../../operations/adopt/facts";
import { isOpenNote, type Note } from "../../../../operations/adopt/note";
import { renderStackFile } from "../../../../operations/adopt/stackFile";
import { SEED_PAGE } from "../../../support/hosts";
import { specOf } from "../../../support/specs";
import { HOME, installation, KEY, master, OPTIONS, process, wikiCluster, withHost, withSite, worker } from "./samples";

const wiki = wikiCluster();
const adopted = (facts: ClusterFacts): Adoption => adopt(facts, OPTIONS);
const page = adopted(wiki);
const about = ({ notes }: Adoption, name: string | RegExp): Note[] =>
  notes.filter((note) => (typeof name === "string" ? note.about === name : name.test(note.about)));

test("the wiki page's cluster: every value of the spec, and nothing that anybody has to decide", () => {
  const { config, notes, problems } = page;
  expect(problems).toEqual([]);
  expect(config).toEqual({
    name: "alnair",
    target: "hosts",
    version: "2.8.0",
    masters: { hosts: ["v2r2-dfx-8"], journal: { path: `${HOME}/journal` } },
    workers: [
      { name: "ramdisk-100gb", ramdisk: "100GB", hosts: ["blue4", "titan34"] },
      { name: "ramdisk-64010mb", ramdisk: "64010MB", hosts: ["fw0013513", "fw0013512", "fw0013511"] },
    ],
    underStorage: { path: "/nfs/alluxio" },
    mounts: [{ name: "fuse2", mountPoint: "/mnt/fuse2" }],
    heaps: { master: "8GB", worker: "4GB", fuse: "1GB" },
    hosts: {
      addresses: Object.fromEntries(Object.keys(wiki.hosts).map((name) => [name, { hostKey: KEY }])),
      prefix: "/opt/alluxio",
      java: { home: "/usr/lib/jvm/java-11" },
      service: { user: "nikunj", uid: 1500, gid: 1500 },
    },
  });
  expect(notes.filter(isOpenNote)).toEqual([]);
});

test("its workers are those of Pulumi.alnair.yaml, with the same capacities", () => {
  const sizes = (config: Parameters<typeof specOf>[0]) =>
    specOf(config).workers.flatMap(({ hosts, ramdisk }) => hosts.map((name) => [name, ramdisk.mebibytes]));
  expect(sizes(page.config as typeof SEED_PAGE)).toEqual(sizes(SEED_PAGE));
});

test("its takeover: what changes is named, with the value before and after", () => {
  const adoption = page;
  expect(adoption.notes).toContainEqual(
    expect.objectContaining({
      kind: "difference",
      about: "ramdisk of blue4 and titan34",
      found: "ramfs at /mnt/ramdisk",
      ours: "tmpfs of 102400MB at /mnt/ramdisk",
    }),
  );
  const changes = (name: string): unknown[] => about(adoption, name).map(({ found, ours }) => [found, ours]);
  expect(changes("alluxio.user.file.writetype.default")).toEqual([["not set", "CACHE_THROUGH"]]);
  expect(changes("alluxio.master.worker.timeout")).toEqual([["not set", "1min"]]);
  expect(changes("start of the processes")).toEqual([["by scripts", "units of systemd"]]);
  expect(changes("mount /mnt/fuse2")).toContainEqual(["with nonempty", "without"]);
  expect(about(adoption, "alluxio.master.hostname").map(({ kind }) => kind)).toEqual(["equal"]);
  const workers = ["blue4", "titan34", "fw0013513", "fw0013512", "fw0013511"];
  const [user, root] = ["nikunj", "root"];
  const [gate] = adoption.config.masters!.hosts!;
  expect(adoption.steps.map(({ hosts, user: as, command }) => [hosts, as, command])).toEqual([
    [undefined, undefined, "npx pulumi stack init alnair"],
    [undefined, undefined, "npx alluxioctl preflight --stack alnair"],
    [workers, user, `${HOME}/integration/fuse/bin/alluxio-fuse umount /mnt/fuse2`],
    [[gate], user, `${HOME}/bin/alluxio fs persist /`],
    [undefined, undefined, "npx alluxioctl preflight --stack alnair"],
    [[gate], user, `${HOME}/bin/alluxio fsadmin backup /nfs/alluxio/.alluxio_backups`],
    [[gate], user, `${HOME}/bin/alluxio-stop.sh all`],
    [[gate], root, `cp -a ${HOME}/journal ${HOME}/journal-by-hand`],
    [workers, root, "umount /mnt/ramdisk"],
    [undefined, undefined, "npx pulumi up --stack alnair"],
    [undefined, undefined, "npx pulumi up --refresh --stack alnair"],
  ]);
});

/** Where the journal cannot be read by masters of ours: a backup is made before the end, and named by the spec. */
describe("metadata by a backup", () => {
  const backupOf = (facts: ClusterFacts) => {
    const { config, steps } = adopted(facts);
    const made = steps.filter(({ command }) => command?.includes("fsadmin backup"));
    return { property: config.properties?.[RESTORE_PROPERTY], made, steps };
  };
  const ufs = { "alluxio.master.journal.type": "UFS" };

  test("in the under storage, where that is a directory: every master sees it", () => {
    const { property, made } = backupOf(withSite(wiki, ufs));
    expect(property).toBe("/nfs/alluxio/.alluxio_backups/adopted-alnair.gz");
    expect(made.map(({ hosts, user, command }) => [hosts, user, command])).toEqual([
      [
        ["v2r2-dfx-8"],
        "nikunj",
        `${HOME}/bin/alluxio fsadmin backup /nfs/alluxio/.alluxio_backups && cd /nfs/alluxio/.alluxio_backups && ` +
          'mv -f "$(ls -t alluxio-backup-*.gz | head -n 1)" adopted-alnair.gz',
      ],
    ]);
  });

  test("on the leader, where that is an object store", () => {
    const leader = {
      ...wiki.leader!,
      mountTable: { "/": { ...wiki.leader!.mountTable["/"]!, uri: "s3://bucket/x" } },
    };
    const { property, made } = backupOf(withSite({ ...wiki, leader }, ufs));
    expect(property).toBe(`${HOME}/backups/adopted-alnair.gz`);
    expect(made.map(({ command }) => command)).toEqual([
      expect.stringContaining(`fsadmin backup ${HOME}/backups --local && cd`),
    ]);
  });

  test("of masters that do not run: they are started for it", () => {
    const stopped = Object.entries(withSite(wiki, ufs).hosts).map(([name, one]) => [name, { ...one, processes: [] }]);
    const { leader: _, ...rest } = wiki;
    const { steps } = backupOf({ ...rest, hosts: Object.fromEntries(stopped) as ClusterFacts["hosts"] });
    const commands = steps.map(({ command }) => command ?? "");
    const at = (text: string): number => commands.findIndex((command) => command.includes(text));
    expect(at("alluxio-start.sh all NoMount")).toBeGreaterThan(-1);
    expect(at("fsadmin backup")).toBeGreaterThan(at("alluxio-start.sh all NoMount"));
  });
});

const loss = (text: string) => expect.stringContaining(text) as string;

test.each<[string, ClusterFacts, string, Partial<Note>]>([
  [
    "a UFS journal is not claimed to be taken over",
    withSite(wiki, { "alluxio.master.journal.type": "UFS" }),
    "journal",
    {
      kind: "difference",
      found: `UFS at ${HOME}/journal`,
      ours: "EMBEDDED at /opt/alluxio/journal",
      message: loss("go over by a backup"),
    },
  ],
  [
    "nor a journal of members with other addresses",
    withSite(wiki, { "alluxio.master.embedded.journal.addresses": "10.9.9.9:19200" }),
    "journal",
    {
      kind: "difference",
      found: "10.9.9.9:19200",
      ours: "v2r2-dfx-8:19200 at /opt/alluxio/journal",
      message: loss("elect no leader"),
    },
  ],
  [
    "nor one that is not where it should be",
    withHost(wiki, "v2r2-dfx-8", { paths: {} }),
    "journal of v2r2-dfx-8",
    { kind: "decision", found: `${HOME}/journal` },
  ],
  [
    "a journal of another user would not be readable",
    withHost(wiki, "v2r2-dfx-8", {
      paths: { ...master().paths, [`${HOME}/journal`]: { ...master().paths[`${HOME}/journal`]!, owner: "root" } },
    }),
    "journal of v2r2-dfx-8",
    { kind: "decision", found: "of root", ours: "of nikunj", message: loss("chown -R nikunj") },
  ],
  [
    "files that are in the caches alone",
    { ...wiki, unpersisted: { files: 9, unpersisted: 2, paths: ["/a", "/b"] } },
    "files in the caches",
    { kind: "decision", found: "2 of 9 not persisted", message: loss("/a, /b") },
  ],
  [
    "a host that does not answer is left out, and told",
    {
      ...wiki,
      hosts: Object.fromEntries(Object.entries(wiki.hosts).filter(([name]) => name !== "titan34")),
      silent: { titan34: "host titan34 is off" },
    },
    "host titan34",
    { kind: "decision", message: loss("host titan34 is off") },
  ],
  [
    "a worker that runs though conf/workers does not name it",
    { ...wiki, workers: wiki.workers.slice(1) },
    "worker blue4",
    { kind: "decision", message: loss("conf/workers does not name it") },
  ],
  [
    "a unit of systemd that would start them twice",
    withHost(wiki, "blue4", { units: [{ name: "alluxio-worker.service", state: "enabled" }] }),
    "unit alluxio-worker.service",
    { kind: "decision", found: "on blue4" },
  ],
  [
    "an under storage that a host does not see",
    withHost(wiki, "blue4", { paths: {} }),
    "under storage /nfs/alluxio",
    { kind: "decision", message: loss("not there on blue4") },
  ],
  [
    "an under storage that is a disk of each host",
    withHost(wiki, "blue4", { mounts: wiki.hosts["blue4"]!.mounts.filter(({ mountPoint }) => mountPoint !== "/nfs") }),
    "under storage /nfs/alluxio",
    { kind: "decision", found: "ext4", message: loss("On blue4") },
  ],
  [
    "a property with two values",
    withHost(withSite(wiki, { "alluxio.user.app.id": "all" }), "blue4", {
      installations: [
        installation({ site: { ...wiki.hosts["blue4"]!.installations[0]!.site, "alluxio.user.app.id": "blue" } }),
      ],
    }),
    "alluxio.user.app.id",
    { kind: "decision", message: loss("choose one") },
  ],
  [
    "a property that one host has",
    withHost(wiki, "blue4", {
      installations: [
        installation({ site: { ...wiki.hosts["blue4"]!.installations[0]!.site, "alluxio.user.app.id": "blue" } }),
      ],
    }),
    "alluxio.user.app.id",
    {
      kind: "difference",
      found: "blue with worker of blue4, job-worker of blue4 and fuse of blue4, and with nobody else",
    },
  ],
  [
    "processes of root get a user of their own",
    withHost(wiki, "v2r2-dfx-8", { processes: [process("master", { user: "root", group: "root", uid: 0, gid: 0 })] }),
    "user of the processes",
    { kind: "decision", found: "root, nikunj", ours: "alluxio" },
  ],
  [
    "an option of one JVM",
    withHost(wiki, "blue4", { processes: [process("worker", { options: ["-Xmx4g", "-XX:+UseG1GC"] })] }),
    "-XX:+UseG1GC",
    { kind: "not adopted", found: "worker of blue4" },
  ],
  [
    "a process that would be started though it does not run",
    withHost(wiki, "blue4", { processes: wiki.hosts["blue4"]!.processes.filter(({ role }) => role !== "job-worker") }),
    "processes",
    { kind: "difference", found: "do not run", ours: "job-worker-blue4" },
  ],
  [
    "one that nothing takes the place of",
    withHost(wiki, "blue4", { processes: [...wiki.hosts["blue4"]!.processes, process("job-master")] }),
    "processes",
    { kind: "difference", found: "job-master of blue4", ours: "do not run" },
  ],
  [
    "memory that does not follow from the heap",
    withHost(wiki, "blue4", { processes: [process("worker", { options: ["-Xmx4g", "-XX:MaxDirectMemorySize=8g"] })] }),
    "-XX:MaxDirectMemorySize",
    { kind: "difference", found: "-XX:MaxDirectMemorySize=8g", ours: "-XX:MaxDirectMemorySize=4096m" },
  ],
  [
    "a mount whose process is gone",
    withHost(wiki, "blue4", { processes: [process("worker")] }),
    "mount /mnt/fuse2 of blue4",
    { kind: "not adopted", message: loss("umount -l") },
  ],
  [
    "a mount that no worker is beside",
    withHost(wiki, "v2r2-dfx-8", {
      processes: [...master().processes, process("fuse", { args: ["-m", "/mnt/f", "-a", "/x"] })],
      mounts: [...master().mounts, { mountPoint: "/mnt/f", type: "fuse.alluxio-fuse", source: "alluxio-fuse" }],
    }),
    "mount /mnt/f of v2r2-dfx-8",
    { kind: "decision", found: "/x" },
  ],
  [
    "a file of the configuration that nothing here reads",
    withHost(wiki, "v2r2-dfx-8", { installations: [installation({ otherFiles: ["core-site.xml"] })] }),
    "conf/core-site.xml",
    { kind: "not adopted" },
  ],
  [
    "the installation in the way",
    withHost(wiki, "v2r2-dfx-8", { installations: [installation({ home: "/opt/alluxio" })] }),
    "installation",
    { kind: "decision", message: loss("--prefix") },
  ],
])("%s", (_, facts, name, note) => {
  const adoption = adopted(facts);
  expect(about(adoption, name)).toContainEqual(expect.objectContaining(note));
  expect(about(page, name)).not.toContainEqual(expect.objectContaining(note));
});

test("what a UFS journal holds is not read as an embedded one: the new one lies elsewhere", () => {
  const facts = withSite(wiki, {
    "alluxio.master.journal.type": "UFS",
    "alluxio.master.journal.folder": "/opt/alluxio/journal",
  });
  expect(adopted(facts).config.masters?.journal?.path).toBe("/opt/alluxio/journal-embedded");
});

describe("properties", () => {
  const site = {
    "alluxio.user.file.readtype.default": "CACHE_PROMOTE",
    "alluxio.master.update.check.enabled": "FALSE",
    "alluxio.master.web.port": "20000",
    "alluxio.tmp.dirs": "${alluxio.work.dir}/tmp",
    "alluxio.master.journal.folder": "${alluxio.home}/journal",
  };
  const adoption = adopted(withSite(wiki, site));

  test("those that no field decides are kept; references to the old place are resolved", () => {
    expect(adoption.config.properties).toEqual({
      "alluxio.user.file.readtype.default": "CACHE_PROMOTE",
      "alluxio.tmp.dirs": `${HOME}/tmp`,
    });
    expect(about(adoption, "alluxio.user.file.readtype.default").map(({ kind }) => kind)).toEqual(["kept"]);
  });

  test("those that are set alike here are left out, and told", () => {
    expect(about(adoption, "alluxio.master.update.check.enabled").map(({ kind }) => kind)).toEqual(["equal"]);
  });

  test("those that a field decides stand there", () => {
    expect(adoption.config.ports).toEqual({ masterWeb: 20000 });
    expect(adoption.config.masters?.journal).toEqual({ path: `${HOME}/journal` });
    expect(about(adoption, "alluxio.master.web.port").map(({ kind }) => kind)).toEqual(["equal"]);
  });

  test("what a spec refuses is left out with the reason, and the rest goes on", () => {
    const odd = adopted(withSite(wiki, { "alluxio.user.app.id": "${user.name}", "alluxio.user.x": "y" }));
    expect(odd.problems).toEqual([]);
    expect(odd.config.properties).toEqual({ "alluxio.user.x": "y" });
    expect(about(odd, 'properties["alluxio.user.app.id"]')).toMatchObject([{ kind: "not adopted" }]);
  });
});

test("credentials become config keys, and their commands are told; elsewhere they are named, and not more", () => {
  const root = "alluxio.master.mount.table.root.";
  const s3 = withSite(
    {
      ...wiki,
      leader: { ...wiki.leader!, mountTable: { "/": { ...wiki.leader!.mountTable["/"]!, uri: "s3://bucket/x" } } },
    },
    {
      [`${root}ufs`]: "s3://bucket/x",
      [`${root}option.s3a.accessKeyId`]: SECRET,
      "s3a.secretKey": SECRET,
      [`${root}option.alluxio.underfs.s3.region`]: "eu-west-1",
      "alluxio.some.password": SECRET,
    },
  );
  const adoption = adopted(s3);
  expect(adoption.config.underStorage).toEqual({
    uri: "s3://bucket/x",
    credentials: { "s3a.accessKeyId": "ufsS3aAccessKeyId", "s3a.secretKey": "ufsS3aSecretKey" },
    options: { "alluxio.underfs.s3.region": "eu-west-1" },
  });
  expect(adoption.notes.filter(({ kind }) => kind === "secret").map(({ message }) => message)).toEqual([
    expect.stringContaining("npx pulumi config set --secret ufsS3aAccessKeyId"),
    expect.stringContaining("npx pulumi config set --secret ufsS3aSecretKey"),
  ]);
  expect(about(adoption, "alluxio.some.password")).toMatchObject([{ kind: "not adopted" }]);
  expect(adoption.problems).toEqual([]);
});

describe("mounts", () => {
  const fuse = (args: string[]) => process("fuse", { args, options: ["-Xmx1G"] });
  const mounted = (...points: string[]) => [
    ...wiki.hosts["blue4"]!.mounts.filter(({ type }) => type !== "fuse.alluxio-fuse"),
    ...points.map((mountPoint) => ({ mountPoint, type: "fuse.alluxio-fuse", source: "alluxio-fuse" })),
  ];

  test("of some hosts, with their path and options", () => {
    const facts = withHost(wiki, "blue4", {
      processes: [
        process("worker"),
        fuse(["-m", "/mnt/data", "-a", "/sets/", "-o", "allow_other", "-o", "ro,max_idle_threads=8"]),
      ],
      mounts: mounted("/mnt/data"),
    });
    expect(adopted(facts).config.mounts).toEqual([
      {
        name: "data",
        mountPoint: "/mnt/data",
        alluxioPath: "/sets",
        workers: ["blue4"],
        options: ["max_idle_threads=8", "ro"],
      },
      { name: "fuse2", mountPoint: "/mnt/fuse2", workers: ["ramdisk-64010mb", "titan34"] },
    ]);
  });

  test("one within another one is told, and the outer one kept", () => {
    const facts = withHost(wiki, "blue4", {
      processes: [
        process("worker"),
        fuse(["-m", "/mnt/fuse2", "-a", "/"]),
        fuse(["-m", "/mnt/fuse2/a/data", "-a", "/a"]),
      ],
      mounts: mounted("/mnt/fuse2", "/mnt/fuse2/a/data"),
    });
    const { config, notes, problems } = adopted(facts);
    expect(problems).toEqual([]);
    expect(config.mounts?.map(({ mountPoint }) => mountPoint)).toContain("/mnt/fuse2");
    expect(notes).toContainEqual(
      expect.objectContaining({ kind: "not adopted", message: loss("is within /mnt/fuse2") }),
    );
  });
});

test("tiers below the ramdisk make a group of their own", () => {
  const tier = (field: string): string => `alluxio.worker.tieredstore.level1.${field}`;
  const facts = withHost(wiki, "blue4", {
    installations: worker("blue4", {
      "alluxio.worker.ramdisk.size": "100GB",
      "alluxio.worker.tieredstore.levels": "2",
      [tier("alias")]: "SSD",
      [tier("dirs.path")]: "/ssd",
      [tier("dirs.quota")]: "1TB",
    }).installations,
  });
  const adoption = adopted(facts);
  expect(adoption.config.workers?.map(({ name, hosts, tiers }) => [name, hosts, tiers])).toEqual([
    ["ramdisk-100gb", ["blue4"], [{ alias: "SSD", path: "/ssd", quota: "1TB" }]],
    ["ramdisk-100gb-2", ["titan34"], undefined],
    ["ramdisk-64010mb", ["fw0013513", "fw0013512", "fw0013511"], undefined],
  ]);
  expect(about(adoption, "tier SSD of blue4")).toMatchObject([{ found: "/ssd", ours: "/ssd/blue4" }]);
});

test("a cluster that is called localhost in its own files gets the name that others know", () => {
  const alone = {
    ...wiki,
    hosts: { gate: { ...master(), processes: [...master().processes, process("worker")], names: ["gate"] } },
  };
  const facts: ClusterFacts = {
    ...withSite(alone, { "alluxio.master.hostname": "localhost", "alluxio.worker.ramdisk.size": "1GB" }),
    start: "gate",
    masters: [{ entry: "localhost", host: "gate" }],
    workers: [{ entry: "localhost", host: "gate" }],
  };
  const { config, notes } = adopted(facts);
  expect([config.masters?.hosts, config.workers?.[0]?.hosts]).toEqual([["gate"], ["gate"]]);
  expect(notes).toContainEqual(
    expect.objectContaining({ about: "journal", found: "localhost:19200", kind: "difference" }),
  );
});

test("a cluster that is stopped: its files and its journal say what nobody else does", () => {
  const { leader: _, ...rest } = wiki;
  const options = {
    ALLUXIO_JAVA_OPTS: ["-XX:+UseG1GC"],
    ALLUXIO_MASTER_JAVA_OPTS: ["-Xmx2g"],
    ALLUXIO_WORKER_JAVA_OPTS: ["-Xmx1g"],
  };
  const environment = { variables: { ALLUXIO_WORKER_RAMDISK_SIZE: "4GB" }, options, properties: {}, obscureLines: [] };
  const stopped = Object.entries(rest.hosts).map(([name, one]) => [
    name,
    { ...one, processes: [], installations: one.installations.map((all) => ({ ...all, environment })) },
  ]);
  const adoption = adopted({
    ...rest,
    hosts: Object.fromEntries(stopped) as ClusterFacts["hosts"],
    unpersisted: { unknown: "no master answers" },
  });
  expect(adoption.config).toMatchObject({
    version: "2.8.0",
    masters: { journal: { path: `${HOME}/journal` } },
    workers: [{ name: "workers", ramdisk: "4GB" }],
    underStorage: { path: "/nfs/alluxio" },
    heaps: { master: "2GB", worker: "1GB" },
    jvmOptions: ["-XX:+UseG1GC"],
    hosts: { service: { user: "nikunj" } },
  });
  expect(new Set(adoption.notes.filter(isOpenNote).map((note) => note.about.replace(/ of .*/, "")))).toEqual(
    new Set(["files in the caches", "mount /mnt/fuse2"]),
  );
});

test("a version without a known tarball, or two masters: the reasons are named", () => {
  const two = { ...wiki, masters: [...wiki.masters, { entry: "blue4", host: "blue4" }] };
  expect(adopted(two).problems.map(({ path }) => path)).toContain("masters.count");
  const newest = { ...wiki, leader: { ...wiki.leader!, view: { ...wiki.leader!.view, version: "2.9.6" } } };
  expect(adopted(newest).problems.map(({ path }) => path)).toEqual(["hosts.release"]);
  expect(renderStackFile(adopted(newest), "gate")).toContain("# NOT YET A SPEC:");
});

describe("the stack file", () => {
  test("says where each value comes from, and reads back as the same spec", () => {
    const adoption = page;
    const text = renderStackFile(adoption, "v2r2-dfx-8");
    const document = parseDocument(text).toJS() as { config: Record<string, unknown> };
    expect(document.config["alluxio:cluster"]).toEqual(adoption.config);
    expect(parseSpec(document.config["alluxio:cluster"], { stack: "alnair" })).toEqual({
      spec: specOf(adoption.config as typeof SEED_PAGE),
    });
    expect(text).toContain("# alluxio.worker.ramdisk.size in alluxio-site.properties\n");
    expect(text).toContain("# what the leading master says\n");
  });
});

const HOSTILE = fc.constantFrom(
  "",
  "yes",
  "0777",
  "a: b",
  "#",
  '"',
  "${alluxio.home}/x",
  "${open}",
  "é",
  "1e3",
  "true",
  "100GB",
  "-1",
  "localhost",
);
const names = fc.constantFrom(
  "alluxio.user.app.id",
  "alluxio.worker.ramdisk.size",
  "alluxio.worker.tieredstore.levels",
  "alluxio.worker.tieredstore.level0.alias",
  "alluxio.worker.tieredstore.level0.dirs.path",
  "alluxio.master.journal.type",
  "alluxio.master.journal.folder",
  "alluxio.master.hostname",
  "alluxio.master.mount.table.root.ufs",
  "alluxio.master.web.port",
  "alluxio.fuse.mount.point",
  "alluxio.zookeeper.enabled",
  "java.io.tmpdir",
);

test("whatever is found gives a spec, or reasons by name; it is written as it is meant, and never throws", () => {
  const properties = fc.dictionary(names, fc.oneof(HOSTILE, fc.string({ maxLength: 8 })), { maxKeys: 4 });
  const property = fc.property(
    properties,
    fc.array(HOSTILE, { maxLength: 3 }),
    fc.array(fc.constantFrom("-m", "/mnt/a", "-a", "/x", "-o", "ro", "nonempty,ro", "/mnt/a/b"), { maxLength: 6 }),
    fc.constantFrom<FoundRole>("master", "worker", "fuse", "unknown", "proxy"),
    fc.boolean(),
    (site: FoundProperties, options, args, role, leader) => {
      const { leader: known, ...rest } = withSite(wiki, site);
      const changed = withHost(leader && known ? { ...rest, leader: known } : rest, "blue4", {
        processes: [process(role, { options, args })],
      });
      const { config, problems, ...more } = adopted(changed);
      const parsed = parseSpec(config, { stack: "alnair" });
      expect(parsed.problems ?? []).toEqual(problems);
      const text = renderStackFile({ config, problems, ...more }, "v2r2-dfx-8");
      const document = parseDocument(text).toJS() as { config: Record<string, unknown> };
      expect(document.config["alluxio:cluster"]).toEqual(JSON.parse(JSON.stringify(config)));
    },
  );
  fc.assert(property, { numRuns: 30 });
});
