import { goalsOf, judge, type Comparison, type Goal } from "../../../bench/result";
import { alternate } from "../../../bench/rounds";
import { summarize } from "../../../bench/statistics";
import { figure, goalText, measured, verdictText } from "../../../bench/words";

const comparison = (ours: number[], peer: number[], goal?: Goal): Comparison => ({
  name: "up",
  ours: { of: "ours", unit: "s", values: ours },
  peer: { of: "peer", unit: "s", values: peer },
  ...(goal ? { goal } : {}),
});
const atMost = (value: number): Goal => ({ of: "ratio", bound: "at most", value });
const atLeast = (value: number): Goal => ({ of: "ratio", bound: "at least", value });

test.each([
  [[3, 1, 2], { median: 2, min: 1, max: 3 }],
  [[4, 1, 2, 3], { median: 2.5, min: 1, max: 4 }],
  [[7], { median: 7, min: 7, max: 7 }],
  // By number, not as text.
  [[10, 9, 100], { median: 10, min: 9, max: 100 }],
])("the summary of %j", (values, summary) => {
  expect(summarize(values)).toEqual(summary);
});

test("nothing measured is no figure", () => {
  expect(() => summarize([])).toThrow("nothing was measured");
});

test.each<[string, number[], number[], Goal | undefined, number, boolean | undefined]>([
  ["within at most", [11, 12, 30], [10], atMost(1.2), 1.2, true],
  ["just above at most", [12.1], [10], atMost(1.2), 1.21, false],
  ["what is printed is what is judged", [12.04], [10], atMost(1.2), 1.2, true],
  ["within at least", [600], [100, 120], atLeast(5), 5.45, true],
  ["below at least", [100], [100], atLeast(1.2), 1, false],
  ["faster is no failure of at most", [5], [10], atMost(1.2), 0.5, true],
  ["no goal, no verdict", [5], [10], undefined, 0.5, undefined],
  ["our own figure, met", [14], [2], { of: "ours", bound: "at most", value: 15 }, 7, true],
  ["our own figure, missed", [16], [2], { of: "ours", bound: "at most", value: 15 }, 8, false],
])("the verdict: %s", (_, ours, peer, goal, ratio, met) => {
  const verdict = judge(comparison(ours, peer, goal));
  expect([verdict.ratio, verdict.met]).toEqual([ratio, met]);
});

test("goals are counted as they are", () => {
  const all = [comparison([1], [1], atMost(1)), comparison([2], [1], atMost(1)), comparison([1], [1])];
  expect(goalsOf(all)).toEqual({ met: 1, missed: 1 });
});

test("figures in words", () => {
  expect([figure(4.123, "s"), figure(41.23, "s"), figure(412.3, "s"), figure(4.6, "MiB/s")]).toEqual([
    "4.12",
    "41.2",
    "412",
    "5",
  ]);
  expect(measured("s", { median: 4.1, min: 3.98, max: 12 })).toBe("4.10 s [3.98–12.0]");
  expect(goalText(atMost(1.2), comparison([1], [1]))).toBe("≤ 1.2 ×");
  expect(goalText({ of: "ours", bound: "at most", value: 15 }, comparison([1], [1]))).toBe("≤ 15 s");
  expect([true, false, undefined].map(verdictText)).toEqual(["met", "not met", "–"]);
});

test("sides take turns, and none always comes first", async () => {
  const order: string[] = [];
  const side = (name: string) => async () => order.push(name);
  const told: string[] = [];
  const results = await alternate(3, { a: side("a"), b: side("b") }, (line) => told.push(line), String);
  expect(order).toEqual(["a", "b", "b", "a", "a", "b"]);
  expect(results).toEqual({ a: [1, 4, 5], b: [2, 3, 6] });
  expect(told).toHaveLength(6);
});
