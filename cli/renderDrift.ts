import pc from "picocolors";
import { namesOf } from "../components/plan/announcement";
import { formatBytes } from "../operations/bytes";
import type { DriftProperty, DriftReport, Finding, FindingKind, PendingChange } from "../operations/drift/report";
import { segmentsOf } from "../operations/drift/values";
import { table, type Colors } from "./table";

/** A report as people read it: the verdict first, then what differs, what putting it right costs, and the command. */
export function renderDrift(report: DriftReport, { colors }: { readonly colors: boolean }): string {
  const paint = pc.createColors(colors);
  const sections = [
    headline(report, paint),
    differences(report.findings, paint),
    unreachable(report.findings, paint),
    costs(report.findings, paint),
    next(report, paint),
    ...notes(report).map((note) => `${paint.yellow("Note")}  ${note}`),
    paint.dim(`Not looked at: ${report.coverage.notLookedAt.join("; ") || "nothing"}.`),
  ].filter((section) => section !== "");
  return `${sections.join("\n\n")}\n`;
}

function headline({ stack, cluster, findings, coverage }: DriftReport, paint: Colors): string {
  const name = cluster === null || cluster === stack ? stack : `${cluster} (stack ${stack})`;
  const drifted = findings.filter(({ kind }) => kind !== "unreachable").length;
  const { resources, looked, brokenOff, complete } = coverage;
  const verdicts = [
    ...(drifted > 0 ? [paint.red(`● ${name} has drifted: ${count(drifted, "thing")}`)] : []),
    ...(complete ? [] : [paint.yellow(`● ${name} could not be looked at everywhere`)]),
    ...(drifted === 0 && complete ? [paint.green(`● ${name} is as it was applied: no drift`)] : []),
  ];
  const all = count(resources, "resource");
  const seen =
    brokenOff === null
      ? `  Looked at ${looked === resources ? `all ${all}` : `${looked} of ${all}`}, and changed nothing`
      : indented(`The look was broken off: ${brokenOff}`, "  ");
  return [...verdicts.map((verdict) => paint.bold(verdict)), seen].join("\n");
}

const KIND_PAINT: Readonly<Record<FindingKind, (paint: Colors) => (text: string) => string>> = {
  unreachable: (paint) => paint.yellow,
  missing: (paint) => paint.red,
  unintended: (paint) => paint.red,
  changed: (paint) => paint.red,
  "restart pending": (paint) => paint.yellow,
};

function differences(findings: readonly Finding[], paint: Colors): string {
  const rows = findings
    .filter(({ kind }) => kind !== "unreachable")
    .flatMap((finding): string[][] => {
      const kind = KIND_PAINT[finding.kind](paint)(finding.kind);
      if (finding.properties.length === 0) return [[kind, finding.name, "", "", ""]];
      return finding.properties.map((property, i) => [
        i === 0 ? kind : "",
        i === 0 ? finding.name : "",
        short(propertyName(property), LONGEST_NAME),
        ...[property.desired, property.observed].map((value) => inWords(value, property.path)),
      ]);
    });
  return rows.length === 0 ? "" : table(["Drift", "What", "Property", "Desired", "Observed"], rows, paint);
}

const LONGEST_NAME = 48;
const LONGEST_VALUE = 40;

/** Maps whose keys the name of a finding says already. */
const SAID = ["processes", "workers", "containers", "files", "directories", "tags"];

/** @example propertyName of `processes["master-1"].properties["a.b"]` // "a.b" */
function propertyName({ path }: DriftProperty): string {
  const segments = segmentsOf(path);
  const rest = SAID.includes(String(segments[0])) ? segments.slice(2) : segments;
  if (rest.length === 0) return WHOLE[String(segments[0])] ?? "";
  return rest[0] === "properties" && rest.length > 1 ? rest.slice(1).join(".") : rest.join(".");
}

/** What the value is of which a name says the whole path. */
const WHOLE: Readonly<Record<string, string>> = {
  workers: "registered",
  containers: "id",
  tags: "image",
  files: "file",
};

