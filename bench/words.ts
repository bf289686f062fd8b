import type { Comparison, Goal, Series, Unit } from "./result";
import { summarize, type Summary } from "./statistics";

const TIME: ReadonlySet<Unit> = new Set(["s", "ms"]);

/** A figure as people read it: three digits that mean something. */
export function figure(value: number, unit: Unit): string {
  const decimals = TIME.has(unit) ? (value < 10 ? 2 : value < 100 ? 1 : 0) : 0;
  return value.toFixed(decimals);
}

/** `4.10 s [3.98–4.75]`: the median and the range. */
export function measured(unit: Unit, { median, min, max }: Summary): string {
  return `${figure(median, unit)} ${unit} [${figure(min, unit)}–${figure(max, unit)}]`;
}

export const series = ({ unit, values }: Series): string => measured(unit, summarize(values));

/** `≤ 1.2 ×`, or `≤ 15 s` where the goal is of our own figure. */
export function goalText(goal: Goal | undefined, { ours }: Pick<Comparison, "ours">): string {
  if (!goal) return "–";
  const sign = goal.bound === "at most" ? "≤" : "≥";
  return goal.of === "ratio" ? `${sign} ${goal.value} ×` : `${sign} ${goal.value} ${ours.unit}`;
}

export const ratioText = (ratio: number): string => `${ratio.toFixed(2)} ×`;

export const verdictText = (met: boolean | undefined): string => (met === undefined ? "–" : met ? "met" : "not met");
