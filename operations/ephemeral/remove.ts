import { isSupervisor } from "../../components/plan/names";
import { dockerMountRoot } from "../../provider/docker/dockerMounts";
import { orInstead } from "../../provider/rpc/resource";
import { PROCESS_LABEL, type DockerTransport } from "../../provider/transports/docker";
import { removeFolder } from "./folders";
import { endOrphans } from "./orphans";
import type { ObservedContainer } from "./observed";
import type { ThrowAway } from "./reap";

/** What could not be removed, and why. */
export interface Left {
  readonly what: string;
  readonly reason: string;
}

/** What it asks of the world. */
export interface Remover {
  readonly docker: DockerTransport;
  /** Of the short-lived containers that take mounts back, where the cluster's own containers name none. */
  readonly image: string | undefined;
}

/** `$1` cluster id: of a run that was killed before it made anything. */
const FORGET = `cd "/run/alluxio-pulumi/$1" 2>/dev/null || exit 0
[ "$(ls -A)" = labels ] && rm -f labels
cd .. && rmdir "$1" 2>/dev/null
exit 0
`;

/**
 * Removes a throw-away cluster, in an order in which nothing makes anew what is removed: who works on it, who looks after
 * it, its processes, its mounts, networks, volumes, and last the folder of its state. Safe to repeat, to kill at any
 * moment, and to run twice at once.
 */
export async function removeThrowAway(cluster: ThrowAway, { docker, image }: Remover): Promise<Left[]> {
  endOrphans(cluster.ephemeral);
  const supervises = ({ labels }: ObservedContainer): boolean => isSupervisor(labels[PROCESS_LABEL] ?? "");
  const remove = ({ id, name }: ObservedContainer) => attempt(`container ${name}`, () => docker.discard(id));
  const left = [
    ...(await all(cluster.containers.filter(supervises), remove)),
    ...(await all(
      cluster.containers.filter((one) => !supervises(one)),
      remove,
    )),
  ];
  const roots = cluster.ledgers.flatMap(({ clusterId, roots: found }) => found.map((root) => ({ clusterId, ...root })));
  const acting = cluster.containers[0]?.image ?? image;
  for (const root of roots) left.push(...(await takeBack(root, docker, acting)));
  for (const { clusterId, roots: found } of cluster.ledgers) {
    if (found.length === 0 && acting !== undefined) await docker.runOnHost(acting, clusterId, FORGET, [clusterId]);
  }
  left.push(
    ...(await all(cluster.networks, ({ id, name }) => attempt(`network ${name}`, () => docker.removeNetwork(id)))),
    ...(await all(cluster.volumes, ({ name }) => attempt(`volume ${name}`, () => docker.removeVolume(name)))),
  );
  if (left.length === 0) for (const { path } of cluster.folders) removeFolder(path);
  return left;
}

type Root = ThrowAway["ledgers"][number]["roots"][number] & { readonly clusterId: string };

async function takeBack(root: Root, docker: DockerTransport, image: string | undefined): Promise<Left[]> {
  if (image === undefined) return [{ what: `mounts in ${root.path}`, reason: "no image to act on the machine with" }];
  return attempt(`mounts in ${root.path}`, () => dockerMountRoot(docker).unshare({ ...root, image, shared: true }));
}

async function all<T>(things: readonly T[], remove: (thing: T) => Promise<Left[]>): Promise<Left[]> {
  return (await Promise.all(things.map(remove))).flat();
}

const attempt = (what: string, act: () => Promise<void>): Promise<Left[]> =>
  orInstead<Left[], Left[]>(
    async () => {
      await act();
      return [];
    },
    ({ message }) => [{ what, reason: message }],
  );
