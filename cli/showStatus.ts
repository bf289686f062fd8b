import { installationOf } from "../components/plan/hosts/installation";
import { planHosts } from "../components/plan/hosts/planHosts";
import { planCluster } from "../components/plan/planCluster";
import type { ClusterPlan } from "../components/plan/types";
import type { ClusterSpec } from "../components/spec/spec";
import { dockerAccess } from "../operations/dockerAccess";
import { hostsClusterAccess } from "../operations/hostsClusterAccess";
import type { Observation } from "../operations/observation";
import { observe } from "../operations/observe";
import { observeHosts } from "../operations/observeHosts";
import { statusOf } from "../operations/status";
import { UserError } from "../provider/rpc/resource";
import { chosenImage } from "../stacks/images";
import { readDeployment } from "./deployment";
import { hostsOf } from "./hostsOf";
import { renderStatus } from "./renderStatus";
import { readSpec } from "./stackFile";
import { EXIT, type ExitCode, type Terminal } from "./terminal";

export interface StatusOptions {
  readonly stack: string;
  readonly json: boolean;
  /** Holds the spec. @default Pulumi.<stack>.yaml */
  readonly stackFile?: string;
}

/** Looks at a stack's cluster and prints what it sees. @throws UserError where it cannot look */
export async function showStatus({ stack, json, stackFile }: StatusOptions, terminal: Terminal): Promise<ExitCode> {
  const spec = readSpec(terminal.project, stack, stackFile);
  const { clusterId, plan: deployed } = await readDeployment(terminal.project, stack);
  const plan = planCluster(spec);
  const seen = await lookAt({ spec, plan, clusterId, stack, stackFile }, terminal.project);
  const status = statusOf({ stack, clusterId, plan, deployed }, seen);
  terminal.out(json ? `${JSON.stringify(status, null, 2)}\n` : renderStatus(status, terminal));
  return status.healthy ? EXIT.fine : EXIT.wrong;
}

interface Looked {
  readonly spec: ClusterSpec;
  readonly plan: ClusterPlan;
  readonly clusterId: string;
  readonly stack: string;
  readonly stackFile: string | undefined;
}

async function lookAt(looked: Looked, project: string): Promise<Observation> {
  const { spec, plan, clusterId, stack } = looked;
  switch (spec.target) {
    case "docker": {
      const image = chosenImage(project, stack, spec)?.id;
      return observe(dockerAccess(clusterId, spec.docker.host), { plan, clusterId, image });
    }
    case "hosts":
      return lookAtHosts(looked, project);
    case "kubernetes":
      throw new UserError("target kubernetes cannot be looked at by this version yet: only docker and hosts can");
    default:
      return spec.target satisfies never;
  }
}

async function lookAtHosts(looked: Looked, project: string): Promise<Observation> {
  const { spec, plan, clusterId, stack, stackFile } = looked;
  const planned = planHosts(spec, plan);
  const hosts = await hostsOf(spec, project, stack, stackFile);
  try {
    return await observeHosts(hostsClusterAccess(hosts, clusterId, installationOf(planned)), { plan, hosts: planned });
  } finally {
    await hosts.close();
  }
}
