import { hostJournalMember, type HostJournalMemberInputs } from "../../../../provider/resources/hosts/journalMember";
import type { Quorum } from "../../../../provider/quorum";
import { fakeClock } from "../fakes";
import { ON_HOST, rest } from "./given";

const INPUTS: HostJournalMemberInputs = {
  ...ON_HOST,
  index: 1,
  address: "blue4:19200",
  formedWith: 1,
  earlierMasters: ["blue3"],
  laterMasters: [],
  intended: ["blue3:19200", "blue4:19200"],
  unit: { name: "alluxio-dev-master-joining.service", text: "[Service]\n" },
  journal: "/var/lib/alluxio/journal",
  installation: { prefix: "/opt/alluxio", user: "alluxio" },
};
const ALONE: Quorum = { "blue3:19200": true };
const JOINED: Quorum = { ...ALONE, "blue4:19200": true };

/** @param looks at its journal until there is something in it */
function world(before: Quorum, looks = 0) {
  const acts: string[] = [];
  const knows: string[][] = [];
  const kind = hostJournalMember(
    {
      quorum: async () => (acts.includes("start") ? JOINED : before),
      dismiss: async (_, address) => void acts.push(`dismiss ${address}`),
      start: async (_, members) => {
        acts.push("start");
        knows.push([...members]);
      },
      hasJournal: async () => (acts.push("look"), looks-- <= 0),
      remove: async () => void acts.push("remove"),
    },
    fakeClock(),
  );
  return { kind, acts, knows, create: (news = INPUTS) => kind.create({ name: "m", news, ...rest() }) };
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

describe("in the place of a master that is gone", () => {
  const REPLACES = { ...INPUTS, laterMasters: ["blue5"], intended: ["blue3:19200", "blue4:19200", "blue5:19200"] };
  const OTHERS: Quorum = { "blue3:19200": true, "blue5:19200": true };

  test("the dead one is taken out first, and the newcomer knows those that are left", async () => {
    const { acts, knows, create } = world({ ...OTHERS, "blue9:19200": false });
    await create(REPLACES);
    expect(acts).toEqual(["dismiss blue9:19200", "start", "look", "remove"]);
    expect(knows).toEqual([["blue3:19200", "blue5:19200"]]);
  });

  test.each<[string, Quorum]>([
    ["one that leaves, and still serves", { ...OTHERS, "blue9:19200": true }],
    ["one that is away, and stays in the spec", { ...OTHERS, "blue5:19200": false, "blue9:19200": true }],
  ])("%s, is not taken out", async (_, before) => {
    const { acts, knows, create } = world(before);
    await create(REPLACES);
    expect(acts).toEqual(["start", "look", "remove"]);
    expect(knows).toEqual([Object.keys(before)]);
  });

  test("nothing is done while no majority answers", async () => {
    const { acts, create } = world({ "blue3:19200": true, "blue5:19200": false, "blue9:19200": false });
    await expect(create(REPLACES)).rejects.toThrow("have no leader");
    expect(acts).toEqual([]);
  });
});

test("on another host, or with another journal, it joins anew; with another configuration it does not", () => {
  const { kind } = world(ALONE);
  const replaced = (news: Partial<HostJournalMemberInputs>) =>
    kind.diff({ state: INPUTS, oldInputs: INPUTS, news: { ...INPUTS, ...news } }).map(({ path }) => path);
  expect(replaced({ unit: { ...INPUTS.unit, text: "x" }, formedWith: 3 })).toEqual([]);
  expect(replaced({ host: "blue5" })).toEqual(["host"]);
  expect(replaced({ journal: "/ssd/journal" })).toEqual(["journal"]);
});
