import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expiringEntrypoint } from "../../../components/docker/expiry";
import { formatDuration, parseTtl } from "../../../operations/ephemeral/duration";
import { makeFolder, readFolders } from "../../../operations/ephemeral/folders";
import { parseLedgers } from "../../../operations/ephemeral/look";
import { makerState, thisProcess } from "../../../operations/ephemeral/maker";
import { throwAwaySpec } from "../../../stacks/ephemeral/throwAwaySpec";
import { readStackDocument } from "../../../stacks/ephemeral/workspace";
import type { ClusterConfig } from "../../../components/spec/config";
import { parseSpec } from "../../../components/spec/parse";
import { PROJECT } from "../../support/process";
import { dockerConfigs, RICH } from "../../support/specs";

describe("a time to live", () => {
  test.each<[string, number]>([
    ["1m", 60],
    ["60s", 60],
    ["30m", 1800],
    ["1h30m", 5400],
    ["1h30m15s", 5415],
    ["0h90m", 5400],
    ["24h", 86400],
  ])("%s is %d seconds", (text, seconds) => {
    expect(parseTtl(text)).toEqual({ seconds });
  });

  test.each<[string, string]>([
    ["", "is no time to live: write it like 45m, 2h or 1h30m"],
    ["30", "is no time to live"],
    ["30 m", "is no time to live"],
    ["-5m", "is no time to live"],
    ["1.5h", "is no time to live"],
    ["30m1h", "is no time to live"],
    ["1d", "is no time to live"],
    ["59s", "is too short: from 1m to 24h"],
    ["0m", "is too short"],
    ["24h1s", "is too long: from 1m to 24h"],
    ["999999h", "is too long"],
  ])("%j is refused: %s", (text, problem) => {
    expect(parseTtl(text)).toEqual({ problem: expect.stringContaining(problem) as string });
  });

  test("no text makes it throw, and what it takes lies within its limits", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^(\d{1,5}h)?(\d{1,5}m)?(\d{1,5}s)?$/)), (text) => {
        const parsed = parseTtl(text);
        if ("seconds" in parsed) expect(parsed.seconds >= 60 && parsed.seconds <= 86_400).toBe(true);
      }),
    );
  });

  test.each([
    [0, "0 s"],
    [-3, "0 s"],
    [59.6, "1 min"],
    [90, "1 min 30 s"],
    [3600, "1 h"],
    [5415, "1 h 30 min"],
  ])("%d seconds are shown as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe("the maker", () => {
  const [place, pid, start] = thisProcess().split(/:(?=\d+:\d+$)|:(?=\d+$)/) as [string, string, string];

  test("this process lives", () => {
    expect([makerState(thisProcess()), pid]).toEqual(["alive", String(process.pid)]);
  });

  test("its number with another start is another process", () => {
    expect(makerState(`${place}:${pid}:${Number(start) - 1}`)).toBe("gone");
  });

  test("one that has ended is gone", () => {
    const child = spawnSync(process.execPath, ["-e", ""]);
    expect(makerState(`${place}:${child.pid}:1`)).toBe("gone");
  });

  test("another machine's, or a text that is none, cannot be told", () => {
    expect([`elsewhere/1:${pid}:${start}`, "", "nonsense"].map(makerState)).toEqual([
      "elsewhere",
      "elsewhere",
      "elsewhere",
    ]);
  });
});

describe("the folder of a cluster", () => {
  const home = mkdtempSync(join(tmpdir(), "alluxio-folders-"));
  afterAll(() => rmSync(home, { recursive: true }));

  test("is there as a whole, once, and tells what it is of", () => {
    const ephemeral = { name: "t", expires: 1_700_000_000, maker: "here:1:1" };
    const fill = (folder: string): void => writeFileSync(join(folder, "Pulumi.yaml"), "");
    const folder = makeFolder(home, { ephemeral, dockerHost: "unix:///x" }, fill);
    expect(readdirSync(folder).sort()).toEqual(["Pulumi.yaml", "ephemeral.json"]);
    expect(readFolders(home)).toEqual([{ path: join(home, "t"), ephemeral, dockerHost: "unix:///x" }]);
    expect(() => makeFolder(home, { ephemeral: { name: "t", expires: 1 } }, fill)).toThrow(
      "there is an ephemeral cluster t already",
    );
    const failing = (): never => {
      throw new Error("disk full");
    };
    expect(() => makeFolder(home, { ephemeral: { name: "u", expires: 1 } }, failing)).toThrow("disk full");
    expect(readdirSync(home)).toEqual(["t"]);
  });

  test("one whose making was cut short is found as well", () => {
    const died = makeFolder(home, { ephemeral: { name: ".making-x", expires: 5 } }, () => undefined);
    expect(readFolders(home).map(({ path }) => path)).toContain(died);
  });
});

