import { parseQuorum } from "../../../provider/probes/quorum";
import {
  journalMember,
  type JournalMemberAccess,
  type JournalMemberInputs,
} from "../../../provider/resources/journalMember";
import type { Quorum } from "../../../provider/quorum";
import { fakeClock, notes } from "./fakes";

const INPUTS: JournalMemberInputs = {
  clusterId: "3f9c2ab1d4e5aa00",
  index: 1,
  address: "master-2:19200",
  formedWith: 1,
  earlierMasters: ["dev-master-1-3f9c"],
  container: "dev-joining-master-2-3f9c",
  image: "sha256:1",
  command: ["master-only", "--no-format"],
  environment: [],
  hostname: "master-2",
  network: "dev-network-3f9c",
  volumes: { "dev-journal-master-2-3f9c": "/journal" },
};
const ALONE: Quorum = { "master-1:19200": true };
const JOINED: Quorum = { "master-1:19200": true, "master-2:19200": true };

/** A quorum of which the looks after each start are given; the last one stays. */
function world(before: Quorum | undefined, ...afterStart: (Quorum | undefined)[]) {
  const acts: string[] = [];
  const access: JournalMemberAccess = {
    quorum: async () => {
      const starts = acts.filter((act) => act === "start").length;
      return starts === 0 ? before : afterStart[Math.min(starts, afterStart.length) - 1];
    },
    start: async () => void acts.push("start"),
    remove: async () => void acts.push("remove"),
  };
  const clock = fakeClock();
  const kind = journalMember(access, clock);
  const create = (inputs = INPUTS) => kind.create({ name: "m", news: inputs, timeoutSeconds: 600, progress: notes() });
  return { kind, acts, clock, create };
}

describe("a master's journal", () => {
  test("a member from the first day has nothing to join", async () => {
    const { acts, create } = world(undefined);
    await create({ ...INPUTS, formedWith: 3 });
    expect(acts).toEqual([]);
  });

  test("a later one joins, and makes room for the container that stays", async () => {
    const { acts, create } = world(ALONE, JOINED);
    expect((await create()).id).toBe("master-2:19200");
    expect(acts).toEqual(["start", "remove"]);
  });

  test("one that asked too late never asks again: it is started anew until it is in", async () => {
    const { acts, create } = world(ALONE, ALONE, { ...ALONE, "master-2:19200": false }, JOINED);
    await create();
    expect(acts).toEqual(["start", "start", "start", "remove"]);
  });

  test("nothing is started while the masters before it have no leader, or no majority", async () => {
    for (const before of [undefined, { "master-1:19200": true, "master-2:19200": false }]) {
      const { acts, create } = world(before);
      await expect(create({ ...INPUTS, index: 2, address: "master-3:19200" })).rejects.toThrow(
        "master-3:19200 cannot join: the masters before it have no leader",
      );
      expect(acts).toEqual([]);
    }
  });

  test("after a run that was killed once it had joined, only its container is taken away", async () => {
    const { acts, create } = world(JOINED);
    await create();
    expect(acts).toEqual(["remove"]);
  });

  test("it gives up at its time limit, and says what to do", async () => {
    const { create } = world(ALONE, ALONE);
    await expect(create()).rejects.toThrow("did not join the quorum within 600 s");
  });

  test("no change but another address makes it join again", () => {
    const { kind } = world(ALONE);
    const diff = (news: JournalMemberInputs) => kind.diff({ state: INPUTS, oldInputs: INPUTS, news });
    expect(diff({ ...INPUTS, image: "sha256:2", environment: ["A=1"], formedWith: 3 })).toEqual([]);
    expect(diff({ ...INPUTS, address: "master-2:19201" })).toEqual([
      { path: "address", kind: "update", replace: true },
    ]);
  });
});

test("parseQuorum reads fsadmin's table, and nothing else", () => {
  const text = `Journal domain\t: MASTER
Quorum size\t: 2
Quorum leader\t: master-1:19200

STATE       | PRIORITY | SERVER ADDRESS
AVAILABLE   | 0        | master-1:19200
UNAVAILABLE | 0        | master-2:19200
`;
  expect(parseQuorum(text)).toEqual({ "master-1:19200": true, "master-2:19200": false });
  expect(parseQuorum("Failed to connect to master\n")).toBeUndefined();
});