/** A value in one short line; JSON has it whole. */
function inWords(value: unknown, path: string): string {
  if (value === null || value === undefined) return "-";
  if (typeof value === "number" && /bytes$/i.test(path)) return formatBytes(value);
  if (isMember(value))
    return [formatBytes(value.capacityBytes), value.version].filter((one) => one !== undefined).join(", ");
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return short(text.replace(/^(?:sha256:)?([0-9a-f]{12})[0-9a-f]{52}$/, "$1…"), LONGEST_VALUE);
}

const isMember = (value: unknown): value is { capacityBytes: number; version?: string } =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as { capacityBytes?: unknown }).capacityBytes === "number";

/** In one line: what breaks a line, or moves the cursor, is shown as a space. */
function short(text: string, longest: number): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}

function unreachable(findings: readonly Finding[], paint: Colors): string {
  const found = findings.filter(({ kind }) => kind === "unreachable");
  if (found.length === 0) return "";
  const entries = found.map(({ name, resources, reason }) => {
    const how = resources.length > 1 ? ` (${resources.length} resources)` : "";
    return `  ${paint.bold(name)}${how}\n${indented((reason ?? "").trim(), "    ")}`;
  });
  return [paint.yellow("Could not be looked at"), ...entries].join("\n");
}

function costs(findings: readonly Finding[], paint: Colors): string {
  const told = findings.filter(({ cost, refused }) => cost.length > 0 || refused !== null);
  if (told.length === 0) return "";
  const groups = new Map<string, string[]>();
  for (const { name, cost, refused } of told) {
    const text = refused === null ? cost.join("\n") : `${paint.red("refused")}: ${refused}`;
    groups.set(text, [...(groups.get(text) ?? []), name]);
  }
  const entries = [...groups].map(([text, names]) => `  ${paint.bold(namesOf(names))}\n${indented(text, "    ")}`);
  return ["What putting it right does", ...entries].join("\n");
}

function next({ stack, findings, pending, blocked, coverage }: DriftReport, paint: Colors): string {
  const commands = (are: (kind: FindingKind) => boolean): string[] => [
    ...new Set(findings.flatMap(({ kind, refused, remedy }) => (are(kind) && refused === null ? [remedy] : []))),
  ];
  const repairs =
    blocked.length > 0 || findings.some(({ refused }) => refused !== null)
      ? "puts that right, once nothing stands in its way"
      : pending.length > 0
        ? "puts that right, and applies the edited spec"
        : "puts that right, and touches nothing else";
  const looks = commands((kind) => kind === "unreachable");
  const lines = [
    ...commands((kind) => kind !== "unreachable").map((command) => [command, repairs] as const),
    ...(coverage.complete ? [] : [looks[0] ?? `npx alluxioctl drift -s ${stack}`]).map(
      (command) => [command, "looks again, once everything answers"] as const,
    ),
  ];
  if (lines.length === 0) return "";
  const width = Math.max(...lines.map(([command]) => command.length));
  return [paint.bold("Next"), ...lines.map(([command, text]) => `  ${command.padEnd(width)}   ${text}`)].join("\n");
}

function notes({ stack, pending, settled, blocked }: DriftReport): string[] {
  return [
    ...(pending.length === 0
      ? []
      : [
          `the spec has changes that were not applied yet (${namesOf(namesIn(pending))}): they are no drift; ` +
            `\`npx pulumi preview -s ${stack}\` shows them, and \`up\` applies them as well`,
        ]),
    ...(settled.length === 0
      ? []
      : [`different from the last up, and as the spec has it now: ${namesOf(settled.map(({ name }) => name))}`]),
    ...blocked.map((reason) => `\`pulumi up\` would not begin now:\n${indented(reason, "  ")}`),
  ];
}

/** What stands for something that runs; where nothing does, whatever there is. */
function namesIn(pending: readonly PendingChange[]): string[] {
  const real = pending.filter(({ type }) => !type.startsWith("alluxio:index:"));
  return (real.length > 0 ? real : pending).map(({ name }) => name);
}

const indented = (text: string, by: string): string =>
  text
    .split("\n")
    .map((line) => (line === "" ? line : `${by}${line}`))
    .join("\n");

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
