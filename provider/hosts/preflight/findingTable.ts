import { createRequire } from "node:module";
import { isInTheWay, type Finding } from "../../../components/plan/hosts/checks/finding";

/** Names of hosts in one row; `--json` has them all. */
const MOST_HOSTS = 8;
const HEAD = ["Host", "What", "Found", "What to do"];
/** Of the columns, in characters: what is longer is wrapped. */
const WIDTHS = [24, 22, 44, 44];
const GAP = 2;

/**
 * Findings as people read them: a row a finding, hosts with the same one together, in columns and nothing else, so that lines
 * can be copied, cut and searched.
 *
 * @param title of the column in which the finding stands, as it is to be printed
 */
export function findingTable(findings: readonly Finding[], title: (text: string) => string = (text) => text): string {
  const rows = grouped(findings).map(({ hosts, what, found, remedy }) => [namesOf(hosts), what, found, remedy]);
  // Most runs have nothing to tell, and start without it.
  const Table = createRequire(__filename)("cli-table3") as typeof import("cli-table3");
  const table = new Table({
    head: HEAD.map(title),
    colWidths: WIDTHS.map(
      (most, column) =>
        widthOf(
          [...rows, HEAD].map((row) => row[column]!),
          most,
        ) + GAP,
    ),
    wordWrap: true,
    wrapOnWordBoundary: true,
    chars: NO_LINES,
    style: { "padding-left": 0, "padding-right": GAP, head: [], border: [] },
  });
  table.push(...rows);
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** No wider than it must be; but a word, such as a path, is never cut. */
function widthOf(cells: readonly string[], most: number): number {
  const longest = (texts: readonly string[]): number => texts.reduce((most, { length }) => Math.max(most, length), 0);
  return Math.max(Math.min(longest(cells), most), longest(cells.flatMap((cell) => cell.split(/\s/))));
}

interface Group extends Omit<Finding, "host"> {
  readonly hosts: string[];
}

/** What is the same but for its host is told once. */
function grouped(findings: readonly Finding[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { host, ...rest } of findings) {
    const key = JSON.stringify([rest.what, rest.found, rest.remedy]);
    const group = groups.get(key);
    if (group) group.hosts.push(host);
    else groups.set(key, { hosts: [host], ...rest });
  }
  return [...groups.values()];
}

function namesOf(hosts: readonly string[]): string {
  const more = hosts.length - MOST_HOSTS;
  return more > 1 ? `${hosts.slice(0, MOST_HOSTS).join(", ")} and ${more} more` : hosts.join(", ");
}

const NO_LINES = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "" },
  ...{ bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
  ...{ left: "", "left-mid": "", mid: "", "mid-mid": "" },
  ...{ right: "", "right-mid": "", middle: "" },
};

/** @example "3 problems on 2 of 6 hosts" */
export function countOf(findings: readonly Finding[], looked: number, thing = "problem"): string {
  const hosts = new Set(findings.map(({ host }) => host)).size;
  const many = `${findings.length} ${thing}${findings.length === 1 ? "" : "s"}`;
  return `${many} on ${hosts} of ${looked} host${looked === 1 ? "" : "s"}`;
}

/** What cannot be, and below it what is only odd: for an error. */
export function preflightProblems(findings: readonly Finding[], looked: number): string {
  const problems = findings.filter(isInTheWay);
  const oddities = findings.filter((one) => !isInTheWay(one));
  return [
    ...(problems.length > 0 ? [`${countOf(problems, looked)}\n\n${findingTable(problems)}`] : []),
    ...(oddities.length > 0 ? [`${countOf(oddities, looked, "warning")}\n\n${findingTable(oddities)}`] : []),
  ].join("\n\n");
}
