import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { formatProblems } from "../components/spec/format-problems";
import { parseSpec } from "../components/spec/parse";
import type { ClusterSpec } from "../components/spec/spec";
import { UserError } from "../provider/rpc/resource";
import { clusterOfStackFile, type ClusterSource } from "../stacks/clusterSource";

/**
 * The spec in a stack's file, as it stands now.
 * @param stackFile @default Pulumi.<stack>.yaml of the project
 * @throws UserError where there is no such file, or mistakes are in it: all of them at once
 */
export function readSpec(project: string, stack: string, stackFile?: string): ClusterSpec {
  return specOf(readSource(project, stack, stackFile), stack);
}

/** @throws UserError where mistakes are in it: all of them at once */
export function specOf(source: ClusterSource, stack: string): ClusterSpec {
  const parsed = parseSource(source, stack);
  if (parsed.problems) throw new UserError(formatProblems(parsed.problems, source.where));
  return parsed.spec;
}

/**
 * The cluster of a stack, as it is written down now.
 * @param stackFile @default Pulumi.<stack>.yaml of the project
 * @throws UserError where there is no such file, it cannot be read, or it holds no cluster
 */
export function readSource(project: string, stack: string, stackFile?: string): ClusterSource {
  const file = stackFile === undefined ? stackFileOf(project, stack) : resolve(stackFile);
  if (!existsSync(file)) throw new UserError(`there is no file ${file}`);
  const { source, problem } = clusterOfStackFile(file, project);
  if (problem !== undefined) throw new UserError(problem);
  return source;
}

/** @param stack from whose name a cluster without one takes its own */
export const parseSource = ({ cluster }: Pick<ClusterSource, "cluster">, stack: string): ReturnType<typeof parseSpec> =>
  parseSpec(cluster, { stack: shortName(stack) });

/** @throws UserError where there is no such file */
export function stackFileOf(project: string, stack: string): string {
  const name = shortName(stack);
  const fileName = `Pulumi.${name}.yaml`;
  const file = join(project, fileName);
  if (existsSync(file)) return file;
  throw new UserError(`there is no stack ${name}: ${fileName} does not exist. ${known(project)}`);
}

const shortName = (stack: string): string => stack.split("/").at(-1) ?? stack;

function known(project: string): string {
  const stacks = readdirSync(project)
    .map((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1])
    .filter((name) => name !== undefined)
    .sort();
  return stacks.length > 0 ? `Stacks here: ${stacks.join(", ")}.` : "No stack has a config file here.";
}
