import { UserError, type ResourceKind } from "../../rpc/resource";
import { plain } from "../../rpc/values";
import { changesBetween } from "../../rpc/changes";
import type { Installation } from "../../../components/plan/hosts/installation";
import { seenOf } from "./onHost";

/** Directories in Alluxio that mounts and data sets need. What is in them belongs to the users: nothing is ever removed. */
export interface AlluxioPathsInputs {
  readonly clusterId: string;
  /** Hosts of the masters. */
  readonly masters: readonly string[];
  readonly masterWebPort: number;
  readonly installation: Installation;
  /** Absolute, in Alluxio's own namespace; parents before children. In the state those that are there. */
  readonly paths: readonly string[];
}

export interface AlluxioPathsAccess {
  /** @returns which of them are directories; undefined while no master leads */
  present(inputs: AlluxioPathsInputs): Promise<readonly string[] | undefined>;
  /** @throws UserError where one is there already: Alluxio makes none twice */
  make(inputs: AlluxioPathsInputs): Promise<void>;
}

export function alluxioPaths(access: AlluxioPathsAccess): ResourceKind<AlluxioPathsInputs> {
  const look = async (inputs: AlluxioPathsInputs): Promise<AlluxioPathsInputs> => {
    const paths = await access.present(inputs);
    if (!paths) throw new UserError("no master leads that could tell which directories there are");
    return { ...inputs, paths };
  };
  const settle = async (news: AlluxioPathsInputs): Promise<AlluxioPathsInputs> => {
    const { paths: there } = await look(news);
    const paths = news.paths.filter((path) => !there.includes(path));
    if (paths.length === 0) return news;
    await access.make({ ...news, paths });
    return look(news);
  };
  return {
    token: "alluxio:hosts:AlluxioPaths",
    check: async () => [],
    diff: ({ state, news }) => changesBetween([...state.paths], [...news.paths], "paths"),
    preview: async ({ news }) => plain(news),
    create: async ({ name, news }) => ({ id: name, state: await settle(news) }),
    read: ({ id, state, inputs }) => seenOf({ id, state }, () => look(inputs)),
    update: ({ news }) => settle(news),
    delete: async () => undefined,
  };
}
