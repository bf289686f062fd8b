import { changesBetween, type PropertyChange } from "../rpc/changes";
import { Unhealthy, UserError, type Progress, type ResourceKind } from "../rpc/resource";
import { plain } from "../rpc/values";
import type { Clock } from "../clock";

/**
 * `mounted`: once, and it answers. `dead`: mounted, but nobody serves it (`Transport endpoint is not connected`).
 * `silent`: it does not answer in time; its process is frozen, or finds no master.
 * `stacked`: more than once, one hiding the other. `absent`: not mounted.
 */
export type Condition = "mounted" | "dead" | "silent" | "stacked" | "absent";

/**
 * The container that heals the mount between two runs of Pulumi. `outdated`: it follows the script of another version of
 * this project, or serves another container.
 */
export type SupervisorCondition = "running" | "stopped" | "outdated" | "absent";

export interface FuseMountInputs {
  readonly clusterId: string;
  readonly mountPoint: string;
  /** The container that serves it: its name, and its id, which changes when it is made anew. */
  readonly container: string;
  readonly containerId: string;
  readonly image: string;
  /** Declared as `mounted`. */
  readonly condition: Condition;
  /** Every path at which the container's FUSE serves. Declared as the mount point alone; absent in states of 0.1.0. */
  readonly mountedAt?: readonly string[];
  /** Declared as `running`; absent in states of 0.1.0. */
  readonly supervisor?: SupervisorCondition;
  /** Name of the supervisor's container. */
  readonly supervisorName?: string;
  /** Name of the mount in the plan. */
  readonly mount?: string;
  /** The port on which the FUSE process answers for itself. */
  readonly webPort?: number;
  /** Of a throw-away cluster: when its supervisor unmounts and ends, in seconds since 1970. */
  readonly expires?: number;
  /** Read-ahead of the mount; the kernel's default where absent. */
  readonly readAheadKiB?: number;
}

/** A mount as it was seen. */
export interface MountSight {
  readonly condition: Condition;
  readonly readAheadKiB?: number;
  readonly mountedAt: readonly string[];
  /** The container that bears the name now; absent where none of this cluster does. */
  readonly containerId?: string;
}

export interface FuseMountAccess {
  /**
   * From the kernel's own list of mounts, never from what the FUSE process says.
   * @param patienceSeconds how long to wait for a mount that is not there yet before the look
   */
  observe(inputs: FuseMountInputs, patienceSeconds?: number): Promise<MountSight>;
  /** Detaches everything of Alluxio that is mounted at the mount point. */
  detach(inputs: FuseMountInputs): Promise<void>;
  /** Ends the FUSE processes of the container that serve other paths, and detaches what they had mounted there. */
  withdraw(inputs: FuseMountInputs, paths: readonly string[]): Promise<void>;
  supervisor(inputs: FuseMountInputs): Promise<SupervisorCondition>;
  /** Starts it; one that is there already goes before. */
  supervise(inputs: FuseMountInputs): Promise<void>;
  /** Ends and removes it, if there is one. */
  dismiss(inputs: FuseMountInputs): Promise<void>;
  setReadAhead(inputs: FuseMountInputs): Promise<void>;
  restart(inputs: FuseMountInputs): Promise<void>;
  /** Stops the container for good, if it is ours. */
  stop(inputs: FuseMountInputs): Promise<void>;
  /** Why it is not mounted, as far as the container tells. */
  explain(inputs: FuseMountInputs): Promise<string>;
}

const DEFAULT_TIMEOUT_SECONDS = 120;
const POLL_MILLISECONDS = 500;
/** Each look starts a program on the machine, beside processes that are starting: one look lasts so long. */
const LOOK_SECONDS = 4;
/** A FUSE process that Docker has just started mounts by itself; only after this long is it restarted. */
const PATIENCE_MILLISECONDS = 45_000;

/**
 * A FUSE mount, as the machine sees it: made when it answers, healed when it does not, unmounted when it goes. Its
 * supervisor does the same between two runs of Pulumi.
 */
