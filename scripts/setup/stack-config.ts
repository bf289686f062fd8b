import fs from "node:fs";
import path from "node:path";
import { clusterOfStackFile } from "../../stacks/clusterSource";
import { SetupProblem } from "./problem";

/** The version that a config gets that names none, and one that every channel has. */
export const DEFAULT_VERSION = "2.9.4";

/** Which Alluxio image a stack asks for. */
export interface WantedImage {
  readonly version: string;
  readonly ref: string;
  /** How the choice is filed: the reference where the config names one, else the version. */
  readonly key: string;
  /** Nobody asked for one image in particular, so that another of the same version will do. */
  readonly isDefault: boolean;
}

export function wantedImage(
  cluster: { version?: unknown; image?: unknown } | undefined,
  version?: string,
): WantedImage {
  const named = version === undefined && typeof cluster?.image === "string" ? cluster.image : undefined;
  const wanted = version ?? (typeof cluster?.version === "string" ? cluster.version : DEFAULT_VERSION);
  const official = `alluxio/alluxio:${wanted}`;
  const ref = named ?? official;
  return { version: wanted, ref, key: named ?? wanted, isDefault: ref === official };
}

export function stackFile(project: string, stack: string): string {
  return path.join(project, `Pulumi.${stack}.yaml`);
}

/** The stacks that have a config file. */
export function stackNames(project: string): string[] {
  return fs
    .readdirSync(project)
    .map((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1])
    .filter((name) => name !== undefined)
    .sort();
}

/**
 * The cluster of a stack, as untrusted data; undefined where there is no such stack, or it is no cluster.
 * @throws SetupProblem where its file cannot be read, or holds none
 */
export function readCluster(
  project: string,
  stack: string,
): { version?: unknown; image?: unknown; target?: unknown } | undefined {
  const file = stackFile(project, stack);
  if (!fs.existsSync(file)) return undefined;
  const { source, problem } = clusterOfStackFile(file, project);
  if (problem !== undefined) throw new SetupProblem(problem);
  return isRecord(source.cluster) ? source.cluster : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Refuses a stack without a config file, and names those that have one. */
export function checkStack(project: string, stack: string): void {
  if (fs.existsSync(stackFile(project, stack))) return;
  const known = stackNames(project);
  throw new SetupProblem(
    `There is no stack "${stack}": Pulumi.${stack}.yaml does not exist. ` +
      (known.length > 0 ? `Stacks here: ${known.join(", ")}.` : "No stack has a config file here."),
  );
}
