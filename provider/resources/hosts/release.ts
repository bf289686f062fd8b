import { UserError, type Progress, type ResourceKind } from "../../rpc/resource";
import { isUnknown, plain } from "../../rpc/values";
import {
  changedIn,
  clusterIdMistakes,
  keptWhereTouched,
  pathMistakes,
  replacedBy,
  seenOf,
  type OnHost,
} from "./onHost";

/** Where the tarball comes from: a file of this machine, or an address that the host itself can reach. */
export type ReleaseSource = { readonly file: string } | { readonly url: string };

/** Alluxio on a host, unpacked into `<prefix>/alluxio-<version>`; older ones stay beside it. */
export interface ReleaseInputs extends OnHost {
  readonly version: string;
  /** Folder of the releases. Absolute. */
  readonly prefix: string;
  readonly source: ReleaseSource;
  /** Of the tarball, hexadecimal; `missing` where the release is not there. */
  readonly sha256: string;
  /** The link that processes follow. Absolute. */
  readonly link: string;
  /** Where it points; declared as the release, see {@link releaseFolder}. Empty where there is none. */
  readonly linked: string;
  /** Files of the release that are not as they were unpacked, but for those in `conf` and `logs`. Declared as none. */
  readonly changed: readonly string[];
}

export type ReleaseSight = Pick<ReleaseInputs, "sha256" | "linked" | "changed">;

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
    const wrong = differences(state, news).map(({ path }) => path);
    if (wrong.length > 0)
      throw new UserError(
        `${releaseFolder(news)} on host ${news.host} is still not as it was packed (${wrong.join(", ")}): what else writes there?`,
      );
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
      ...(isUnknown(news.sha256) || /^[0-9a-f]{64}$/.test(news.sha256)
        ? []
        : [
            { property: "sha256", reason: "A SHA-256 is 64 hexadecimal digits, in lower case: `sha256sum` prints it." },
          ]),
    ],
    diff: ({ state, news }) => [
      ...replacedBy(state, news, "host", "clusterId", "prefix", "link"),
      ...differences(state, news),
    ],
    preview: async ({ news }) => plain(news),
    create: async ({ news, progress }) => {
      const id = `${news.host}:${news.prefix}`;
      const nothing = { ...news, sha256: "missing", linked: "" };
      return { id, state: await keptWhereTouched({ id, state: nothing }, () => install(news, progress)) };
    },
    read: ({ id, state, inputs }) => seenOf({ id, state }, () => observe({ ...state, ...inputs })),
    update: ({ id, state, news, progress }) => keptWhereTouched({ id, state }, () => install(news, progress)),
    delete: ({ state }) => access.remove(state),
  };
}

const differences = (state: ReleaseInputs, news: ReleaseInputs) =>
  changedIn(
    // One value each: a list that differs differs as a whole.
    { ...state, changed: [...state.changed] },
    { ...news, changed: [...news.changed] },
    "version",
    "sha256",
    "linked",
    "changed",
  );
