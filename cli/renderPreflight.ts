import pc from "picocolors";
import type { PreflightReport } from "../operations/hostsPreflight";
import { countOf, findingTable } from "../provider/hosts/preflight/findingTable";

/** A report as people read it: the verdict first. */
export function renderPreflight(
  { cluster, fine, hosts, notes, problems, warnings }: PreflightReport,
  { colors }: { readonly colors: boolean },
): string {
  const paint = pc.createColors(colors);
  const many = hosts.length === 1 ? "1 host" : `${hosts.length} hosts`;
  const verdict = fine
    ? paint.green(`● ${cluster} can run on its ${many}`)
    : paint.red(`● ${cluster} cannot run yet: ${countOf(problems, hosts.length)}`);
  const sections = [
    paint.bold(verdict),
    ...(problems.length > 0 ? [findingTable(problems, paint.bold)] : []),
    ...(warnings.length > 0
      ? [`${paint.yellow(countOf(warnings, hosts.length, "warning"))}\n\n${findingTable(warnings, paint.bold)}`]
      : []),
    ...notes.map((note) => `${paint.yellow("Note")}  ${note}`),
  ];
  return `${sections.join("\n\n")}\n`;
}
