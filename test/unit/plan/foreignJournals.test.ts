import { foreignJournals } from "../../../components/plan/foreignJournals";
import type { JournalSight } from "../../../components/plan/lostJournals";

const at = (host: string, foreign: boolean): JournalSight => ({
  host,
  path: "/var/lib/journal",
  seen: "there",
  foreign,
});

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