test("ledgers as the machine prints them: spaces in paths, one without mounts", () => {
  const text = [
    "ledger 3f9c",
    "label alluxio.ephemeral=t",
    "label alluxio.maker=host/1:2:3",
    "root /mnt/al luxio",
    "mount /mnt/al luxio/data",
    "mount /mnt/al luxio/a=b",
    "root /mnt/other",
    "mount ",
    "ledger aaaa",
    "label alluxio.ephemeral=u",
    "",
  ];
  expect(parseLedgers(text.join("\n"))).toEqual([
    {
      clusterId: "3f9c",
      labels: { "alluxio.ephemeral": "t", "alluxio.maker": "host/1:2:3" },
      roots: [
        { path: "/mnt/al luxio", mountPoints: ["/mnt/al luxio/data", "/mnt/al luxio/a=b"] },
        { path: "/mnt/other", mountPoints: [] },
      ],
    },
    { clusterId: "aaaa", labels: { "alluxio.ephemeral": "u" }, roots: [] },
  ]);
  expect(parseLedgers("")).toEqual([]);
});

test("a stack file that holds no cluster is refused by its name", () => {
  const read = (name: string) => readStackDocument(join(PROJECT, name), PROJECT);
  expect(() => read("package.json")).toThrow("package.json has no config.");
  expect(Object.keys(read("Pulumi.dev.yaml").document.config)).toEqual(["alluxio:cluster"]);
});

test("a stack file whose cluster stands in another has it in itself when it is read", () => {
  const folder = mkdtempSync(join(tmpdir(), "ephemeral-"));
  try {
    const file = join(folder, "Pulumi.dev.yaml");
    writeFileSync(file, "encryptionsalt: v1:x\nconfig:\n  alluxio:clusterFile: own.yaml\n  alluxio:key: 1\n");
    writeFileSync(join(folder, "own.yaml"), "version: 2.9.4\n");
    expect(readStackDocument(file, folder)).toEqual({
      document: { encryptionsalt: "v1:x", config: { "alluxio:cluster": { version: "2.9.4" }, "alluxio:key": 1 } },
      where: "own.yaml",
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("a spec as a throw-away one", () => {
  test("has nothing that two at once would fight for, and nothing that outlives it", () => {
    const config: ClusterConfig = {
      ...RICH,
      name: "fixed",
      masters: { count: 3, journal: { keep: true } },
      ports: { published: 20000, masterWeb: 20001 },
      confirm: ["lose x @1"],
    };
    expect(throwAwaySpec(config)).toEqual({
      masters: { count: 3, journal: { keep: false } },
      workers: RICH.workers,
      underStorage: { volume: { keep: false } },
      mounts: [
        { name: "data", workers: ["small"], contents: "immutable", alluxioPath: "/data" },
        { name: "scratch", shortCircuit: false },
      ],
      dataSets: RICH.dataSets,
      proxy: RICH.proxy,
      ports: { masterWeb: 20001 },
      heaps: { master: "192MB", jobMaster: "96MB", worker: "96MB", jobWorker: "64MB", proxy: "96MB", fuse: "96MB" },
      jvmOptions: ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
      properties: { "alluxio.master.metastore": "HEAP", "alluxio.master.worker.timeout": "15s" },
    });
  });

  test("what it says itself stays", () => {
    const own = {
      heaps: { master: "1GB" },
      jvmOptions: ["-XX:+UseG1GC"],
      properties: { "alluxio.master.metastore": "ROCKS" },
    };
    expect(throwAwaySpec({ ...RICH, ...own })).toMatchObject({
      heaps: { master: "1GB", worker: "96MB" },
      jvmOptions: ["-XX:+UseG1GC"],
      properties: { "alluxio.master.metastore": "ROCKS", "alluxio.master.worker.timeout": "15s" },
    });
  });

  test("of a valid one is valid", () => {
    fc.assert(
      fc.property(dockerConfigs, (config) => {
        expect(parseSpec(throwAwaySpec(config), { stack: "t-1" }).problems).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });
});

test("a container that is started after its expiry runs nothing, and ends with code 0", () => {
  const [shell, ...entrypoint] = expiringEntrypoint({ name: "t", expires: Math.floor(Date.now() / 1000) }, "/nowhere");
  const late = spawnSync(shell!, [...entrypoint, "master-only"], { encoding: "utf8" });
  expect([late.status, late.stdout, late.stderr]).toEqual([0, "", ""]);
  // Control: before its expiry it tries to, and there is no such program here.
  const [, ...inTime] = expiringEntrypoint({ name: "t", expires: Math.floor(Date.now() / 1000) + 60 });
  const early = spawnSync(shell!, [...inTime, "master-only"], { encoding: "utf8" });
  expect([early.status, early.stderr]).toEqual([127, expect.stringContaining("/entrypoint.sh")]);
});
