import { unitId } from "../../../components/plan/hosts/names";
import { Unhealthy, type Progress, type ResourceKind } from "../../rpc/resource";
import { plain } from "../../rpc/values";
import type { Condition } from "../fuseMount";
import {
  changedIn,
  clusterIdMistakes,
  keptWhereTouched,
  pathMistakes,
  replacedBy,
  seenOf,
  told,
  unitMistakes,
  unitReplacements,
} from "./onHost";
import {
  explained,
  isStale,
  NO_EXPLANATIONS,
  unitDifferences,
  type Explanations,
  type ServiceCondition,
  type UnitInputs,
  type UnitSight,
} from "./service";

/** A FUSE mount of Alluxio on a host, served by a unit of systemd. */
export interface HostFuseMountInputs extends UnitInputs {
  /** Absolute; made where it is not there. */
  readonly mountPoint: string;
  /** Of the folder under the mount: name or number. */
  readonly owner: string;
  readonly group: string;
  /** Octal. @example "0755" */
  readonly mode: string;
  /** Declared as `mounted`. */
  readonly condition: Condition;
  /** Every path at which the unit's processes serve. Declared as the mount point alone. */
  readonly mountedAt: readonly string[];
  /** Of the unit. Declared as `running`. */
  readonly process: ServiceCondition;
  /** Until it answers. */
  readonly readyTimeoutSeconds: number;
}

export interface HostMountSight extends UnitSight {
  readonly condition: Condition;
  readonly mountedAt: readonly string[];
  readonly process: ServiceCondition;
}

export interface HostFuseMountAccess {
  /** From the kernel's own list of mounts; nothing but timed looks touch the mount itself. */
  observe(inputs: HostFuseMountInputs): Promise<HostMountSight>;
  /**
   * Writes and enables the unit, and starts it where it does not run.
   * @param anew ends what serves before, and detaches what it had mounted: nothing is mounted over anything
   * @throws Untouched where something else is mounted there
   */
  serve(inputs: HostFuseMountInputs, anew: boolean, strays: readonly string[]): Promise<void>;
  /** Until it is mounted and answers, or the time is over. */
  ready(inputs: HostFuseMountInputs, seconds: number): Promise<boolean>;
  journal(inputs: HostFuseMountInputs): Promise<string>;
  /** Ends and unmounts it, and restores what was found. @returns what had to stay */
  remove(inputs: HostFuseMountInputs, strays: readonly string[]): Promise<readonly string[]>;
}

/** A process that systemd has just started, or that looks for its master, is given so long before it is started anew. */
const PATIENCE_SECONDS = 45;

/** Found broken in whatever way, it is healed; between two runs of Pulumi its unit does the same. */
export function hostFuseMount(
  access: HostFuseMountAccess,
  explanations: Explanations = NO_EXPLANATIONS,
): ResourceKind<HostFuseMountInputs> {
  const idOf = ({ host, mountPoint }: HostFuseMountInputs): string => `${host}:${mountPoint}`;
  const observe = async (inputs: HostFuseMountInputs): Promise<HostFuseMountInputs> =>
    told(inputs, await access.observe(inputs));

  const settle = async (news: HostFuseMountInputs, progress: Progress): Promise<HostFuseMountInputs> => {
    const before = await observe(news);
    const strays = straysOf(before);
    // What waits to be started is not broken.
    const broken = before.condition === "dead" || before.condition === "stacked" || strays.length > 0;
    const anew = broken || isStale(before, news);
    if (broken)
      progress.info(
        `${idOf(news)} is ${strays.length > 0 ? `also at ${strays.join(", ")}` : before.condition}: mounts it anew`,
      );
    await access.serve(news, anew, strays);
    progress.status(`waits until ${idOf(news)} is mounted`);
    const patience = anew ? news.readyTimeoutSeconds : Math.min(PATIENCE_SECONDS, news.readyTimeoutSeconds);
    let mounted = await access.ready(news, patience);
    if (!mounted && !anew) {
      progress.info(`${idOf(news)} does not answer: mounts it anew`);
      await access.serve(news, true, []);
      mounted = await access.ready(news, news.readyTimeoutSeconds);
    }
    const state = await observe(news);
    if (mounted) return state;
    const journal = (await access.journal(news)).trim();
    const fault = `${news.mountPoint} on host ${news.host} is ${state.condition} after ${news.readyTimeoutSeconds} s`;
    const ends =
      journal === ""
        ? `The journal of ${news.unit.name} is empty`
        : `The journal of ${news.unit.name} ends:\n${journal}`;
    const id = unitId({ host: news.host, unit: news.unit.name });
    throw new Unhealthy(await explained(explanations, { fault, ends, host: news.host, id }), {
      id: idOf(news),
      state,
    });
  };

  return {
    token: "alluxio:hosts:FuseMount",
    check: async ({ news }) => [
      ...clusterIdMistakes(news),
      ...pathMistakes("mountPoint", [news.mountPoint]),
      ...pathMistakes("configFiles", news.configFiles ?? []),
      ...unitMistakes(news.unit, "service"),
    ],
    diff: ({ state, news }) => [
      ...unitReplacements(state, news),
      ...replacedBy(state, news, "mountPoint"),
      ...unitDifferences(state, news),
      ...changedIn(state, news, "owner", "group", "mode", "condition", "process"),
      ...changedIn({ mountedAt: [...state.mountedAt] }, { mountedAt: [...news.mountedAt] }, "mountedAt"),
    ],
    preview: async ({ news }) => plain(news),
    create: async ({ news, progress }) => {
      const id = idOf(news);
      return { id, state: await keptWhereTouched({ id, state: told(news, NOTHING) }, () => settle(news, progress)) };
    },
    read: ({ id, state, inputs }) => seenOf({ id, state }, () => observe({ ...state, ...inputs })),
    update: ({ id, state, news, progress }) => keptWhereTouched({ id, state }, () => settle(news, progress)),
    delete: async ({ state, progress }) => {
      for (const left of await access.remove(state, straysOf(state)))
        progress.warn(`${state.host}: ${left} stays: something is in it`);
    },
  };
}

const NOTHING = {
  condition: "absent",
  mountedAt: [],
  process: "stopped",
  enabled: false,
  unitText: "",
  configDigest: "",
} as const satisfies HostMountSight;

const straysOf = ({ mountedAt, mountPoint }: HostFuseMountInputs): string[] =>
  mountedAt.filter((path) => path !== mountPoint);
