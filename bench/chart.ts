import { judge, type Comparison } from "./result";
import { goalText, measured, ratioText, verdictText } from "./words";

const WIDTH = 760;
const BARS_FROM = 12;
const BARS_WIDTH = 470;
const BAR = 16;
const ROW = 74;
const TOP = 44;
const OURS = "#2f6fde";
const PEER = "#9aa4b2";

/**
 * A chart of comparisons, each on a scale of its own: two bars to the medians, a whisker from the least to the largest
 * value, and a dashed line where the goal is. It brings its own background, so that it reads the same in a dark page.
 */
export function renderChart(title: string, comparisons: readonly Comparison[]): string {
  const height = TOP + comparisons.length * ROW + 8;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escape(title)}" font-family="system-ui, sans-serif" font-size="12">`,
    `  <rect width="100%" height="100%" fill="#ffffff"/>`,
    `  <text x="${BARS_FROM}" y="26" font-size="16" font-weight="600" fill="#1f2937">${escape(title)}</text>`,
    ...comparisons.flatMap((comparison, i) => renderRow(comparison, TOP + i * ROW)),
    "</svg>",
    "",
  ].join("\n");
}

function renderRow(comparison: Comparison, y: number): string[] {
  const { ours, peer, ratio, met } = judge(comparison);
  const goal = comparison.goal && goalAt(comparison, peer.median);
  const scale = BARS_WIDTH / Math.max(ours.max, peer.max, goal ?? 0);
  const x = (value: number): string => (BARS_FROM + value * scale).toFixed(1);
  const bar = (at: number, color: string, median: number, min: number, max: number, label: string): string[] => [
    `  <rect x="${BARS_FROM}" y="${at}" width="${(median * scale).toFixed(1)}" height="${BAR}" fill="${color}"/>`,
    `  <path d="M${x(min)} ${at + BAR / 2}H${x(max)}M${x(min)} ${at + 4}v${BAR - 8}M${x(max)} ${at + 4}v${BAR - 8}" stroke="#1f2937" fill="none"/>`,
    `  <text x="${BARS_FROM + BARS_WIDTH + 12}" y="${at + 12}" fill="#1f2937">${escape(label)}</text>`,
  ];
  const verdict = comparison.goal ? `, goal ${goalText(comparison.goal, comparison)}: ${verdictText(met)}` : "";
  return [
    `  <text x="${BARS_FROM}" y="${y + 12}" font-weight="600" fill="#1f2937">${escape(comparison.name)}: ${ratioText(ratio)}${verdict}</text>`,
    ...bar(
      y + 20,
      OURS,
      ours.median,
      ours.min,
      ours.max,
      `${comparison.ours.of}: ${measured(comparison.ours.unit, ours)}`,
    ),
    ...bar(
      y + 40,
      PEER,
      peer.median,
      peer.min,
      peer.max,
      `${comparison.peer.of}: ${measured(comparison.peer.unit, peer)}`,
    ),
    ...(goal === undefined
      ? []
      : [`  <path d="M${x(goal)} ${y + 17}v42" stroke="#d97706" stroke-width="2" stroke-dasharray="4 3"/>`]),
  ];
}

/** Where our bar has to end. */
const goalAt = ({ goal }: Comparison, peer: number): number =>
  goal!.of === "ratio" ? goal!.value * peer : goal!.value;

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
