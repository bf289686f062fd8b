import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "./benchmark";
import { goalsOf, judge, type BenchmarkRecord, type MachineFacts } from "./result";
import { goalText, measured, ratioText, series, verdictText } from "./words";

export const PAGE = join(__dirname, "..", "docs", "performance.md");

const HEAD = `<!-- Generated from bench/ by \`npm run bench\`, or \`npm run bench -- --page\` alone. Do not edit. -->

# Performance

Each benchmark measures this project and its peer, or the floor below it, in the same run and by turns, so that whatever
else the machine does meets both. A figure is the median of its rounds with the least and the largest beside it; a ratio
is that of the medians, ours ÷ peer, and is what its goal is about. Goals that are not met say so.

\`npm run bench -- <name> [--rounds n]\` runs one of them again and writes its figures, its chart and this page anew. What
each needs and removes, and how to read it, stands in [CONTRIBUTING.md](../CONTRIBUTING.md#benchmarks).
`;

/** The page, from what the benchmarks are and what they measured last. */
export function renderPage(
  benchmarks: readonly Benchmark[],
  recordOf: (name: string) => BenchmarkRecord | undefined,
): string {
  const sections = benchmarks.map((benchmark) => renderSection(benchmark, recordOf(benchmark.name)));
  return [HEAD, ...sections].join("\n");
}

export function writePage(
  benchmarks: readonly Benchmark[],
  recordOf: (name: string) => BenchmarkRecord | undefined,
): void {
  writeFileSync(PAGE, renderPage(benchmarks, recordOf));
}

function renderSection(benchmark: Benchmark, record: BenchmarkRecord | undefined): string {
  const head = `## ${benchmark.title}\n\n${benchmark.about}\n\nCommand: \`npm run bench -- ${benchmark.name}\`\n`;
  const missing = `### What the ratio leaves out\n\n${benchmark.leavesOut.map((one) => `- ${one}`).join("\n")}\n`;
  return [head, record ? renderRecord(record) : "Not measured yet.\n", missing].join("\n");
}

function renderRecord(record: BenchmarkRecord): string {
  const { met, missed } = goalsOf(record.comparisons);
  const rows = record.comparisons.map((comparison) => {
    const { ours, peer, ratio, met: reached } = judge(comparison);
    return [
      comparison.name,
      `${comparison.ours.of}: ${measured(comparison.ours.unit, ours)}`,
      `${comparison.peer.of}: ${measured(comparison.peer.unit, peer)}`,
      ratioText(ratio),
      goalText(comparison.goal, comparison),
      verdictText(reached),
    ];
  });
  const parts = [
    renderRows(["", "ours", "peer", "ratio", "goal", "verdict"], rows),
    `![${record.benchmark}](../bench/results/${record.benchmark}.svg)`,
    ...(record.beside.length > 0
      ? [
          renderRows(
            ["beside it", ""],
            record.beside.map((one) => [one.of, series(one)]),
          ),
        ]
      : []),
    ...(record.notes.length > 0 ? [record.notes.map((note) => `- ${note}`).join("\n")] : []),
    `Goals met: ${met} of ${met + missed}. ${conditions(record)}`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function conditions({ rounds, date, commit, machine }: BenchmarkRecord): string {
  const when = `Measured on ${date}, commit \`${commit.slice(0, 12)}${commit.endsWith("+") ? "` with changes" : "`"}`;
  return `${when}, ${rounds} rounds, ${describeMachine(machine)}.`;
}

function describeMachine(machine: MachineFacts): string {
  return (
    `${machine.cores} cores, ${machine.memoryMiB} MiB, Linux ${machine.kernel}, Docker ${machine.docker}, ` +
    `Node ${machine.node}, Pulumi ${machine.pulumi}, plugins ${machine.plugins}; load before it ${machine.loadBefore}`
  );
}

function renderRows(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