export function fuseMount(access: FuseMountAccess, clock: Clock): ResourceKind<FuseMountInputs> {
  const settle = async (
    inputs: FuseMountInputs,
    timeoutSeconds: number,
    progress: Progress,
  ): Promise<FuseMountInputs> => {
    const started = clock.now();
    const limit = (timeoutSeconds || DEFAULT_TIMEOUT_SECONDS) * 1000;
    let seen = await access.observe(inputs);
    const strays = seen.mountedAt.filter((path) => path !== inputs.mountPoint);
    if (strays.length > 0) {
      progress.info(`${inputs.container} also serves ${strays.join(", ")}: ends that`);
      await access.withdraw(inputs, strays);
      seen = await access.observe(inputs);
    }
    const supervise = async (): Promise<void> => {
      if (inputs.supervisor === "running" && (await access.supervisor(inputs)) !== "running")
        await access.supervise(inputs);
    };
    // It ends a process that has lost its mount at once, where patience alone would have to tell it from a starting one.
    if (seen.condition === "absent") await supervise();
    let restarted = false;
    while (seen.condition !== "mounted") {
      const waited = clock.now() - started;
      if (waited >= limit) {
        throw new Unhealthy(
          `${inputs.mountPoint} is ${seen.condition} after ${Math.round(waited / 1000)} s: ${await access.explain(inputs)}`,
          { id: inputs.mountPoint, state: { ...inputs, ...told(inputs, seen) } },
        );
      }
      const broken = seen.condition === "dead" || seen.condition === "stacked";
      if (!restarted && (broken || waited >= PATIENCE_MILLISECONDS)) {
        progress.info(`${inputs.mountPoint} is ${seen.condition}: detaches it and restarts ${inputs.container}`);
        await access.detach(inputs);
        await access.restart(inputs);
        restarted = true;
      }
      progress.status(`${inputs.mountPoint} is ${seen.condition} (${Math.round(waited / 1000)} s)`);
      await clock.sleep(POLL_MILLISECONDS);
      seen = await access.observe(inputs, LOOK_SECONDS);
    }
    if (inputs.readAheadKiB !== undefined && seen.readAheadKiB !== inputs.readAheadKiB)
      await access.setReadAhead(inputs);
    await supervise();
    return inputs;
  };

  return {
    token: "alluxio:index:FuseMount",
    check: async () => [],
    diff: ({ state, oldInputs, news }) => [
      ...changesBetween(state.mountPoint, news.mountPoint, "mountPoint").map((change) => ({
        ...change,
        replace: true,
      })),
      ...changesBetween(state.condition, news.condition, "condition"),
      ...(news.readAheadKiB === undefined ? [] : changesBetween(state.readAheadKiB, news.readAheadKiB, "readAheadKiB")),
      ...whereKnown(state.mountedAt, (seen) => changesBetween([...seen], [...(news.mountedAt ?? seen)], "mountedAt")),
      ...whereKnown(state.supervisor, (seen) => changesBetween(seen, news.supervisor ?? seen, "supervisor")),
      ...changesBetween(oldInputs.container, news.container, "container"),
      ...changesBetween(state.containerId || undefined, news.containerId, "containerId"),
    ],
    preview: async ({ news }) => plain(news),
    create: async ({ news, timeoutSeconds, progress }) => ({
      id: news.mountPoint,
      state: await settle(news, timeoutSeconds, progress),
    }),
    read: async ({ id, state, inputs }) => {
      try {
        const [seen, supervisor] = await Promise.all([access.observe(inputs), access.supervisor(inputs)]);
        const { readAheadKiB: _, ...rest } = state;
        return { ...rest, ...told(inputs, seen), supervisor };
      } catch (error) {
        if (error instanceof UserError)
          throw new Unhealthy(`${id} cannot be looked at: ${error.message}`, { id, state });
        throw error;
      }
    },
    update: ({ news, timeoutSeconds, progress }) => settle(news, timeoutSeconds, progress),
    delete: async ({ state }) => {
      // It would mount again what is taken away here.
      await access.dismiss(state);
      const { mountedAt } = await access.observe(state);
      const strays = mountedAt.filter((path) => path !== state.mountPoint);
      if (strays.length > 0) await access.withdraw(state, strays);
      // A container that still ran would be restarted by Docker, and mount again.
      await access.stop(state);
      await access.detach(state);
    },
  };
}

/** What of a sight stands in the state: the read-ahead only where one is declared. */
function told(
  inputs: FuseMountInputs,
  { condition, readAheadKiB, mountedAt, containerId }: MountSight,
): Pick<FuseMountInputs, "condition" | "containerId" | "readAheadKiB" | "mountedAt"> {
  return {
    condition,
    mountedAt,
    // None, where there is no such container.
    containerId: containerId ?? "",
    ...(inputs.readAheadKiB === undefined || readAheadKiB === undefined ? {} : { readAheadKiB }),
  };
}

const whereKnown = <T>(seen: T | undefined, compare: (seen: T) => PropertyChange[]): PropertyChange[] =>
  seen === undefined ? [] : compare(seen);
