import { changesBetween } from "../rpc/changes";
import { Unhealthy, UserError, type Progress, type ResourceKind } from "../rpc/resource";
import { plain } from "../rpc/values";
import type { Clock } from "./membership";

/**
 * `mounted`: once, and it answers. `dead`: mounted, but nobody serves it (`Transport endpoint is not connected`).
 * `silent`: it does not answer in time; its process is frozen, or finds no master.
 * `stacked`: more than once, one hiding the other. `absent`: not mounted.
 */
export type Condition = "mounted" | "dead" | "silent" | "stacked" | "absent";

export interface FuseMountInputs {
  readonly clusterId: string;
  readonly mountPoint: string;
  /** The container that serves it: its name, and its id, which changes when it is made anew. */
  readonly container: string;
  readonly containerId: string;
  readonly image: string;
  /** Declared as `mounted`. */
  readonly condition: Condition;
  /** Read-ahead of the mount; the kernel's default where absent. */
  readonly readAheadKiB?: number;
}

export interface FuseMountAccess {
  /** From the kernel's own list of mounts, never from what the FUSE process says. */
  observe(inputs: FuseMountInputs): Promise<{ condition: Condition; readAheadKiB?: number }>;
  /** Detaches everything of Alluxio that is mounted at the mount point. */
  detach(inputs: FuseMountInputs): Promise<void>;
  setReadAhead(inputs: FuseMountInputs): Promise<void>;
  restart(inputs: FuseMountInputs): Promise<void>;
  /** Stops the container for good, if it is ours. */
  stop(inputs: FuseMountInputs): Promise<void>;
  /** Why it is not mounted, as far as the container tells. */
  explain(inputs: FuseMountInputs): Promise<string>;
}

const DEFAULT_TIMEOUT_SECONDS = 120;
const POLL_MILLISECONDS = 500;
/** A FUSE process that Docker has just started mounts by itself; only after this long is it restarted. */
const PATIENCE_MILLISECONDS = 45_000;

/** A FUSE mount, as the machine sees it: made when it answers, healed when it does not, unmounted when it goes. */
export function fuseMount(access: FuseMountAccess, clock: Clock): ResourceKind<FuseMountInputs> {
  const settle = async (
    inputs: FuseMountInputs,
    timeoutSeconds: number,
    progress: Progress,
  ): Promise<FuseMountInputs> => {
    const started = clock.now();
    const limit = (timeoutSeconds || DEFAULT_TIMEOUT_SECONDS) * 1000;
    let seen = await access.observe(inputs);
    let restarted = false;
    while (seen.condition !== "mounted") {
      const waited = clock.now() - started;
      if (waited >= limit) {
        throw new Unhealthy(
          `${inputs.mountPoint} is ${seen.condition} after ${Math.round(waited / 1000)} s: ${await access.explain(inputs)}`,
          { id: inputs.mountPoint, state: { ...inputs, ...seen } },
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
      seen = await access.observe(inputs);
    }
    if (inputs.readAheadKiB !== undefined && seen.readAheadKiB !== inputs.readAheadKiB)
      await access.setReadAhead(inputs);
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
      ...changesBetween(oldInputs.container, news.container, "container"),
      ...changesBetween(oldInputs.containerId, news.containerId, "containerId"),
    ],
    preview: async ({ news }) => plain(news),
    create: async ({ news, timeoutSeconds, progress }) => ({
      id: news.mountPoint,
      state: await settle(news, timeoutSeconds, progress),
    }),
    read: async ({ id, state, inputs }) => {
      try {
        const { condition, readAheadKiB } = await access.observe(inputs);
        const { readAheadKiB: _, ...rest } = state;
        return {
          ...rest,
          condition,
          ...(inputs.readAheadKiB === undefined || readAheadKiB === undefined ? {} : { readAheadKiB }),
        };
      } catch (error) {
        if (error instanceof UserError)
          throw new Unhealthy(`${id} cannot be looked at: ${error.message}`, { id, state });
        throw error;
      }
    },
    update: ({ news, timeoutSeconds, progress }) => settle(news, timeoutSeconds, progress),
    delete: async ({ state }) => {
      // A container that still ran would be restarted by Docker, and mount again.
      await access.stop(state);
      await access.detach(state);
    },
  };
}
