import { lostJournals, type JournalSight } from "../../../components/plan/lostJournals";

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
