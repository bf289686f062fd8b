import { UserError, type ResourceKind } from "../../rpc/resource";
import { plain } from "../../rpc/values";
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
  unitTextDifferences,
  type OnHost,
  type Unit,
} from "./onHost";

/** A tmpfs of a fixed size on a host, that a unit of systemd mounts when the host boots. */
export interface RamdiskInputs extends OnHost {
  /** Absolute; made where it is not there. */
  readonly mountPoint: string;
  readonly sizeMiB: number;
  /** Of the root of the tmpfs: name or number. */
  readonly owner: string;
  readonly group: string;
  /** Octal. @example "0770" */
  readonly mode: string;
  /** A mount unit. Its `What=` tells our tmpfs from another one, so it should name the cluster. */
  readonly unit: Unit;
  /** Unit of the worker that caches in it: what does not fit into a smaller one is given up while that is stopped. */
  readonly worker?: string;
  /** The types of what is mounted there, the lowest first. Declared as `["tmpfs"]`. */
  readonly filesystems: readonly string[];
  /** Whether it comes back at a boot. Declared as true. */
  readonly enabled: boolean;
}

/** What is there; owner, group and mode only where something is mounted. */
export interface RamdiskSight {
  readonly filesystems: readonly string[];
  readonly enabled: boolean;
  /** Empty where there is none. */
  readonly unitText: string;
  readonly sizeMiB?: number;
  readonly owner?: string;
  readonly group?: string;
  readonly mode?: string;
}

export interface RamdiskAccess {
  observe(inputs: RamdiskInputs): Promise<RamdiskSight>;
  /**
   * Makes it so, whatever of it is there; a tmpfs that is there is resized, and keeps what it holds.
   * @param mayGiveUp whether a spec that has made it smaller gives up what does not fit
   * @throws Untouched where something is mounted there that is not ours, or what it holds does not fit
   */
  apply(inputs: RamdiskInputs, mayGiveUp: boolean): Promise<void>;
  /** Unmounts what is ours, and restores what was found. @returns what had to stay */
  remove(inputs: RamdiskInputs): Promise<readonly string[]>;
}

export function ramdisk(access: RamdiskAccess): ResourceKind<RamdiskInputs> {
  const idOf = ({ host, mountPoint }: RamdiskInputs): string => `${host}:${mountPoint}`;
  const observe = async (inputs: RamdiskInputs): Promise<RamdiskInputs> => told(inputs, await access.observe(inputs));
  const apply = async (news: RamdiskInputs, mayGiveUp: boolean): Promise<RamdiskInputs> => {
    await access.apply(news, mayGiveUp);
    const state = await observe(news);
    const wrong = differences(state, news).map(({ path }) => path);
    if (wrong.length > 0)
      throw new UserError(
        `${idOf(news)} is still not as it should be: ${wrong.join(", ")}. Does something else change it?`,
      );
    return state;
  };
  return {
    token: "alluxio:hosts:Ramdisk",
    check: async ({ news }) => [
      ...clusterIdMistakes(news),
      ...pathMistakes("mountPoint", [news.mountPoint]),
      ...unitMistakes(news.unit, "mount"),
    ],
    diff: ({ state, news }) => [
      ...unitReplacements(state, news),
      ...replacedBy(state, news, "mountPoint"),
      ...differences(state, news),
    ],
    preview: async ({ news }) => plain(news),
    create: async ({ news }) => {
      const id = idOf(news);
      // A ramdisk that is there, though no state knows it, was declared by a spec that nobody has compared with this one.
      return { id, state: await keptWhereTouched({ id, state: told(news, NOTHING) }, () => apply(news, false)) };
    },
    read: ({ id, state, inputs }) => seenOf({ id, state }, () => observe({ ...state, ...inputs })),
    update: ({ id, state, news }) => keptWhereTouched({ id, state }, () => apply(news, true)),
    delete: async ({ state, progress }) => {
      for (const left of await access.remove(state)) progress.warn(`${state.host}: ${left} stays: something is in it`);
    },
  };
}

const NOTHING: RamdiskSight = { filesystems: [], enabled: false, unitText: "" };

/** Numbers stand for names and back again where the host says so: the access gives back what was asked for. */
const differences = (state: RamdiskInputs, news: RamdiskInputs) => [
  ...changedIn(state, news, "filesystems"),
  // Of a file system that is not ours the rest says nothing.
  ...(state.filesystems.join() === "tmpfs" ? changedIn(state, news, "sizeMiB", "owner", "group", "mode") : []),
  ...unitTextDifferences(state, news),
  ...changedIn(state, news, "enabled"),
];
