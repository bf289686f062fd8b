import * as fc from "fast-check";
import { confirmationOf, judge, lossOfVolume, stateToken } from "../../../components/plan/confirmation";
import type { Consequence } from "../../../components/plan/consequences";
import { planCluster } from "../../../components/plan/planCluster";
import { fromStruct, toStruct } from "../../../provider/rpc/values";
import { dockerConfigs, RICH, SMALL, specOf } from "../../support/specs";

const loss = (change: string): Consequence => ({ effect: "data loss", change, reason: "gone", mustConfirm: true });
const restart: Consequence = {
  effect: "restart",
  change: "restart proxy",
  reason: "ports changed",
  mustConfirm: false,
};
const TOKEN = "3f9c";

describe("judge", () => {
  test("what needs no confirmation passes", () => {
    expect(judge([restart], [], TOKEN)).toMatchObject({
      refused: [],
      accepted: [{ change: "restart proxy" }],
      stale: [],
    });
  });

  test("a loss is refused, with the line that would confirm it", () => {
    expect(judge([loss("remove under-storage"), restart], [], TOKEN)).toEqual({
      refused: [{ ...loss("remove under-storage"), confirmation: "remove under-storage @3f9c" }],
      accepted: [{ ...restart, confirmation: "restart proxy @3f9c" }],
      stale: [],
    });
  });

  test("the printed line confirms it, and only it", () => {
    const verdict = judge([loss("a"), loss("b")], [confirmationOf("a", TOKEN)], TOKEN);
    expect(verdict.accepted.map((one) => one.change)).toEqual(["a"]);
    expect(verdict.refused.map((one) => one.change)).toEqual(["b"]);
    expect(verdict.stale).toEqual([]);
  });

  test.each([
    ["another token", "a @0000"],
    ["no token", "a"],
    ["another change", "b @3f9c"],
    ["more than the line", "a @3f9c "],
  ])("%s confirms nothing, and is noted", (_, entry) => {
    const verdict = judge([loss("a")], [entry], TOKEN);
    expect(verdict.refused.map((one) => one.change)).toEqual(["a"]);
    expect(verdict.stale).toEqual([entry]);
  });

  test("a line for what needs none is stale, and so is one whose loss is past", () => {
    const entries = ["restart proxy @3f9c", "remove under-storage @3f9c"];
    expect(judge([restart], entries, TOKEN).stale).toEqual(entries);
  });

  test("what cannot work is refused although it is confirmed", () => {
    const verdict = judge([{ ...loss("masters 3→1"), impossible: true }], ["masters 3→1 @3f9c"], TOKEN);
    expect(verdict.refused.map((one) => one.change)).toEqual(["masters 3→1"]);
    expect(verdict.accepted).toEqual([]);
    expect(verdict.stale).toEqual(["masters 3→1 @3f9c"]);
  });

  test("the loss of a volume that is gone is left to the volume", () => {
    expect(judge([], [confirmationOf(lossOfVolume("dev-journal-master-1-3f9c"), "1234")], TOKEN).stale).toEqual([]);
  });
});

describe("stateToken", () => {
  test("four hexadecimal digits, the same for the same state", () => {
    expect(stateToken(planCluster(specOf(SMALL)), [])).toMatch(/^[0-9a-f]{4}$/);
    expect(stateToken(planCluster(specOf(SMALL)), [])).toBe(stateToken(planCluster(specOf(SMALL)), []));
  });

  test("another plan, or what was confirmed before, makes another one", () => {
    const tokens = [
      stateToken(planCluster(specOf(SMALL)), []),
      stateToken(planCluster(specOf(SMALL)), ["remove under-storage @3f9c"]),
      stateToken(planCluster(specOf(RICH)), []),
    ];
    expect(new Set(tokens).size).toBe(3);
  });

  test("a confirmation that was used cannot be used for the state that it led to", () => {
    const plan = planCluster(specOf(SMALL));
    const given = confirmationOf("a", stateToken(plan, []));
    expect(judge([loss("a")], [given], stateToken(plan, [])).refused).toEqual([]);
    expect(judge([loss("a")], [given], stateToken(plan, [given])).refused).toHaveLength(1);
  });

  test("it does not hang on the order in which the engine sends keys", () =>
    fc.assert(
      fc.property(dockerConfigs, (config) => {
        const plan = planCluster(specOf(config));
        const received = (value: object): unknown => fromStruct(toStruct(value));
        expect(stateToken(received(reversed(plan) as object))).toBe(stateToken(received(plan)));
      }),
      { numRuns: 20 },
    ));
});

/** The same value with its keys the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}
