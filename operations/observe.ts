import { defaultMountRoot } from "../components/plan/names";
import type { ClusterPlan, MountPlan } from "../components/plan/types";
import type { MasterView } from "../provider/probes/leader";
import type { Condition } from "../provider/resources/fuseMount";
import { hostOf } from "../provider/rollout/lostMembers";
import { orInstead } from "../provider/rpc/resource";
import { processOf, type MasterSight, type MountSight, type Observation, type ObservedProcess } from "./observation";

/** Looks at one cluster, wherever it runs. Every call may throw a UserError: what it names could not be looked at. */
export interface ClusterAccess {
  machine(): Promise<string>;
  processes(): Promise<readonly ObservedProcess[]>;
  /** @returns undefined where the master's JVM does not answer */
  askMaster(container: string, webPort: number): Promise<MasterView | undefined>;
  /** @returns whether the leader reaches each member, by its address; undefined where none of these masters knows */
  askQuorum(containers: readonly string[]): Promise<Readonly<Record<string, boolean>> | undefined>;
  mountCondition(mountPoint: string, image: string): Promise<Condition>;
}

export interface Target {
  readonly plan: ClusterPlan;
  readonly clusterId: string;
  /** Image of the cluster on its machine; used where none of its processes is there to tell. */
  readonly image?: string | undefined;
}

/**
 * Looks at everything at once. One master or mount that cannot be looked at does not hide the others.
 * @throws UserError where the machine does not answer at all
 */
export async function observe(access: ClusterAccess, { plan, clusterId, image }: Target): Promise<Observation> {
  const [machine, processes] = await Promise.all([access.machine(), access.processes()]);
  const masters = plan.processes.filter((process) => process.role === "master");
  const helperImage = processes[0]?.image ?? image;
  const [masterSights, mountSights] = await Promise.all([
    Promise.all(
      masters.map(async (master): Promise<[string, MasterSight]> => {
        const container = processOf(master.name, plan.name, clusterId, processes);
        return [master.name, await lookAtMaster(access, container, master.healthPort)];
      }),
    ),
    Promise.all(
      plan.mounts.map(async (mount): Promise<[string, MountSight]> => {
        const mountPoint = mountPointOf(mount, plan.name, clusterId);
        return [mount.name, await lookAtMount(access, mountPoint, helperImage)];
      }),
    ),
  ]);
  const answering = masterSights.flatMap(([name, sight]) =>
    "view" in sight ? (processOf(name, plan.name, clusterId, processes)?.container ?? []) : [],
  );
  const quorum =
    masters.length > 1
      ? await orInstead(
          () => access.askQuorum(answering),
          () => undefined,
        )
      : undefined;
  return {
    machine,
    processes,
    masters: Object.fromEntries(masterSights),
    ...(quorum ? { reached: byHost(quorum) } : {}),
    mounts: Object.fromEntries(mountSights),
  };
}

export const byHost = (quorum: Readonly<Record<string, boolean>>): Record<string, boolean> =>
  Object.fromEntries(Object.entries(quorum).map(([address, reached]) => [hostOf(address), reached]));

async function lookAtMaster(
  access: ClusterAccess,
  process: ObservedProcess | undefined,
  webPort: number,
): Promise<MasterSight> {
  if (!process) return { silence: "it has no container" };
  if (process.state !== "running") return { silence: `its container is ${process.state}` };
  return orSilence(async () => {
    const view = await access.askMaster(process.container, webPort);
    return view ? { view } : { silence: `it does not answer on port ${webPort}` };
  });
}

async function lookAtMount(access: ClusterAccess, mountPoint: string, image: string | undefined): Promise<MountSight> {
  if (image === undefined) return { mountPoint, silence: "no image of the cluster is on the machine to look with" };
  return {
    mountPoint,
    ...(await orSilence(async () => ({ condition: await access.mountCondition(mountPoint, image) }))),
  };
}

async function orSilence<T>(look: () => Promise<T>): Promise<T | { silence: string }> {
  return orInstead(look, ({ message }) => ({ silence: message }));
}

export const mountPointOf = (mount: MountPlan, cluster: string, clusterId: string): string =>
  mount.mountPoint ?? `${defaultMountRoot(cluster, clusterId)}/${mount.name}`;
