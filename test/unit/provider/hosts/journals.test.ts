import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LEDGERS } from "../../../../components/plan/hosts/ledgerNames";
import { JOURNALS } from "../../../../provider/hosts/hostService";
import { LEDGER } from "../../../../provider/hosts/ledger";
import { namesIn } from "../../../../provider/hosts/hostEarlierLives";
import { parseBackup, parseJournal } from "../../../../provider/hosts/hostJournals";

test.each([
  ["there\n", { seen: "there", foreign: false }],
  ["there\nforeign 1001\n", { seen: "there", foreign: true, identity: "1001" }],
  ["never formed\n", { seen: "never formed" }],
  ["lost\n", { seen: "lost", running: false }],
  ["lost\nrunning\n", { seen: "lost", running: true }],
  ["", { seen: "unseen" }],
])("a look at a journal that says %j", (said, seen) => {
  expect(parseJournal(said)).toEqual(seen);
});

test("a look at a backup: its size, and when it was written; where it is not there, nothing", () => {
  expect(parseBackup("/b.gz", "backup 812 1796036400\n")).toEqual({
    path: "/b.gz",
    file: { bytes: 812, writtenAt: "2026-11-30T11:00:00.000Z" },
  });
  expect(parseBackup("/b.gz", "")).toBeUndefined();
});

test.each([
  ["/etc/systemd/system/alluxio-dev-job-master.service", ["dev-job", "dev"]],
  ["/etc/systemd/system/alluxio-my-own-worker.service", ["my-own", "my"]],
  ["/etc/systemd/system/mnt-ramdisk.mount", []],
])("a cluster's name may be in %s", (path, names) => {
  expect(namesIn(path)).toEqual(names);
});

describe("the mark that a master has served from its journal, by a real shell", () => {
  const folder = mkdtempSync(join(tmpdir(), "journals-"));
  const journal = join(folder, "journal");
  afterAll(() => rmSync(folder, { recursive: true }));
  const ask = (script: string): boolean => {
    const functions = (LEDGER + JOURNALS).replaceAll(LEDGERS, join(folder, "ledgers"));
    const { status, stderr } = spawnSync("sh", ["-c", `${functions}\n${script}`, "sh", "3f9c"], { encoding: "utf8" });
    expect(stderr).toBe("");
    return status === 0;
  };
  const lost = (path = journal): boolean => ask(`lost a.service '${path}'`);

  test("is made where something is in it, and then tells a loss of that very folder", () => {
    mkdirSync(join(journal, "raft/x/current"), { recursive: true });
    ask("note unit /etc/systemd/system/a.service");
    ask(`has_served a.service '${journal}'`);
    expect(lost()).toBe(false);
    writeFileSync(join(journal, "raft/x/current/log_0-1"), "x");
    ask(`has_served a.service '${journal}'`);
    expect(lost()).toBe(false);
    rmSync(join(journal, "raft"), { recursive: true });
    expect([lost(), lost("/srv/other"), lost("")]).toEqual([true, false, false]);
  });
});
