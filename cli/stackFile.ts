import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { formatProblems } from "../components/spec/format-problems";
import { parseSpec } from "../components/spec/parse";
import { valueAt } from "../components/spec/path";
import type { ClusterSpec } from "../components/spec/spec";
import { UserError } from "../provider/rpc/resource";

/**
 * The spec in a stack's Pulumi.<stack>.yaml, as it stands now.
 * @throws UserError where there is no such file, or mistakes are in it: all of them at once
 */
export function readSpec(project: string, stack: string): ClusterSpec {
  const name = stack.split("/").at(-1) ?? stack;
  const fileName = `Pulumi.${name}.yaml`;
  const file = join(project, fileName);
  if (!existsSync(file))
    throw new UserError(`there is no stack ${name}: ${fileName} does not exist. ${known(project)}`);
  const parsed = parseSpec(valueAt(read(file, fileName), ["config", "alluxio:cluster"]), { stack: name });
  if (parsed.problems) throw new UserError(formatProblems(parsed.problems, fileName));
  return parsed.spec;
}

function read(file: string, fileName: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // The lines that the parser quotes after its first may hold what is not for every eye.
    throw new UserError(`${fileName} cannot be read: ${(error.message.split("\n")[0] ?? "").replace(/:$/, "")}`);
  }
}

function known(project: string): string {
  const stacks = readdirSync(project)
    .map((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1])
    .filter((name) => name !== undefined)
    .sort();
  return stacks.length > 0 ? `Stacks here: ${stacks.join(", ")}.` : "No stack has a config file here.";
}
