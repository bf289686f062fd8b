import { planCluster } from "../components/plan/planCluster";
import type { ClusterSpec } from "../components/spec/spec";
import { dockerAccess } from "../operations/dockerAccess";
import { observe, type ClusterAccess } from "../operations/observe";
import { statusOf } from "../operations/status";
import { UserError } from "../provider/rpc/resource";
import { chosenImage } from "../stacks/images";
import { readDeployment } from "./deployment";
import { renderStatus } from "./renderStatus";
import { readSpec } from "./stackFile";
import { EXIT, type ExitCode, type Terminal } from "./terminal";

/** Looks at a stack's cluster and prints what it sees. @throws UserError where it cannot look */
export async function showStatus(
  { stack, json }: { readonly stack: string; readonly json: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const spec = readSpec(terminal.project, stack);
  const { clusterId, plan: deployed } = await readDeployment(terminal.project, stack);
  const plan = planCluster(spec);
  const image = chosenImage(terminal.project, stack, spec)?.id;
  const seen = await observe(accessTo(spec, clusterId), { plan, clusterId, image });
  const status = statusOf({ stack, clusterId, plan, deployed }, seen);
  terminal.out(json ? `${JSON.stringify(status, null, 2)}\n` : renderStatus(status, terminal));
  return status.healthy ? EXIT.fine : EXIT.wrong;
}

function accessTo(spec: ClusterSpec, clusterId: string): ClusterAccess {
  switch (spec.target) {
    case "docker":
      return dockerAccess(clusterId, spec.docker.host);
    case "hosts":
    case "kubernetes":
      throw new UserError(`target ${spec.target} cannot be looked at by this version yet: only target docker can`);
    default:
      return spec.target satisfies never;
  }
}
