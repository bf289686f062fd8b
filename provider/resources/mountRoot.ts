import { changesBetween } from "../rpc/changes";
import type { ResourceKind } from "../rpc/resource";
import { plain } from "../rpc/values";

export interface MountRootInputs {
  readonly clusterId: string;
  /** The folder in which mount points lie. Absolute. */
  readonly path: string;
  /** The mount points in it: made where they are not there yet, and unmounted at the end. */
  readonly mountPoints: readonly string[];
  /** Image of the short-lived container that acts on the machine. */
  readonly image: string;
  /** Of a throw-away cluster: stand in the ledger, for mounts and folders bear none. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Declared as true: a mount below it that a container makes is seen on the machine. */
  readonly shared: boolean;
}

export interface MountRootAccess {
  /** Makes the folder, and a shared mount of it unless it lies in one already. Safe to run twice. */
  share(inputs: MountRootInputs): Promise<void>;
  isShared(inputs: MountRootInputs): Promise<boolean>;
  /** Unmounts what is left below it, and takes back what `share` made. */
  unshare(inputs: MountRootInputs): Promise<void>;
}

/**
 * What must exist on a machine before a FUSE container starts: a folder whose mounts are shared with the container, so
 * that the machine sees what the container mounts there. Where `/` is mounted private, it makes the folder shared.
 */
export function mountRoot(access: MountRootAccess): ResourceKind<MountRootInputs> {
  return {
    token: "alluxio:index:MountRoot",
    check: async () => [],
    diff: ({ state, news }) => [
      ...changesBetween(state.path, news.path, "path").map((change) => ({ ...change, replace: true })),
      ...changesBetween(state.shared, news.shared, "shared"),
      ...changesBetween([...state.mountPoints], [...news.mountPoints], "mountPoints"),
    ],
    preview: async ({ news }) => plain(news),
    create: async ({ news }) => {
      await access.share(news);
      return { id: news.path, state: news };
    },
    read: async ({ state }) => ({ ...state, shared: await access.isShared(state) }),
    update: async ({ news }) => {
      await access.share(news);
      return news;
    },
    delete: ({ state }) => access.unshare(state),
  };
}
