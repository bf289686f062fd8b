import fc from "fast-check";
import { durationProblem, formatDuration, parseDuration } from "../../../offline/plugins/docker/duration";

test.each([
  ["0s", 0],
  ["500ms", 5e8],
  ["1.5s", 15e8],
  ["30s", 30e9],
  ["1m0s", 60e9],
  ["1h0m0s", 3600e9],
  ["1h1m1s", 3661e9],
])("%s is %d ns in Go's own form", (text, nanoseconds) => {
  expect(parseDuration(text)).toBe(nanoseconds);
  expect(formatDuration(nanoseconds)).toBe(text);
  expect(durationProblem(text)).toBeUndefined();
});

test.each([
  ["60s", '"1m0s"'],
  ["1m", '"1m0s"'],
  ["90m", '"1h30m0s"'],
  ["1000ms", '"1s"'],
])("%s is told to be written %s", (text, form) => {
  expect(durationProblem(text)).toContain(form);
});

test.each(["", "5", "s", "5 s", "-5s", "five"])("%j is no duration", (text) => {
  expect(parseDuration(text)).toBeUndefined();
  expect(durationProblem(text)).toContain("must be a duration");
});

test("every whole millisecond keeps its value through its text", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), (milliseconds) => {
      expect(parseDuration(formatDuration(milliseconds * 1e6))).toBe(milliseconds * 1e6);
    }),
  );
});
