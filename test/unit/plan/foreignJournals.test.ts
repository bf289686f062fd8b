import { judge } from "../../../components/plan/confirmation";
import { beginsWithBackup, foreignJournals, type BackupSight } from "../../../components/plan/foreignJournals";
import type { JournalSight } from "../../../components/plan/lostJournals";

const at = (host: string, foreign: boolean): JournalSight => ({
  host,
  path: "/var/lib/journal",
  seen: "there",
  ...(foreign ? { foreign, identity: "1001" } : { foreign }),
});
const BACKUP: BackupSight = { path: "/nfs/b.gz", file: { bytes: 812, writtenAt: "2026-11-30T11:00:00.000Z" } };
const lineFor = (...told: Parameters<typeof judge>[0]): string => judge(told, [], "").refused[0]!.confirmation;

describe("journals that a new cluster finds", () => {
  test.each<[string, JournalSight[], string[]]>([
    ["none", [{ host: "a", path: "/var/lib/journal", seen: "never formed" }], []],
    ["its own", [at("a", false)], []],
    ["somebody else's, on one of two hosts", [at("a", false), at("b", true)], ["b"]],
  ])("%s", (_, found, hosts) => {
    expect(foreignJournals(found).map(({ change, effect, mustConfirm }) => [change, effect, mustConfirm])).toEqual(
      hosts.map((host) => [`take over the journal /var/lib/journal on host ${host}`, "takeover", true]),
    );
  });
});

test("the confirmation is bound to the folder that it was given for", () => {
  const [before] = foreignJournals([at("a", true)]);
  const [after] = foreignJournals([{ ...at("a", true), identity: "1002" }]);
  expect(after!.change).toBe(before!.change);
  expect(lineFor(after!)).not.toBe(lineFor(before!));
});

describe("a backup that a new cluster begins with", () => {
  test("is confirmed with its age, and for that very file", () => {
    const [told] = beginsWithBackup(BACKUP);
    expect(told).toMatchObject({ effect: "takeover", mustConfirm: true });
    expect(told!.change).toBe("begin with the backup /nfs/b.gz of 2026-11-30T11:00:00.000Z");
    const [larger] = beginsWithBackup({ ...BACKUP, file: { ...BACKUP.file!, bytes: 813 } });
    expect(lineFor(larger!)).not.toBe(lineFor(told!));
  });

  test("in an object store, where nobody looks, is confirmed by its name", () => {
    expect(beginsWithBackup({ path: "s3://b/x.gz" }).map(({ change }) => change)).toEqual([
      "begin with the backup s3://b/x.gz",
    ]);
  });

  test("that is not there asks for nothing", () => {
    expect(beginsWithBackup(undefined)).toEqual([]);
  });
});
