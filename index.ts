import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { formatProblems } from "./components/spec/format-problems";
import { parseSpec } from "./components/spec/parse";
import { CLUSTER_FILE_KEY, CLUSTER_KEY, clusterOfConfig, type ClusterSource } from "./stacks/clusterSource";
import { askDocker, dockerStack } from "./stacks/docker";
import { hostsStack } from "./stacks/hosts";

/** Config → spec → stack. */
async function main(): Promise<Record<string, unknown>> {
  const stack = pulumi.getStack();
  const { cluster, where } = readCluster(stack);
  const parsed = parseSpec(cluster, { stack });
  if (parsed.problems) throw new pulumi.RunError(formatProblems(parsed.problems, where));
  const { spec } = parsed;
  switch (spec.target) {
    case "docker":
      await askDocker(spec, __dirname);
      return dockerStack(spec, __dirname);
    case "hosts":
      return hostsStack(spec, where);
    case "kubernetes":
      throw new pulumi.RunError(
        `target ${spec.target} cannot be provisioned by this version yet: its spec is valid, only targets docker and hosts run`,
      );
    default:
      return spec.target satisfies never;
  }
}

/** @throws RunError where there is none, or the file that is to hold it cannot be read */
function readCluster(stack: string): ClusterSource {
  const config = new pulumi.Config("alluxio");
  const given = Object.entries({ [CLUSTER_KEY]: config.get("cluster"), [CLUSTER_FILE_KEY]: config.get("clusterFile") });
  const { source, problem } = clusterOfConfig(
    Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    join(__dirname, `Pulumi.${stack}.yaml`),
    __dirname,
  );
  if (problem !== undefined) throw new pulumi.RunError(problem);
  return source;
}

// The function itself: a promise that fails before Pulumi looks at it would be reported twice.
module.exports = main;
