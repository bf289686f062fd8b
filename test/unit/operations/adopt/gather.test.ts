import type { Ask, Question } from "../../../../operations/adopt/ask";
import { gather } from "../../../../operations/adopt/gather";
import { ASK_MASTER, LOOK, LOOK_AT_PATHS } from "../../../../operations/adopt/lookScript";
import { parseLook } from "../../../../operations/adopt/parseLook";
import { UserError } from "../../../../provider/rpc/resource";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const HOME = "/home/nikunj/alluxio-2.8.0";
const CONF = `${HOME}/conf`;
const place = `${base64(HOME)} ${base64(CONF)}`;

/** A process as its command line, in the answer of a host. */
const process = (
  pid: number,
  main: string,
  more: { java?: string; options?: string[]; args?: string[]; cgroup?: string } = {},
): string => {
  const { java = "/usr/lib/jvm/java-8/bin/java", options = [], args = [], cgroup = "" } = more;
  const words = [
    java,
    `-Dalluxio.home=${HOME}`,
    `-Dalluxio.conf.dir=${CONF}`,
    ...options,
    "-cp",
    "a.jar:b",
    main,
    ...args,
  ];
  return [
    `process ${pid} command ${base64(`${words.join("\0")}\0`)}`,
    `process ${pid} owner ${base64("1500\n1500\nnikunj\nusers\n")}`,
    `process ${pid} java `,
    `process ${pid} cgroup ${base64(cgroup)}`,
    `process ${pid} environment ${base64("ALLUXIO_HOME=/other\nAWS_SECRET_ACCESS_KEY\n")}`,
    `process ${pid} libraries ${base64("libfuse3.so\n")}`,
  ].join("\n");
};

const MOUNTINFO = `22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
40 22 0:35 / /mnt/ramdisk rw,relatime - tmpfs none rw,size=65536k,mode=755
41 22 0:36 / /mnt/my\\040data rw - fuse.alluxio-fuse alluxio-fuse rw,user_id=0
`;

interface Sample {
  readonly names?: string;
  readonly machine?: string;
  readonly processes?: readonly string[];
  readonly masters?: string;
  readonly workers?: string;
  readonly site?: string;
}

const look = ({
  names = "north\n10.0.0.1\n",
  machine = "m1",
  processes = [],
  masters,
  workers = "north",
  site = "",
}: Sample): string =>
  [
    `host names ${base64(names)}`,
    `host machine ${base64(`${machine}\n`)}`,
    `host memory ${base64("2097152\n")}`,
    `host mountinfo ${base64(MOUNTINFO)}`,
    `host fstab ${base64("none /mnt/ramdisk ramfs password=hunter2 0 0\n")}`,
    `host units ${base64("alluxio-worker.service enabled enabled\n")}`,
    ...processes,
    ...(masters === undefined
      ? []
      : [
          `installation ${place} versions ${base64("2.8.0\n")}`,
          `installation ${place} files ${base64("masters\nmasters.template\nlog4j.properties\ncore-site.xml\n")}`,
          `installation ${place} masters ${base64(masters)}`,
          `installation ${place} workers ${base64(workers)}`,
          `installation ${place} alluxio-site.properties ${base64(site)}`,
        ]),
    "",
  ].join("\n");

