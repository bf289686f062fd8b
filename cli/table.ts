import Table from "cli-table3";
import type pc from "picocolors";

export type Colors = ReturnType<typeof pc.createColors>;
type Alignment = "left" | "right";

/** Columns and nothing else: lines can be copied, cut and searched. */
export function table(head: string[], rows: string[][], paint: Colors, aligned?: Alignment[]): string {
  const result = new Table({
    head: head.map((title) => paint.bold(title)),
    colAligns: aligned ?? head.map(() => "left" as const),
    chars: NO_LINES,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  result.push(...rows);
  return result
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

const NO_LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "   ",
};
