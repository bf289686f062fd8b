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