describe("what a host answers", () => {
  const fuse = process(7, "alluxio.fuse.AlluxioFuse", {
    options: ["-Xmx1G", "-Ds3a.secretKey=hunter2", "-Dalluxio.user.app.id=a b"],
    args: ["-m", "/mnt/my data", "-o", "allow_other"],
    cgroup: "0::/user.slice/user-1500.slice/session-3.scope\n",
  });
  const unit = process(8, "alluxio.worker.AlluxioWorker", {
    cgroup: "1:name=systemd:/system.slice/alluxio-worker.service\n",
  });
  const shell = process(9, "alluxio.master.AlluxioMaster", { cgroup: "1:name=systemd:/system.slice/ssh.service\n" });
  const other = process(10, "alluxio.master.AlluxioTableMaster");
  const facts = parseLook(
    look({ processes: [fuse, unit, shell, other], masters: "north", site: "a.password=hunter2\n" }),
    true,
  );

  test("its processes: by whom, from where, with which options, and in which unit", () => {
    expect(facts.processes[0]).toEqual({
      ...{ pid: 7, role: "fuse", user: "nikunj", group: "users", uid: 1500, gid: 1500 },
      ...{ home: HOME, confDir: CONF, java: "/usr/lib/jvm/java-8/bin/java", libfuse: 3 },
      properties: {
        "alluxio.home": HOME,
        "alluxio.conf.dir": CONF,
        "s3a.secretKey": { secret: true },
        "alluxio.user.app.id": "a b",
      },
      options: ["-Xmx1G"],
      args: ["-m", "/mnt/my data", "-o", "allow_other"],
      secretVariables: ["AWS_SECRET_ACCESS_KEY"],
    });
    expect(facts.processes.map(({ role, unit: of }) => [role, of])).toEqual([
      ["fuse", undefined],
      ["worker", "alluxio-worker.service"],
      ["master", undefined],
      ["unknown", undefined],
    ]);
  });

  test("the machine: mounts with their sizes, units, memory, and files that nobody reads here", () => {
    expect(facts).toMatchObject({ names: ["north", "10.0.0.1"], machineId: "m1", memoryMiB: 2048 });
    expect(facts.mounts).toEqual([
      { mountPoint: "/", type: "ext4", source: "/dev/sda1" },
      { mountPoint: "/mnt/ramdisk", type: "tmpfs", source: "none", sizeMiB: 64 },
      { mountPoint: "/mnt/my data", type: "fuse.alluxio-fuse", source: "alluxio-fuse" },
    ]);
    expect(facts.units).toEqual([{ name: "alluxio-worker.service", state: "enabled" }]);
    expect(facts.installations[0]).toMatchObject({ versions: ["2.8.0"], otherFiles: ["core-site.xml"] });
  });

  test("no credential of it is kept", () => {
    expect(JSON.stringify(facts)).not.toContain("hunter2");
  });

  test("nothing at all is a host without Alluxio", () => {
    expect(parseLook("", false)).toMatchObject({ asRoot: false, processes: [], installations: [], mounts: [] });
  });
});

describe("the way through a cluster", () => {
  const MASTER = process(1, "alluxio.master.AlluxioMaster");
  const WORKER = process(2, "alluxio.worker.AlluxioWorker");

  /** Hosts that answer, and what each was asked. */
  function hosts(samples: Readonly<Record<string, Sample>>) {
    const asked: [string, string, readonly string[]][] = [];
    const ask: Ask = async (host, { script, args = [] }: Question) => {
      const name =
        script === LOOK ? "look" : script === LOOK_AT_PATHS ? "paths" : script === ASK_MASTER ? "master" : "files";
      asked.push([host, name, args]);
      const sample = samples[host];
      if (sample === undefined) throw new UserError(`host ${host} is off`);
      return { stdout: name === "look" ? look(sample) : "", asRoot: true };
    };
    const connected: (readonly string[])[] = [];
    const connect = (names: readonly string[]): Ask => {
      connected.push(names);
      return ask;
    };
    return { asked, connected, connect };
  }

  test("from conf/workers to all hosts; localhost and a second name are the host itself, one that is off is told", async () => {
    const { asked, connected, connect } = hosts({
      gate: {
        processes: [MASTER],
        masters: "localhost",
        workers: "10.0.0.1\nsouth\nsouth.lab\noff",
        site: "alluxio.master.web.port=8080",
      },
      south: { names: "south", machine: "m2", processes: [WORKER], masters: "x" },
      "south.lab": { names: "south", machine: "m2", processes: [WORKER], masters: "x" },
    });
    const facts = await gather("gate", connect);
    expect(connected).toEqual([["gate"], ["gate", "south", "south.lab", "off"]]);
    expect(Object.keys(facts.hosts)).toEqual(["gate", "south"]);
    expect(facts.silent).toEqual({ off: "host off is off" });
    expect(facts.masters).toEqual([{ entry: "localhost", host: "gate" }]);
    expect(facts.workers.map(({ entry, host }) => `${entry} ${host}`)).toEqual([
      "10.0.0.1 gate",
      "south south",
      "south.lab south",
      "off off",
    ]);
    expect(facts.unpersisted).toEqual({ unknown: "no master answers" });
    expect(asked).toContainEqual(["gate", "master", ["8080"]]);
    expect(asked).toContainEqual(["south", "look", [HOME]]);
    expect(asked.find(([host, name]) => host === "gate" && name === "paths")?.[2]).toEqual([
      `${HOME}/underFSStorage`,
      `${HOME}/journal`,
      "/mnt/ramdisk",
    ]);
  });

  test.each<[string, Sample | undefined, string]>([
    ["off", undefined, "host gate is off"],
    ["without Alluxio", {}, "no process of Alluxio runs on host gate: name the directory of Alluxio there with --home"],
    ["without workers", { processes: [MASTER], masters: "north", workers: "# none" }, "on host gate name no host"],
  ])("a first host that is %s", async (_, sample, message) => {
    const { connect } = hosts(sample === undefined ? {} : { gate: sample });
    await expect(gather("gate", connect)).rejects.toThrow(message);
  });
});
