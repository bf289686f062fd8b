import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import type { Ephemeral } from "../../components/plan/ephemeral";
import type { ClusterConfig } from "../../components/spec/config";
import { formatProblems } from "../../components/spec/format-problems";
import { parseSpec } from "../../components/spec/parse";
import { isName } from "../../components/spec/rules/names";
import { DEFAULT_TTL, parseTtl } from "../../operations/ephemeral/duration";
import { makeFolder, nameTaken } from "../../operations/ephemeral/folders";
import { thisProcess } from "../../operations/ephemeral/maker";
import { REAPER, reap, type ReapReport } from "../../operations/ephemeral/reaper";
import { UserError } from "../../provider/rpc/resource";
import { EphemeralCluster } from "./cluster";
import { groundsOf } from "./grounds";
import { throwAwaySpec } from "./throwAwaySpec";
import { clusterOf, documentOf, environmentFor, readStackDocument, writeCluster, writeWorkspace } from "./workspace";

/** This project, whose program makes the clusters. */
export const PROJECT = resolve(__dirname, "../..");
const DEFAULT_STACK = "dev";
const NAME_BYTES = 3;

export interface EphemeralOptions {
  /** Unique on this Docker. @default a random one @allowed as the name of a cluster */
  readonly name?: string;
  /** How long it lives at most. @default "30m" @allowed 1m to 24h */
  readonly ttl?: string;
  /**
   * It does not outlive this process: when that is gone, however it ended, the cluster is removed by whoever next makes,
   * lists or reaps one.
   * @default true
   */
  readonly bound?: boolean;
  /**
   * Take the spec as it stands, with its name, fixed ports, mount points and `keep`. Two such clusters may collide.
   * @default false
   */
  readonly asWritten?: boolean;
  /** Name of its Pulumi stack. @default its own name */
  readonly stack?: string;
  /** Is told what was reaped before it was made. */
  readonly onReaped?: (report: ReapReport) => void;
  /** Is told what Pulumi writes. */
  readonly onOutput?: (text: string) => void;
}

/**
 * Makes a throw-away cluster that is not up yet: its name, time of expiry and folder. Abandoned and expired ones are
 * removed first.
 *
 * @param spec the cluster, or the file of a stack
 * @throws UserError for mistakes in the spec (all at once), a bad time to live, and a name that is taken
 */
export async function createCluster(
  spec: ClusterConfig | { readonly stackFile: string },
  options: EphemeralOptions = {},
): Promise<EphemeralCluster> {
  const seconds = secondsOf(options.ttl ?? DEFAULT_TTL);
  const name = options.name ?? `t-${randomBytes(NAME_BYTES).toString("hex")}`;
  if (!isName(name)) {
    throw new UserError(
      `${JSON.stringify(name)} cannot name a cluster: lower-case letters, digits and hyphens, from a letter to a letter or digit, at most 30`,
    );
  }
  const stack = options.stack ?? name;
  const fromFile = "stackFile" in spec;
  const { document, where } = fromFile
    ? readStackDocument(spec.stackFile, PROJECT)
    : { document: documentOf(spec), where: undefined };
  const original = fromFile ? stackOf(spec.stackFile) : undefined;
  const parsed = parseSpec(clusterOf(document), { stack });
  if (parsed.problems) throw new UserError(formatProblems(parsed.problems, where));
  if (parsed.spec.target !== "docker") {
    throw new UserError(
      `target ${parsed.spec.target} has no ephemeral clusters in this version: only target docker has`,
    );
  }
  const config = clusterOf(document) as ClusterConfig;

  const grounds = groundsOf(PROJECT, parsed.spec.docker.host);
  const report = await reap(grounds);
  options.onReaped?.(report);
  if (name === REAPER || report.stays.some(({ cluster }) => cluster.ephemeral.name === name)) throw nameTaken(name);

  const expires = Math.floor(Date.now() / 1000) + seconds;
  const ephemeral: Ephemeral = { name, expires, ...((options.bound ?? true) ? { maker: thisProcess() } : {}) };
  const images = [...new Set([...(original === undefined ? [] : [original]), DEFAULT_STACK])];
  const { dockerHost } = grounds;
  const folder = makeFolder(
    grounds.home,
    { ephemeral, ...(dockerHost === undefined ? {} : { dockerHost }) },
    (making) => {
      writeWorkspace(making, { project: PROJECT, stack, document, ephemeral: { ...ephemeral, images } });
      if (options.asWritten !== true) writeCluster(making, stack, throwAwaySpec(config));
    },
  );
  return new EphemeralCluster({
    ephemeral,
    project: PROJECT,
    folder,
    stack,
    env: environmentFor(PROJECT, folder, stack, ephemeral),
    grounds,
    ...(options.onOutput ? { onOutput: options.onOutput } : {}),
  });
}

/**
 * Brings up a throw-away cluster, lends it, and removes it with everything that it made, also when `use` throws.
 *
 * @example
 * await withCluster({ workers: [{ name: "small", ramdisk: "256MB" }], underStorage: { volume: {} } }, async (cluster) => {
 *   const { stdout } = await cluster.exec("master-1", ["alluxio", "fsadmin", "report"]);
 * });
 */
export async function withCluster<T>(
  spec: ClusterConfig | { readonly stackFile: string },
  use: (cluster: EphemeralCluster) => Promise<T>,
  options: EphemeralOptions = {},
): Promise<T> {
  const cluster = await createCluster(spec, options);
  let result: T;
  try {
    await cluster.up();
    result = await use(cluster);
  } catch (error) {
    // What went wrong first is what the reader needs; what cannot be removed now is left to the next reaper.
    await cluster.remove().catch(() => undefined);
    throw error;
  }
  await cluster.remove();
  return result;
}

function secondsOf(ttl: string): number {
  const parsed = parseTtl(ttl);
  if ("problem" in parsed) throw new UserError(parsed.problem);
  return parsed.seconds;
}

/** The stack that a file of this project is of. */
function stackOf(stackFile: string): string | undefined {
  const path = resolve(stackFile);
  const stack = /^Pulumi\.(.+)\.yaml$/.exec(path.slice(PROJECT.length + 1))?.[1];
  return stack !== undefined && path === join(PROJECT, `Pulumi.${stack}.yaml`) ? stack : undefined;
}
