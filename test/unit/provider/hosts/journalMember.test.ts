import { hostJournalMember, type HostJournalMemberInputs } from "../../../../provider/resources/hosts/journalMember";
import type { Quorum } from "../../../../provider/resources/journalMember";
import { fakeClock } from "../fakes";
import { ON_HOST, rest } from "./given";

const INPUTS: HostJournalMemberInputs = {
  ...ON_HOST,
  index: 1,
  address: "blue4:19200",
  formedWith: 1,
  earlierMasters: ["blue3"],
  unit: { name: "alluxio-dev-master-joining.service", text: "[Service]\n" },
  journal: "/var/lib/alluxio/journal",
  installation: { prefix: "/opt/alluxio", user: "alluxio" },
};
const ALONE: Quorum = { "blue3:19200": true };
const JOINED: Quorum = { ...ALONE, "blue4:19200": true };

/** @param looks at its journal until there is something in it */
function world(before: Quorum, looks = 0) {
  const acts: string[] = [];
  const kind = hostJournalMember(
    {
      quorum: async () => (acts.includes("start") ? JOINED : before),
      start: async () => void acts.push("start"),
      hasJournal: async () => (acts.push("look"), looks-- <= 0),
      remove: async () => void acts.push("remove"),
    },
    fakeClock(),
  );
  return { kind, acts, create: (news = INPUTS) => kind.create({ name: "m", news, ...rest() }) };
}

test("it is stopped when the quorum counts on it, and not before its journal holds something", async () => {
  const { acts, create } = world(ALONE, 2);
  expect((await create()).id).toBe("blue4:19200");
  expect(acts).toEqual(["start", "look", "look", "look", "remove"]);
});

test.each<[string, Quorum, number, string[]]>([
  ["one of those that formed the quorum", ALONE, 3, []],
  ["one that joined in a run that was killed", JOINED, 1, ["remove"]],
])("%s starts nothing", async (_, before, formedWith, expected) => {
  const { acts, create } = world(before);
  await create({ ...INPUTS, formedWith });
  expect(acts).toEqual(expected);
});

test("on another host, or with another journal, it joins anew; with another configuration it does not", () => {
  const { kind } = world(ALONE);
  const replaced = (news: Partial<HostJournalMemberInputs>) =>
    kind.diff({ state: INPUTS, oldInputs: INPUTS, news: { ...INPUTS, ...news } }).map(({ path }) => path);
  expect(replaced({ unit: { ...INPUTS.unit, text: "x" }, formedWith: 3 })).toEqual([]);
  expect(replaced({ host: "blue5" })).toEqual(["host"]);
  expect(replaced({ journal: "/ssd/journal" })).toEqual(["journal"]);
});
