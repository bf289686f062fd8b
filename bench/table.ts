import Table from "cli-table3";
import pc from "picocolors";
import { judge, type BenchmarkRecord } from "./result";
import { goalText, measured, ratioText, series, verdictText } from "./words";

const PLAIN = { "top-mid": "", "top-left": "", "top-right": "", top: "", "bottom-mid": "", "bottom-left": "" };
const NO_BORDERS = {
  ...PLAIN,
  bottom: "",
  "bottom-right": "",
  "left-mid": "",
  left: "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** What a benchmark measured, for a terminal. */
export function renderTable(record: BenchmarkRecord, { colors }: { readonly colors: boolean }): string {
  const paint = pc.createColors(colors);
  const rows = record.comparisons.map((comparison) => {
    const { ours, peer, ratio, met } = judge(comparison);
    const color = met === undefined ? paint.dim : met ? paint.green : paint.red;
    return [
      comparison.name,
      `${comparison.ours.of}\n${comparison.peer.of}`,
      `${measured(comparison.ours.unit, ours)}\n${measured(comparison.peer.unit, peer)}`,
      ratioText(ratio),
      goalText(comparison.goal, comparison),
      color(verdictText(met)),
    ];
  });
  const beside = record.beside.map((one) => [one.of, series(one)]);
  return [
    render(["", "", "median [min–max]", "ratio", "goal", ""], rows, paint.bold),
    ...(beside.length > 0 ? [render(["beside it", ""], beside, paint.bold)] : []),
    ...record.notes.map((note) => `  ${note}`),
  ].join("\n\n");
}

function render(head: string[], rows: string[][], bold: (text: string) => string): string {
  const table = new Table({
    chars: NO_BORDERS,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  table.push(head.map(bold), ...rows);
  return table
    .toString()
    .split("\n")
    .map((line) => `  ${line.trimEnd()}`)
    .join("\n");
}
