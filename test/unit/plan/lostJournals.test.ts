import {
  abandonedJournals,
  confirmedLossOf,
  lostJournals,
  type JournalSight,
} from "../../../components/plan/lostJournals";

const at = (seen: JournalSight["seen"], host = "blue4", running = false): JournalSight => ({
  host,
  path: "/var/lib/journal",
  seen,
  running,
});

describe("journals that are gone", () => {
  test.each<[string, JournalSight[], string[]]>([
    ["all are there", [at("there", "a"), at("there", "b"), at("there", "c")], []],
    ["none was formed yet", [at("never formed")], []],
    ["one of three is gone: the others fill it", [at("lost", "a"), at("there", "b"), at("there", "c")], []],
    ["a new one beside the only one", [at("there", "a"), at("never formed", "b")], []],
    ["the only one is gone", [at("lost")], ["blue4"]],
    ["two of three are gone", [at("lost", "a"), at("lost", "b"), at("there", "c")], ["a", "b"]],
    ["one is gone, one is off", [at("lost", "a"), at("unseen", "b"), at("there", "c")], ["a"]],
    ["the only one that was formed is gone", [at("lost", "a"), at("never formed", "b")], ["a"]],
  ])("%s", (_, found, hosts) => {
    expect(lostJournals(found).map(({ change, effect, mustConfirm }) => [change, effect, mustConfirm])).toEqual(
      hosts.map((host) => [`lose the journal /var/lib/journal on host ${host}`, "metadata loss", true]),
    );
  });

  test("who cannot be asked is named, and a master that runs on is the way to a backup", () => {
    const { reason } = lostJournals([at("lost", "a", true), at("unseen", "b"), at("there", "c")])[0]!;
    expect(reason).toContain("of 3 masters only 1 is seen to have theirs (b cannot be asked: bring it back first)");
    expect(reason).toContain("save what the master there, which still runs, knows");
    expect(lostJournals([at("lost")])[0]!.reason).not.toContain("still runs");
  });
});

describe("a confirmed loss", () => {
  const place = { host: "blue4", path: "/var/lib/journal" };
  const entry = "lose the journal /var/lib/journal on host blue4 @3f9c";
  test.each([
    [[], undefined],
    [["give up 1 file not persisted @3f9c", entry], entry],
    [["lose the journal /var/lib/journal on host blue4"], undefined],
    [["lose the journal /var/lib/journal on host blue44 @3f9c"], undefined],
    [["lose the journal /var/lib/journal on host blue4 @all"], undefined],
  ])("of %j: %j", (confirm, found) => {
    expect(confirmedLossOf(place, confirm)).toBe(found);
  });
});

describe("journals that a spec without its state does not name any more", () => {
  const from = (host: string) => ({ host, path: "/var/lib/journal" });
  test.each<[string, string[], JournalSight[], string[]]>([
    ["none has served", [], [at("never formed")], []],
    ["the same place", ["blue4"], [at("there")], []],
    ["the same place, and it is lost: that is another refusal", ["blue4"], [at("lost")], []],
    ["the only one is elsewhere", ["blue4"], [at("never formed", "red1")], ["blue4"]],
    [
      "one of three is elsewhere: the others fill it",
      ["a", "b", "c"],
      [at("there", "a"), at("there", "b"), at("never formed", "d")],
      [],
    ],
    ["two of three are elsewhere", ["a", "b", "c"], [at("there", "a"), at("never formed", "d")], ["b", "c"]],
  ])("%s", (_, served, found, left) => {
    expect(abandonedJournals(served.map(from), found).map(({ change, mustConfirm }) => [change, mustConfirm])).toEqual(
      left.map((host) => [`leave the journal /var/lib/journal on host ${host}`, true]),
    );
  });
});
