import * as pulumi from "@pulumi/pulumi";
import { formatProblems } from "./components/spec/format-problems";
import { parseSpec } from "./components/spec/parse";
import { dockerStack } from "./stacks/docker";

/** Config → spec → stack. */
function main(): Record<string, unknown> {
  const stack = pulumi.getStack();
  const parsed = parseSpec(new pulumi.Config("alluxio").requireObject("cluster"), { stack });
  if (parsed.problems) throw new pulumi.RunError(formatProblems(parsed.problems, `Pulumi.${stack}.yaml`));
  const { spec } = parsed;
  switch (spec.target) {
    case "docker":
      return dockerStack(spec, __dirname);
    case "hosts":
    case "kubernetes":
      throw new pulumi.RunError(
        `target ${spec.target} cannot be provisioned by this version yet: its spec is valid, only target docker runs`,
      );
    default:
      return spec.target satisfies never;
  }
}

module.exports = main();
