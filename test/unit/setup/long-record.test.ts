import { recorded, type FileRecord } from "../../../scripts/long-record";

const run = { project: "/project", commit: "abc", date: "2026-01-02" };
const fileOf = (file: string, ...names: string[]) => ({
  name: `/project/test/long/${file}`,
  status: "passed",
  startTime: 1_000,
  endTime: 63_400,
  assertionResults: names.map((fullName) => ({ fullName, status: "passed", duration: 1_600 })),
});
const earlier = (file: string): FileRecord => ({
  file: `test/long/${file}`,
  commit: "old",
  date: "2025-12-31",
  seeds: ["SEED=1"],
  seconds: 1,
  cases: [],
});

test("a run of some files keeps the last runs of the others, and takes the seeds out of the names", () => {
  const report = {
    testResults: [fileOf("kills.test.ts", "ten (replay with KILL_SEED=7) one", "ten (replay with KILL_SEED=7) SEED=8")],
  };
  expect(recorded([earlier("upgrade.test.ts"), earlier("kills.test.ts")], report, run)).toEqual([
    {
      file: "test/long/kills.test.ts",
      commit: "abc",
      date: "2026-01-02",
      seeds: ["KILL_SEED=7", "SEED=8"],
      seconds: 62,
      cases: [
        { name: "ten (replay with KILL_SEED=7) one", status: "passed", seconds: 2 },
        { name: "ten (replay with KILL_SEED=7) SEED=8", status: "passed", seconds: 2 },
      ],
    },
    earlier("upgrade.test.ts"),
  ]);
});
