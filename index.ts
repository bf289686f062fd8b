import * as pulumi from "@pulumi/pulumi";
import { formatProblems } from "./components/spec/format-problems";
import { parseSpec } from "./components/spec/parse";
import { askDocker, dockerStack } from "./stacks/docker";
import { hostsStack } from "./stacks/hosts";

/** Config → spec → stack. */
async function main(): Promise<Record<string, unknown>> {
  const stack = pulumi.getStack();
  const parsed = parseSpec(new pulumi.Config("alluxio").requireObject("cluster"), { stack });
  if (parsed.problems) throw new pulumi.RunError(formatProblems(parsed.problems, `Pulumi.${stack}.yaml`));
  const { spec } = parsed;
  switch (spec.target) {
    case "docker":
      await askDocker(spec, __dirname);
      return dockerStack(spec, __dirname);
    case "hosts":
      return hostsStack(spec);
    case "kubernetes":
      throw new pulumi.RunError(
        `target ${spec.target} cannot be provisioned by this version yet: its spec is valid, only targets docker and hosts run`,
      );
    default:
      return spec.target satisfies never;
  }
}

// The function itself: a promise that fails before Pulumi looks at it would be reported twice.
module.exports = main;
