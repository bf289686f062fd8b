import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { findExecutable, run } from "../../../scripts/setup/command";
import { duration, Progress, roughly } from "../../../scripts/setup/progress";
import { checkStack, stackNames } from "../../../scripts/setup/stack-config";
import { count } from "../../../scripts/tests";
import type { JestReport } from "../../../scripts/tests";

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "scripts-"))));
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("a test run", () => {
  const file = (name: string, tests = 1, status = "passed") => ({
    name: `/p/test/${name}`,
    assertionResults: Array.from({ length: tests }, (_, i) => ({ fullName: `test ${i}`, status: "passed" })),
    status,
    startTime: 0,
    endTime: 1,
  });
  const report = (change: Partial<JestReport>): JestReport => ({
    numPassedTests: 2,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [file("unit/a.test.ts"), file("e2e/b.test.ts")],
    ...change,
  });

  test("of which all passed has no failure", () => {
    expect(count(report({}), ["unit", "e2e"], "/p", () => undefined)).toEqual({ passed: 2, failed: 0, failures: [] });
  });

  test.each<[string, Partial<JestReport>, number]>([
    ["a failed test", { numFailedTests: 1 }, 1],
    ["a skipped test", { numPendingTests: 1 }, 1],
    ["a test that is still to be written", { numTodoTests: 1 }, 1],
    [
      "a file that does not compile",
      { testResults: [file("unit/a.test.ts"), file("e2e/b.test.ts", 1), file("e2e/c.test.ts", 0, "failed")] },
      1,
    ],
    ["a suite without tests", { testResults: [file("unit/a.test.ts")] }, 1],
    ["no test at all", { numPassedTests: 0, testResults: [] }, 2],
  ])("counts %s as a failure", (_, change, failed) => {
    expect(count(report(change), ["unit", "e2e"], "/p", () => undefined).failed).toBe(failed);
  });
});

test("what failed is told once more at the end: its file, its name and why", () => {
  const failed = {
    fullName: "a part › adds",
    status: "failed",
    failureMessages: ["\u001b[31mExpected: 3\u001b[39m\nReceived: 4"],
  };
  const passed = { fullName: "a part › takes", status: "passed" };
  const times = { startTime: 0, endTime: 1, status: "failed" };
  const report: JestReport = {
    ...{ numPassedTests: 1, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 },
    testResults: [
      { name: "/p/test/unit/a.test.ts", assertionResults: [failed, passed], ...times },
      { name: "/p/test/unit/b.test.ts", assertionResults: [], message: "no such module", ...times },
    ],
  };
  expect(count(report, ["unit"], "/p", () => undefined)).toEqual({
    passed: 1,
    failed: 2,
    failures: [
      "test/unit/a.test.ts: a part › adds\n    Expected: 3\n    Received: 4",
      "test/unit/b.test.ts: could not be run\n    no such module",
    ],
  });
});

test("a stack without a config file is refused, and the others named", () => {
  for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.ha.yaml"])
    fs.writeFileSync(path.join(folder, name), "");
  expect(stackNames(folder)).toEqual(["dev", "ha"]);
  expect(() => checkStack(folder, "dev")).not.toThrow();
  expect(() => checkStack(folder, "prod")).toThrow(
    'There is no stack "prod": Pulumi.prod.yaml does not exist. Stacks here: dev, ha.',
  );
});

describe("a command", () => {
  test("gives its standard output", async () => {
    await expect(run("/bin/sh", ["-c", "echo out; echo err >&2"])).resolves.toBe("out\n");
  });

  test("that fails says how it ended and what it said last", async () => {
    const failing = run("/bin/sh", ["-c", "for i in $(seq 100); do echo line $i; done; echo why >&2; exit 3"]);
    await expect(failing).rejects.toThrow(/^sh -c .*exit code 3\n(line \d+\n){14}why$/s);
  });

  test("that hangs is ended", async () => {
    await expect(run("/bin/sleep", ["30"], { seconds: 0.2 })).rejects.toThrow("no end within 0.2 s");
  });

  test("is found on PATH, but not inside the project itself", () => {
    for (const name of ["one", "two"]) {
      fs.mkdirSync(path.join(folder, name));
      fs.writeFileSync(path.join(folder, name, "tool"), "", { mode: name === "one" ? 0o755 : 0o755 });
    }
    const search = `${folder}/one:${folder}/two`;
    expect(findExecutable("tool", search)).toBe(`${folder}/one/tool`);
    expect(findExecutable("tool", search, `${folder}/one`)).toBe(`${folder}/two/tool`);
    fs.chmodSync(`${folder}/one/tool`, 0o644);
    expect(findExecutable("tool", search)).toBe(`${folder}/two/tool`);
    expect(findExecutable("nothing", search)).toBeUndefined();
  });
});

describe("progress", () => {
  test.each([
    [7.4, "7 s"],
    [89, "89 s"],
    [90, "1 min 30 s"],
    [120, "2 min"],
  ])("%s seconds are %s", (seconds, text) => expect(duration(seconds)).toBe(text));

  test("a total is rounded up", () => {
    expect(roughly(11)).toBe("20 seconds");
    expect(roughly(301)).toBe("6 minutes");
  });

  test("tells the expected time first, how far it is, and how long it took", async () => {
    const lines: string[] = [];
    const progress = new Progress((line) => lines.push(line), 0.05);
    await progress.step("Thing", 60, () => new Promise((resolve) => setTimeout(resolve, 120)));
    expect(lines[0]).toBe("  Thing … (about 60 s)");
    expect(lines[1]).toBe("  Thing … 0 s of about 60 s");
    expect(lines.at(-1)).toBe("  Thing: done in 0 s");
  });
});
