import { preflightOf } from "../operations/hostsPreflight";
import { UserError } from "../provider/rpc/resource";
import { findDeployment } from "./deployment";
import { hostsOf } from "./hostsOf";
import { renderPreflight } from "./renderPreflight";
import { readSpec } from "./stackFile";
import { EXIT, type ExitCode, type Terminal } from "./terminal";

/** Looks at all hosts of a stack's spec and prints what keeps the cluster from running there. @throws UserError where it cannot look */
export async function showPreflight(
  { stack, json }: { readonly stack: string; readonly json: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const spec = readSpec(terminal.project, stack);
  if (spec.target !== "hosts") {
    throw new UserError(
      `stack ${stack} has target ${spec.target}, which has no hosts to look at. On target docker every preview looks ` +
        `at the machine where the plan is new or changed: \`npx pulumi preview -s ${stack}\``,
    );
  }
  const deployment = await findDeployment(terminal.project, stack);
  const hosts = await hostsOf(spec, terminal.project, stack);
  try {
    const report = await preflightOf(hosts, spec, deployment?.clusterId);
    terminal.out(json ? `${JSON.stringify({ stack, ...report }, null, 2)}\n` : renderPreflight(report, terminal));
    return report.fine ? EXIT.fine : EXIT.wrong;
  } finally {
    await hosts.close();
  }
}
