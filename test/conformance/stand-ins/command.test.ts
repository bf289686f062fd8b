import { connectionOf, delayBefore } from "../../../offline/plugins/command/dial";
import { OutputCollector, shownStreams } from "../../../offline/plugins/command/output";

const collect = (shown: readonly ("stdout" | "stderr")[]) => {
  const lines: string[] = [];
  return { lines, output: new OutputCollector((_severity, line) => lines.push(line), new Set(shown)) };
};

test("one newline at the end is cut off, and no more", () => {
  const { output } = collect([]);
  output.add("stdout", Buffer.from("a\n\n"));
  output.add("stderr", Buffer.from("b"));
  expect(output.finish()).toEqual({ stdout: "a\n", stderr: "b" });
});

test("a character that is split over two pieces stays whole", () => {
  const { output } = collect([]);
  const bytes = Buffer.from("grün");
  output.add("stdout", bytes.subarray(0, 3));
  output.add("stdout", bytes.subarray(3));
  expect(output.finish().stdout).toBe("grün");
});

test("lines are shown when they are whole, the last one at the end", () => {
  const { lines, output } = collect(["stdout"]);
  output.add("stdout", Buffer.from("one\ntw"));
  output.add("stderr", Buffer.from("unseen\n"));
  expect(lines).toEqual(["one"]);
  output.add("stdout", Buffer.from("o\nthree"));
  output.finish();
  expect(lines).toEqual(["one", "two", "three"]);
});

test("a failure holds what was printed, in its order", () => {
  const { output } = collect([]);
  output.add("stdout", Buffer.from("out\n"));
  output.add("stderr", Buffer.from("err\n"));
  expect(output.failure("Process exited with status 3").message).toBe("Process exited with status 3:\nout\nerr");
});

test.each([
  [undefined, false, ["stdout", "stderr"]],
  [undefined, true, []],
  ["stdoutAndStderr", true, ["stdout", "stderr"]],
  ["stdout", false, ["stdout"]],
  ["stderr", false, ["stderr"]],
  ["none", false, []],
])("logging %s with secret %s shows %j", (logging, secret, shown) => {
  expect([...shownStreams(logging, secret)]).toEqual(shown);
});

test("dials wait 100 ms, half as much again each time, at most 5 s", () => {
  expect([0, 1, 2, 9, 10, 50].map(delayBefore).map(Math.round)).toEqual([100, 150, 225, 3844, 5000, 5000]);
});

test("a connection has the SDK's defaults", () => {
  expect(connectionOf({ host: "h" })).toEqual({
    host: "h",
    port: 22,
    user: "root",
    dialErrorLimit: 10,
    perDialTimeout: 15,
  });
});
