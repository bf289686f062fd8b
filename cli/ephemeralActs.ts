import { nearest } from "../components/spec/nearest";
import { overviewOf, type EphemeralStatus } from "../operations/ephemeral/overview";
import { reap, survey, type ReapReport } from "../operations/ephemeral/reaper";
import { UserError } from "../provider/rpc/resource";
import { DockerTransport } from "../provider/transports/docker";
import { everyGrounds } from "../stacks/ephemeral/grounds";
import { renderList, renderReaped, renderStays } from "./renderEphemeral";
import { EXIT, type ExitCode, type Terminal } from "./terminal";

export async function list({ json }: { readonly json: boolean }, terminal: Terminal): Promise<ExitCode> {
  const statuses: EphemeralStatus[] = [];
  for (const grounds of everyGrounds(terminal.project)) {
    const report = await reap(grounds);
    tellReaped(report, terminal);
    const published = await new DockerTransport(grounds.dockerHost ?? grounds.defaultHost).publishedPorts();
    statuses.push(...overviewOf(report.stays, published, Math.floor(Date.now() / 1000)));
  }
  terminal.out(json ? `${JSON.stringify(statuses, null, 2)}\n` : renderList(statuses, terminal));
  return EXIT.fine;
}

/** @throws UserError for a name that no cluster has, before anything else is removed */
export async function down(
  names: readonly string[],
  { all }: { readonly all: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const everywhere = everyGrounds(terminal.project);
  const there = (await Promise.all(everywhere.map((grounds) => survey(grounds)))).flat().map(({ cluster }) => cluster);
  const known = there.map(({ ephemeral }) => ephemeral.name);
  for (const name of names) if (!known.includes(name)) throw new UserError(unknownCluster(name, known));
  const asked = new Set(
    all ? there.filter(({ folders }) => folders.length > 0).map(({ ephemeral }) => ephemeral.name) : names,
  );
  return reapEverywhere(terminal, asked);
}

export async function reapAll({ dryRun }: { readonly dryRun: boolean }, terminal: Terminal): Promise<ExitCode> {
  if (!dryRun) return reapEverywhere(terminal);
  for (const grounds of everyGrounds(terminal.project)) terminal.out(renderStays(await survey(grounds)));
  return EXIT.fine;
}

async function reapEverywhere(terminal: Terminal, asked?: ReadonlySet<string>): Promise<ExitCode> {
  const reports: ReapReport[] = [];
  for (const grounds of everyGrounds(terminal.project)) reports.push(await reap(grounds, asked));
  const reaped = reports.flatMap((report) => report.reaped);
  terminal.out(reaped.length > 0 ? renderReaped(reaped) : "There was nothing to remove.\n");
  return reaped.every(({ left }) => left.length === 0) ? EXIT.fine : EXIT.wrong;
}

export function tellReaped({ reaped }: ReapReport, terminal: Terminal): void {
  if (reaped.length > 0) terminal.err(renderReaped(reaped));
}

function unknownCluster(name: string, known: readonly string[]): string {
  if (known.length === 0) return `there is no ephemeral cluster ${name}, nor any other on this Docker`;
  const near = nearest(name, known);
  const hint = near === undefined ? "." : `: did you mean ${near}?`;
  return `there is no ephemeral cluster ${name}${hint} There are: ${[...known].sort().join(", ")}`;
}
