import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LEDGERS } from "../../../../components/plan/hosts/ledgerNames";
import { JOURNAL_THERE } from "../../../../components/plan/hosts/libexec/journalThere";
import { MOUNT_POINT } from "../../../../components/plan/hosts/libexec/mountPoint";
import { START_DELAY } from "../../../../components/plan/hosts/libexec/startDelay";

// A real shell runs the scripts. Of the kernel they see files of this test; what would wait or need root is written down.
const folder = mkdtempSync(join(tmpdir(), "libexec-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const content = (name: string): string => readFileSync(at(name), "utf8");

function executable(name: string, script: string): void {
  writeFileSync(at(name), script);
  chmodSync(at(name), 0o755);
}

/** The script with the kernel's file in another place. */
function install(name: string, script: string, kernel: string, replacement: string): void {
  expect(script).toContain(kernel);
  executable(name, script.replaceAll(kernel, at(replacement)));
}

function run(name: string, ...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(at(name), args, {
    encoding: "utf8",
    env: { PATH: `${folder}:${process.env["PATH"] ?? ""}`, FOLDER: folder, RUNTIME_DIRECTORY: at("run") },
  });
  return { code: status, out: stdout, err: stderr };
}

describe("start-delay", () => {
  beforeAll(() => {
    install("start-delay", START_DELAY, "/proc/uptime", "uptime");
    executable(
      "sleep",
      `#!/bin/sh\nread -r up rest <"$FOLDER/uptime"\necho "$((\${up%%.*} + $1)).00 $rest" >"$FOLDER/uptime"\necho "$1" >>"$FOLDER/slept"\n`,
    );
  });
  beforeEach(() => ["starts", "slept"].forEach((name) => rmSync(at(name), { force: true })));

  /** Starts a unit after runs of so many seconds. @returns how long each start waited */
  const delays = (runs: readonly number[]): number[] => {
    let now = 1000;
    return runs.map((seconds) => {
      now += seconds;
      writeFileSync(at("uptime"), `${now}.37 12345.67\n`);
      expect(run("start-delay", at("starts")).code).toBe(0);
      const slept = existsSync(at("slept")) ? content("slept").trim().split("\n").map(Number) : [];
      rmSync(at("slept"), { force: true });
      const waited = slept.reduce((sum, one) => sum + one, 0);
      now += waited;
      return waited;
    });
  };

  test("one short run is an accident; more wait longer and longer, and never give up", () => {
    expect(delays([0, 3, 3, 3, 3, 3, 3, 3, 3])).toEqual([0, 0, 5, 10, 20, 40, 60, 60, 60]);
  });

  test("after a long run all is forgotten", () => {
    expect(delays([0, 3, 3, 119, 120, 3, 3, 86_400, 3])).toEqual([0, 0, 5, 10, 0, 0, 5, 0, 0]);
  });

  test("a file that says nothing is no reason to wait", () => {
    writeFileSync(at("starts"), "");
    expect(delays([0, 3, 3])).toEqual([0, 0, 5]);
  });
});

describe("mount-point", () => {
  beforeAll(() => {
    install("mount-point", MOUNT_POINT.replaceAll("/sys/class/bdi", at("bdi")), "/proc/self/mountinfo", "mountinfo");
    // Takes the topmost mount off, as the kernel does.
    executable(
      "umount",
      `#!/bin/sh\necho "$*" >>"$FOLDER/unmounted"\n[ ! -e "$FOLDER/busy" ] || exit 32\n` +
        `last=$(grep -n " $3 " "$FOLDER/mountinfo" | tail -1 | cut -d: -f1)\nsed -i "\${last}d" "$FOLDER/mountinfo"\n`,
    );
  });
  beforeEach(() => ["unmounted", "busy", "slept"].forEach((name) => rmSync(at(name), { force: true })));

  const ROOT = "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw";
  const fuse = (path: string, device = "0:99"): string =>
    `51 22 ${device} / ${path} rw,nosuid,nodev,relatime shared:7 - fuse.alluxio-fuse alluxio-fuse rw,user_id=998,allow_other`;
  const other = (path: string, type: string): string => `52 22 0:98 / ${path} rw - ${type} source rw`;
  const mounted = (...lines: string[]): void => writeFileSync(at("mountinfo"), [ROOT, ...lines, ""].join("\n"));
  const left = (): string[] => content("mountinfo").trim().split("\n").slice(1);
  const unmounted = (): string[] => (existsSync(at("unmounted")) ? content("unmounted").trim().split("\n") : []);

  test("clear: nothing is mounted, nothing is done", () => {
    mounted();
    expect(run("mount-point", "clear", "/mnt/fuse2")).toEqual({ code: 0, out: "", err: "" });
    expect(unmounted()).toEqual([]);
  });

  test("clear: every layer of ours exactly there, and nothing beside it", () => {
    const beside = [fuse("/mnt/fuse"), fuse("/mnt/fuse2/x"), fuse("/srv/mnt/fuse2"), other("/mnt", "xfs")];
    mounted(...beside, fuse("/mnt/fuse2"), fuse("/mnt/fuse2"));
    expect(run("mount-point", "clear", "/mnt/fuse2").code).toBe(0);
    expect(unmounted()).toEqual(["-l -- /mnt/fuse2", "-l -- /mnt/fuse2"]);
    expect(left()).toEqual(beside);
  });

  test.each(["nfs4", "fuse.sshfs", "fuse.alluxio-fuse-other", "autofs"])(
    "clear: what is not Alluxio's stays, and is told: %s",
    (type) => {
      mounted(other("/mnt/fuse2", type));
      const { code, err } = run("mount-point", "clear", "/mnt/fuse2");
      expect([code, err]).toEqual([
        1,
        `/mnt/fuse2: ${type} is mounted there, and not by Alluxio: unmount it, or choose another mount point\n`,
      ]);
      expect(unmounted()).toEqual([]);
    },
  );

  test("clear: ours on top of another's goes, and the other one is told", () => {
    mounted(other("/mnt/fuse2", "xfs"), fuse("/mnt/fuse2"));
    expect(run("mount-point", "clear", "/mnt/fuse2").code).toBe(1);
    expect(left()).toEqual([other("/mnt/fuse2", "xfs")]);
  });

  test("clear: what cannot be detached is an error, not an endless loop", () => {
    mounted(fuse("/mnt/fuse2"));
    writeFileSync(at("busy"), "");
    const { code, err } = run("mount-point", "clear", "/mnt/fuse2");
    expect(code).toBe(1);
    expect(err).toContain("cannot be detached");
    expect(unmounted()).toHaveLength(1);
  });

  test("await: a mount that is there, with its read-ahead; until it is cleared, its device is known", () => {
    mounted(other("/mnt/fuse2", "xfs"), fuse("/mnt/fuse2", "0:77"));
    mkdirSync(at("bdi/0:77"), { recursive: true });
    mkdirSync(at("run"), { recursive: true });
    // Whatever the service user has put there is not written to.
    writeFileSync(at("precious"), "precious");
    spawnSync("ln", ["-s", at("precious"), at("run/device")]);
    expect(run("mount-point", "await", "/mnt/fuse2", String(process.pid), "5", "1024")).toMatchObject({ code: 0 });
    expect(content("bdi/0:77/read_ahead_kb")).toBe("1024\n");
    expect([readlinkSync(at("run/device")), content("precious")]).toEqual(["0:77", "precious"]);
    mounted();
    expect(run("mount-point", "clear", "/mnt/fuse2").code).toBe(0);
    expect(existsSync(at("run/device"))).toBe(false);
  });

  test("await: read-ahead that the kernel does not take ends no mount", () => {
    mounted(fuse("/mnt/fuse2", "0:78"));
    const { code, err } = run("mount-point", "await", "/mnt/fuse2", String(process.pid), "5", "1024");
    expect(code).toBe(0);
    expect(err).toBe("/mnt/fuse2: the kernel does not let its read-ahead be set\n");
  });

  test("await: in time, or not at all", () => {
    mounted();
    writeFileSync(at("uptime"), "1.0 1.0\n");
    const late = run("mount-point", "await", "/mnt/fuse2", String(process.pid), "3");
    expect([late.code, late.err]).toEqual([1, "/mnt/fuse2: not mounted within 3 seconds\n"]);
    expect(content("slept").trim().split("\n")).toEqual(["1", "1", "1"]);
  });

  test("await: a process that has ended is not waited for", () => {
    mounted();
    const ended = spawnSync("true").pid;
    const { code, err } = run("mount-point", "await", "/mnt/fuse2", String(ended), "60");
    expect([code, err]).toEqual([1, "/mnt/fuse2: the FUSE process has ended before it mounted\n"]);
  });

  test("no path becomes code", () => {
    mounted();
    const path = `/mnt/$(touch ${folder}/ran)'";touch ${folder}/ran;*`;
    expect(run("mount-point", "clear", path).code).toBe(0);
    expect(run("mount-point", "await", path, "1", "0").code).toBe(1);
    expect(existsSync(at("ran"))).toBe(false);
  });
});

describe("journal-there", () => {
  const journal = at("journal");
  beforeAll(() => {
    install("journal-there", JOURNAL_THERE, LEDGERS, "ledgers");
    // The quorum as it is a while later.
    executable(
      "sleep",
      '#!/bin/sh\necho "$1" >>"$FOLDER/slept"\n[ ! -e "$FOLDER/later" ] || mv "$FOLDER/later" "$FOLDER/quorum"\n',
    );
    executable("runuser", '#!/bin/sh\necho "$*" >>"$FOLDER/asked"\ncat "$FOLDER/quorum" 2>/dev/null\n');
  });
  beforeEach(() =>
    ["journal", "ledgers", "quorum", "later", "slept", "asked"].forEach((name) =>
      rmSync(at(name), { recursive: true, force: true }),
    ),
  );

  const put = (path: string, text: string): void => {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
  };
  const served = (from: string): void => put(at("ledgers/3f9c/unit-0123456789abcdef/served"), from);
  const member = (state: string, host: string): string => `${state.padEnd(11)} | 0        | ${host}:19200\n`;
  const quorum = (...members: string[]): void => writeFileSync(at("quorum"), `Quorum size\t: 3\n\n${members.join("")}`);
  const holds = (name: string): void => {
    served(journal);
    put(join(journal, "raft/02511d47", name), "x");
  };
  const start = (address = "a:19200") =>
    run("journal-there", journal, "unit-0123456789abcdef", address, "alluxio", "/opt/bin/alluxio");
  const asked = (): boolean => existsSync(at("asked"));

  test.each<[string, () => void]>([
    ["a master that has never served", () => mkdirSync(journal)],
    ["one that has served from another folder", () => served("/srv/journal")],
    ["another unit of that host", () => put(at("ledgers/3f9c/unit-fedcba9876543210/served"), journal)],
    ["a journal that is there", () => holds("current/log_0-1")],
    ["a journal of which a snapshot is there", () => holds("sm/1_2")],
  ])("%s: starts, and nobody is asked", (_, given) => {
    given();
    expect([start(), asked()]).toEqual([{ code: 0, out: "", err: "" }, false]);
  });

  test.each<[string, () => void]>([
    ["the folder is empty", () => mkdirSync(journal)],
    ["the folder is gone", () => undefined],
    ["nothing but empty files", () => put(join(journal, "raft/02511d47/current/log_inprogress_0"), "")],
    ["only the journal of the job master", () => put(join(journal, "JobJournal/raft/x/current/log_0-1"), "x")],
    [
      "most of the others are away",
      () => quorum(member("AVAILABLE", "b"), member("UNAVAILABLE", "c"), member("UNAVAILABLE", "a")),
    ],
    ["it counts itself", () => quorum(member("AVAILABLE", "a"), member("AVAILABLE", "b"), member("UNAVAILABLE", "c"))],
  ])("it has served from there, and %s: it is told, and not started", (_, given) => {
    served(journal);
    given();
    const { code, err } = start();
    expect([code, asked()]).toEqual([1, true]);
    expect(err).toContain(`${journal} is empty, and this master has served from it. It is not started: `);
    expect(err).toContain(`(${at("ledgers/3f9c/unit-0123456789abcdef/served")} says that it has served.)`);
  });

  test("the only master asks nobody", () => {
    served(journal);
    const { code, err } = start("");
    expect([code, asked()]).toEqual([1, false]);
    expect(err).not.toContain("quorum");
  });

  test("it has served from there, and most of its quorum serves without it: they fill it", () => {
    served(journal);
    quorum(member("UNAVAILABLE", "a"), member("AVAILABLE", "b"), member("AVAILABLE", "c"));
    expect(start().code).toBe(0);
    expect(content("asked")).toBe(
      "-u alluxio -- /opt/bin/alluxio fsadmin journal quorum info -domain MASTER\n".repeat(2),
    );
    expect(content("slept")).toBe("30\n");
  });

  test("those that have just ended are found out", () => {
    served(journal);
    quorum(member("UNAVAILABLE", "a"), member("AVAILABLE", "b"), member("AVAILABLE", "c"));
    writeFileSync(at("later"), member("UNAVAILABLE", "a") + member("UNAVAILABLE", "b") + member("AVAILABLE", "c"));
    expect(start().code).toBe(1);
  });
});
