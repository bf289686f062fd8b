import type { UnpersistedSight } from "../components/plan/unpersisted";
import { readConfig } from "../provider/config";
import { dockerCaches } from "../provider/docker/dockerCaches";
import { hostCaches } from "../provider/hosts/hostCaches";
import { Hosts } from "../provider/hosts/hosts";
import type { ChangeGuardInputs } from "../provider/resources/changeGuard";
import { orInstead } from "../provider/rpc/resource";
import type { Properties } from "../provider/rpc/values";
import type { Secrets } from "../provider/transports/sshKeys";
import { inForce, PROVIDER, type Exported, type Resource } from "./recovery/exported";

/** What the state of a stack tells of the cluster that is to end. */
export interface EndingCluster {
  /** Whether it may ever have had a worker, and so a cache. */
  readonly hadWorkers: boolean;
  /** Inputs of its guard. */
  readonly guard?: Partial<ChangeGuardInputs>;
  /** How our provider reaches the machines. */
  readonly provider?: Properties;
}

const GUARD = "alluxio:index:ChangeGuard";
/** What workers are called, their ramdisks and job workers too. */
const OF_A_WORKER = /::[^:]*-(?:worker|ramdisk)-[^:]*$/;
/** On hosts a worker that is gone stays in the state, so that a ramdisk alone never had one. */
const RAMDISK_OF_HOST = "alluxio:hosts:Ramdisk";

/** Components are there before anything of theirs is. */
const mayHaveCached = ({ urn, type, custom }: Resource): boolean =>
  custom !== false && type !== RAMDISK_OF_HOST && OF_A_WORKER.test(urn);

/** @param exported what `pulumi stack export` printed */
export function endingCluster(exported: string): EndingCluster {
  const { deployment } = JSON.parse(exported) as Exported;
  const resources = deployment?.resources ?? [];
  const begun = (deployment?.pending_operations ?? []).map(({ resource }) => resource);
  const guard = inForce(resources, GUARD);
  const provider = inForce(resources, PROVIDER);
  return {
    hadWorkers: [...resources, ...begun].some(mayHaveCached),
    ...(guard === undefined ? {} : { guard: toldBy(guard) }),
    ...(provider === undefined ? {} : { provider: (provider.inputs ?? {}) as Properties }),
  };
}

const toldBy = ({ inputs, outputs }: Resource): Partial<ChangeGuardInputs> => outputs ?? inputs ?? {};

/**
 * Which files are in the caches alone, and so are lost when a cluster ends: `pulumi destroy` asks no resource. Every question
 * has its time, and what cannot be told is `unknown`.
 *
 * @param secretsOf a stack: passphrases and keys of SSH by their config keys
 * @returns undefined where nothing was ever cached
 */
export async function lossAtEnd(
  { hadWorkers, guard, provider }: EndingCluster,
  secretsOf: (stack: string, keys: readonly string[]) => Promise<Secrets>,
): Promise<UnpersistedSight | undefined> {
  if (!hadWorkers) return undefined;
  const { plan, owner } = guard ?? {};
  if (plan === undefined || owner === undefined || provider === undefined)
    return { unknown: "the state of the stack does not tell how to ask its cluster" };
  const { docker, ssh, target } = readConfig(provider, process.env, secretsOf);
  const caches = target === "hosts" ? hostCaches(new Hosts(ssh)) : dockerCaches(docker);
  try {
    return await caches.unpersisted({ confirm: [], ...guard, plan, owner });
  } finally {
    await orInstead(
      () => ssh.close(),
      () => undefined,
    );
  }
}
