import { namesIn } from "../../../../provider/hosts/hostEarlierLives";
import { parseJournal } from "../../../../provider/hosts/hostJournals";

test.each([
  ["there\n", { seen: "there", foreign: false }],
  ["there\nforeign\n", { seen: "there", foreign: true }],
  ["never formed\n", { seen: "never formed" }],
  ["lost\n", { seen: "lost", running: false }],
  ["lost\nrunning\n", { seen: "lost", running: true }],
  ["", { seen: "unseen" }],
])("a look at a journal that says %j", (said, seen) => {
  expect(parseJournal(said)).toEqual(seen);
});

test.each([
  ["/etc/systemd/system/alluxio-dev-job-master.service", ["dev-job", "dev"]],
  ["/etc/systemd/system/alluxio-my-own-worker.service", ["my-own", "my"]],
  ["/etc/systemd/system/mnt-ramdisk.mount", []],
])("a cluster's name may be in %s", (path, names) => {
  expect(namesIn(path)).toEqual(names);
});
