import { basename, resolve } from "node:path";
import { nearest } from "../components/spec/nearest";
import { readYaml } from "./yaml";

/** Key of a stack's config under which its cluster stands. */
export const CLUSTER_KEY = "alluxio:cluster";

/**
 * Key of a stack's config that names a file with the cluster instead, and nothing else in it; from the folder of Pulumi.yaml on.
 * For large ones: of a config itself Pulumi hands a program 128 KiB at most, docs/decisions/0038-a-cluster-in-a-file-of-its-own.md.
 */
export const CLUSTER_FILE_KEY = "alluxio:clusterFile";

/** A cluster as it was written down, and where. */
export interface ClusterSource {
  readonly cluster: unknown;
  /** For people. @example "Pulumi.dev.yaml (alluxio:cluster)", "fleet.yaml" */
  readonly where: string;
  readonly file: string;
  /** Of the cluster in that file; empty where it is all that the file holds. */
  readonly path: readonly string[];
}

export type FoundCluster = { readonly source: ClusterSource; readonly problem?: never } | NotFound;

interface NotFound {
  readonly source?: never;
  readonly document?: never;
  /** What is wrong, and what would be right. */
  readonly problem: string;
}

/**
 * The cluster of a stack file.
 * @param project folder of Pulumi.yaml
 */
export function clusterOfStackFile(file: string, project: string): FoundCluster {
  const { document, problem } = readStackFile(file);
  return problem === undefined ? clusterOfConfig(document.config, file, project) : { problem };
}

/** A Pulumi.<stack>.yaml: its config, and whatever else stands in it, such as the salt of its secrets. */
export interface StackDocument {
  readonly config: Readonly<Record<string, unknown>>;
}

/** What a stack file holds, as untrusted data. */
export function readStackFile(file: string): { readonly document: StackDocument; readonly problem?: never } | NotFound {
  const { value: document, problem } = readYaml(file);
  if (problem !== undefined) return { problem };
  const name = basename(file);
  const unfit = (what: string): NotFound => ({ problem: `${what}. ${EXPECTED}` });
  if (document === null || document === undefined) return unfit(`${name} is empty`);
  if (!isMap(document)) return unfit(`${name} is ${kindOf(document)}, not a map`);
  if (!Object.hasOwn(document, "config")) {
    return { problem: `${name} has no config. ${EXPECTED}${meant("config", Object.keys(document))}` };
  }
  const { config } = document;
  return isMap(config)
    ? { document: { ...document, config } }
    : unfit(`config in ${name} is ${kindOf(config)}, not a map`);
}

/**
 * The cluster of a stack's config.
 * @param config as untrusted data; objects may be JSON in a text, as Pulumi hands them to a program
 * @param stackFile in which it stands
 * @param project folder of Pulumi.yaml
 */
export function clusterOfConfig(
  config: Readonly<Record<string, unknown>>,
  stackFile: string,
  project: string,
): FoundCluster {
  const name = basename(stackFile);
  if (Object.hasOwn(config, CLUSTER_FILE_KEY)) {
    return Object.hasOwn(config, CLUSTER_KEY) ? twice(name) : clusterOfFile(config[CLUSTER_FILE_KEY], project, name);
  }
  if (!Object.hasOwn(config, CLUSTER_KEY)) {
    return {
      problem: `config in ${name} has no ${CLUSTER_KEY}. ${EXPECTED}${meant(CLUSTER_KEY, Object.keys(config))}`,
    };
  }
  const cluster = config[CLUSTER_KEY];
  const source = { where: inStackFile(name), file: stackFile, path: ["config", CLUSTER_KEY] };
  return { source: { ...source, cluster: typeof cluster === "string" ? fromJson(cluster) : cluster } };
}

function clusterOfFile(named: unknown, project: string, stackFile: string): FoundCluster {
  if (typeof named !== "string" || named.trim() === "") {
    const found = named === "" ? "empty" : kindOf(named);
    return { problem: `${CLUSTER_FILE_KEY} in ${stackFile} is ${found}, not the path of a file` };
  }
  const file = resolve(project, named);
  const { value: cluster, problem } = readYaml(file);
  if (problem !== undefined) return { problem: `${problem} (${CLUSTER_FILE_KEY} in ${stackFile} names it)` };
  return { source: { cluster, where: named, file, path: [] } };
}

/** Where a cluster stands, for people. */
export const inStackFile = (name: string): string => `${name} (${CLUSTER_KEY})`;

const twice = (stackFile: string): NotFound => ({
  problem: `${stackFile} has both ${CLUSTER_KEY} and ${CLUSTER_FILE_KEY}: a cluster stands in one place, so take one of them out`,
});

const EXPECTED = `The cluster stands under "config:" and then "${CLUSTER_KEY}:".`;

function meant(key: string, there: readonly string[]): string {
  const typo = there.find((one) => nearest(one, [key]) !== undefined);
  return typo === undefined ? "" : ` Did you mean it by ${JSON.stringify(typo)}?`;
}

/** Pulumi also takes an object as JSON in a text. */
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
