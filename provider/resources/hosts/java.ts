import type { Progress, ResourceKind } from "../../rpc/resource";
import { plain } from "../../rpc/values";
import {
  archiveDifferences,
  mustBeAsPacked,
  NOT_UNPACKED,
  sha256Mistakes,
  type ArchiveSight,
  type FromArchive,
} from "./archive";
import { clusterIdMistakes, keptWhereTouched, pathMistakes, replacedBy, seenOf } from "./onHost";

/** A Java on a host, unpacked from a tarball. A Java that the host has needs no such resource. */
export interface JavaInputs extends FromArchive {
  /** Folder in which `bin/java` is. Absolute; another one for each archive, so that what runs keeps its own. */
  readonly home: string;
}

export interface JavaAccess {
  observe(inputs: JavaInputs): Promise<ArchiveSight>;
  /**
   * Brings what is missing of it, and puts back what was changed.
   * @throws Untouched where something stands in its place that is not ours
   */
  install(inputs: JavaInputs, progress: Progress): Promise<void>;
  /** Removes what this cluster has brought. */
  remove(inputs: JavaInputs): Promise<void>;
}

export function java(access: JavaAccess): ResourceKind<JavaInputs> {
  const idOf = ({ host, home }: JavaInputs): string => `${host}:${home}`;
  const observe = async (inputs: JavaInputs): Promise<JavaInputs> => ({ ...inputs, ...(await access.observe(inputs)) });
  const install = async (news: JavaInputs, progress: Progress): Promise<JavaInputs> => {
    await access.install(news, progress);
    const state = await observe(news);
    mustBeAsPacked(news.home, news, archiveDifferences(state, news));
    return state;
  };
  return {
    token: "alluxio:hosts:Java",
    check: async ({ news }) => [
      ...clusterIdMistakes(news),
      ...pathMistakes("home", [news.home]),
      ...sha256Mistakes(news),
    ],
    diff: ({ state, news }) => [
      ...replacedBy(state, news, "host", "clusterId", "home"),
      ...archiveDifferences(state, news),
    ],
    preview: async ({ news }) => plain(news),
    create: async ({ news, progress }) => {
      const id = idOf(news);
      const nothing = { ...news, sha256: NOT_UNPACKED };
      return { id, state: await keptWhereTouched({ id, state: nothing }, () => install(news, progress)) };
    },
    read: ({ id, state, inputs }) => seenOf({ id, state }, () => observe({ ...state, ...inputs })),
    update: ({ id, state, news, progress }) => keptWhereTouched({ id, state }, () => install(news, progress)),
    delete: ({ state }) => access.remove(state),
  };
}
