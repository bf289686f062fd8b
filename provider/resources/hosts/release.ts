import type { Progress, ResourceKind } from "../../rpc/resource";
import { isUnknown, plain } from "../../rpc/values";
import {
  archiveDifferences,
  mustBeAsPacked,
  NOT_UNPACKED,
  sha256Mistakes,
  type ArchiveSight,
  type FromArchive,
} from "./archive";
import { changedIn, clusterIdMistakes, keptWhereTouched, pathMistakes, replacedBy, seenOf } from "./onHost";

/**
 * Alluxio on a host, unpacked into `<prefix>/alluxio-<version>`; older ones stay beside it. `changed` says nothing of `conf`
 * and `logs`.
 */
export interface ReleaseInputs extends FromArchive {
  readonly version: string;
  /** Folder of the releases. Absolute. */
  readonly prefix: string;
  /** The link that processes follow. Absolute. */
  readonly link: string;
  /** Where it points; declared as the release, see {@link releaseFolder}. Empty where there is none. */
  readonly linked: string;
}

export type ReleaseSight = ArchiveSight & Pick<ReleaseInputs, "linked">;

export interface ReleaseAccess {
  observe(inputs: ReleaseInputs): Promise<ReleaseSight>;
  /**
   * Brings what is missing of it, and puts back what was changed. Then the link is switched, in one step.
   * @throws Untouched where something stands in its place that is not ours
   */
  install(inputs: ReleaseInputs, progress: Progress): Promise<void>;
  /** Removes all releases that this cluster has brought to the prefix, and restores the link. */
  remove(inputs: ReleaseInputs): Promise<void>;
}

export const releaseFolder = ({ prefix, version }: Pick<ReleaseInputs, "prefix" | "version">): string =>
  `${prefix}/alluxio-${version}`;

export function release(access: ReleaseAccess): ResourceKind<ReleaseInputs> {
  const observe = async (inputs: ReleaseInputs): Promise<ReleaseInputs> => ({
    ...inputs,
    ...(await access.observe(inputs)),
  });
  const install = async (news: ReleaseInputs, progress: Progress): Promise<ReleaseInputs> => {
    await access.install(news, progress);
    const state = await observe(news);
    mustBeAsPacked(releaseFolder(news), news, differences(state, news));
    return state;
  };
  return {
    token: "alluxio:hosts:Release",
    check: async ({ news }) => [
      ...clusterIdMistakes(news),
      ...pathMistakes("prefix", [news.prefix]),
      ...pathMistakes("link", [news.link]),
      ...(isUnknown(news.version) || /^\w[\w.+-]*$/.test(news.version)
        ? []
        : [{ property: "version", reason: `${JSON.stringify(news.version)} is no version.` }]),
      ...sha256Mistakes(news),
    ],
    diff: ({ state, news }) => [
      ...replacedBy(state, news, "host", "clusterId", "prefix", "link"),
      ...differences(state, news),
    ],
    preview: async ({ news }) => plain(news),
    create: async ({ news, progress }) => {
      const id = `${news.host}:${news.prefix}`;
      const nothing = { ...news, sha256: NOT_UNPACKED, linked: "" };
      return { id, state: await keptWhereTouched({ id, state: nothing }, () => install(news, progress)) };
    },
    read: ({ id, state, inputs }) => seenOf({ id, state }, () => observe({ ...state, ...inputs })),
    update: ({ id, state, news, progress }) => keptWhereTouched({ id, state }, () => install(news, progress)),
    delete: ({ state }) => access.remove(state),
  };
}

const differences = (state: ReleaseInputs, news: ReleaseInputs) => [
  ...changedIn(state, news, "version", "linked"),
  ...archiveDifferences(state, news),
];
