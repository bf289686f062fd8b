import { readFileSync } from "node:fs";
import type { Benchmark } from "../../../bench/benchmark";
import { BENCHMARKS } from "../../../bench/catalog";
import { renderChart } from "../../../bench/chart";
import { PAGE, renderPage } from "../../../bench/page";
import { readRecord } from "../../../bench/records";
import { judge, type BenchmarkRecord, type Verdict } from "../../../bench/result";
import { renderTable } from "../../../bench/table";

const RECORD: BenchmarkRecord = {
  benchmark: "reads",
  command: "npm run bench -- reads",
  date: "2026-11-22",
  commit: "0123456789abcdef+",
  rounds: 3,
  machine: {
    cores: 2,
    memoryMiB: 4096,
    kernel: "6.1",
    node: "20.19.0",
    docker: "20.10.24",
    pulumi: "3.259.0",
    plugins: "docker: stand-in",
    loadBefore: 0.4,
  },
  comparisons: [
    {
      name: "first read",
      ours: { of: "as deployed", unit: "MiB/s", values: [800, 700, 900] },
      peer: { of: "defaults", unit: "MiB/s", values: [600, 500, 700] },
      goal: { of: "ratio", bound: "at least", value: 1.2 },
    },
    {
      name: 'four "readers" <together>',
      ours: { of: "as deployed", unit: "MiB/s", values: [1000] },
      peer: { of: "defaults", unit: "MiB/s", values: [1000] },
      goal: { of: "ratio", bound: "at least", value: 1.2 },
    },
  ],
  beside: [{ of: "ramdisk itself", unit: "MiB/s", values: [6000] }],
  notes: ["Every file was verified."],
};
const BENCHMARK: Benchmark = {
  name: "reads",
  title: "Reads",
  about: "Reads against reads.",
  leavesOut: ["Small files."],
  rounds: 3,
  run: () => Promise.reject(new Error("not run here")),
};

describe("the table", () => {
  const text = renderTable(RECORD, { colors: false });

  test("holds both sides, the ratio, the goal and the verdict, met or not", () => {
    expect(text).toMatch(/first read +as deployed +800 MiB\/s \[700–900\] +1\.33 × +≥ 1\.2 × +met$/m);
    expect(text).toMatch(/readers.* +as deployed +1000 MiB\/s \[1000–1000\] +1\.00 × +≥ 1\.2 × +not met$/m);
    expect(text).toMatch(/ramdisk itself +6000 MiB\/s/);
    expect(text).toContain("Every file was verified.");
  });
});

describe("the chart", () => {
  const svg = renderChart("Reads & writes", RECORD.comparisons);

  test("is well-formed, whatever the names hold", () => {
    expect(svg).toContain("four &quot;readers&quot; &lt;together&gt;");
    expect(svg.match(/<svg /g)).toHaveLength(1);
    expect(svg.trimEnd().endsWith("</svg>")).toBe(true);
    // What is not closed by itself is closed.
    expect(svg.match(/<text /g)).toHaveLength(svg.match(/<\/text>/g)!.length);
  });

  test("bars are as long as their medians, and the goal is marked", () => {
    const bars = [...svg.matchAll(/height="16" fill="(#\w+)"/g)];
    const widths = [...svg.matchAll(/width="([\d.]+)" height="16"/g)].map(([, width]) => Number(width));
    expect(bars).toHaveLength(4);
    expect(widths[0]! / widths[1]!).toBeCloseTo(800 / 600, 2);
    expect(widths[2]).toBeCloseTo(widths[3]!, 1);
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(2);
    expect(svg).toContain("goal ≥ 1.2 ×: not met");
  });
});

describe("the page", () => {
  test("tells figures, verdicts, conditions, the command and what the ratio leaves out", () => {
    const page = renderPage([BENCHMARK], () => RECORD);
    for (const part of [
      "## Reads",
      "`npm run bench -- reads`",
      "| first read | as deployed: 800 MiB/s [700–900] | defaults: 600 MiB/s [500–700] | 1.33 × | ≥ 1.2 × | met |",
      "| 1.00 × | ≥ 1.2 × | not met |",
      "Goals met: 1 of 2.",
      "commit `0123456789ab` with changes, 3 rounds, 2 cores",
      "- Small files.",
      "(../bench/results/reads.svg)",
    ]) {
      expect(page).toContain(part);
    }
  });

  test("says so where nothing was measured", () => {
    expect(renderPage([BENCHMARK], () => undefined)).toContain("Not measured yet.");
  });

  test("docs/performance.md is what the figures in bench/results say", () => {
    expect(readFileSync(PAGE, "utf8")).toBe(renderPage(BENCHMARKS, readRecord));
  });

  test("verdicts in bench/results follow from the figures beside them", () => {
    const records = BENCHMARKS.flatMap(({ name }) => readRecord(name) ?? []);
    for (const { comparisons } of records) {
      for (const comparison of comparisons) {
        expect((comparison as typeof comparison & { verdict: Verdict }).verdict).toEqual(judge(comparison));
      }
    }
  });
});
