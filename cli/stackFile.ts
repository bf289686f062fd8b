import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseDocument } from "yaml";
import { formatProblems } from "../components/spec/format-problems";
import { nearest } from "../components/spec/nearest";
import { parseSpec } from "../components/spec/parse";
import type { ClusterSpec } from "../components/spec/spec";
import { UserError } from "../provider/rpc/resource";

const KEY = "alluxio:cluster";
type Parsed = ReturnType<typeof parseSpec>;

/**
 * The spec in a stack's file, as it stands now.
 * @param stackFile @default Pulumi.<stack>.yaml of the project
 * @throws UserError where there is no such file, or mistakes are in it: all of them at once
 */
export function readSpec(project: string, stack: string, stackFile?: string): ClusterSpec {
  if (stackFile !== undefined && !existsSync(stackFile)) throw new UserError(`there is no file ${stackFile}`);
  const file = stackFile ?? stackFileOf(project, stack);
  const parsed = parseStackFile(file, stack);
  if (parsed.problems) throw new UserError(formatProblems(parsed.problems, basename(file)));
  return parsed.spec;
}

/** @throws UserError where there is no such file */
export function stackFileOf(project: string, stack: string): string {
  const name = shortName(stack);
  const fileName = `Pulumi.${name}.yaml`;
  const file = join(project, fileName);
  if (existsSync(file)) return file;
  throw new UserError(`there is no stack ${name}: ${fileName} does not exist. ${known(project)}`);
}

/**
 * The spec in a stack file, or its mistakes.
 * @param stack from whose name a cluster without one takes its own
 * @throws UserError where the file cannot be read, is no YAML, or holds no cluster
 */
export function parseStackFile(file: string, stack: string): Parsed {
  return parseSpec(clusterIn(readYaml(file), basename(file)), { stack: shortName(stack) });
}

const shortName = (stack: string): string => stack.split("/").at(-1) ?? stack;

function readYaml(file: string): unknown {
  const unreadable = (...reasons: readonly string[]): UserError =>
    new UserError(`${basename(file)} cannot be read: ${reasons.join("; ")}`);
  try {
    const document = parseDocument(readFileSync(file, "utf8"));
    if (document.errors.length > 0) throw unreadable(...document.errors.map(reasonOf));
    const value: unknown = document.toJS();
    JSON.stringify(value); // throws for what refers to itself
    return value;
  } catch (error) {
    if (!(error instanceof Error) || error instanceof UserError) throw error;
    if (error instanceof RangeError) throw unreadable("it is nested too deeply");
    if (error instanceof TypeError) throw unreadable("an anchor stands within what it refers to");
    throw unreadable(reasonOf(error));
  }
}

/** The lines that the parser quotes after its first may hold what is not for every eye. */
function reasonOf({ message }: Error): string {
  if (message.startsWith("Source contains multiple documents")) return "it holds several documents, split by ---";
  return (message.split("\n")[0] ?? "").replace(/:$/, "");
}

/** What stands under `config: alluxio:cluster:`; Pulumi also takes it as JSON in a text. */
function clusterIn(document: unknown, fileName: string): unknown {
  if (document === null || document === undefined) throw new UserError(`${fileName} is empty. ${EXPECTED}`);
  if (!isMap(document)) throw new UserError(`${fileName} is ${kindOf(document)}, not a map. ${EXPECTED}`);
  if (!Object.hasOwn(document, "config")) {
    throw new UserError(`${fileName} has no config. ${EXPECTED}${meant("config", Object.keys(document))}`);
  }
  const { config } = document;
  if (!isMap(config)) throw new UserError(`config in ${fileName} is ${kindOf(config)}, not a map. ${EXPECTED}`);
  if (!Object.hasOwn(config, KEY)) {
    throw new UserError(`config in ${fileName} has no ${KEY}. ${EXPECTED}${meant(KEY, Object.keys(config))}`);
  }
  const cluster = config[KEY];
  return typeof cluster === "string" ? fromJson(cluster) : cluster;
}

const EXPECTED = `The cluster stands under "config:" and then "${KEY}:".`;

function meant(key: string, there: readonly string[]): string {
  const typo = there.find((one) => nearest(one, [key]) !== undefined);
  return typo === undefined ? "" : ` Did you mean it by ${JSON.stringify(typo)}?`;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return value === null || value === undefined ? "empty" : `a ${typeof value === "string" ? "text" : typeof value}`;
}

function known(project: string): string {
  const stacks = readdirSync(project)
    .map((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1])
    .filter((name) => name !== undefined)
    .sort();
  return stacks.length > 0 ? `Stacks here: ${stacks.join(", ")}.` : "No stack has a config file here.";
}
