import { posix } from "node:path";
import type { ClusterConfig } from "../../components/spec/config";
import { nothingUnpersisted } from "../../components/plan/unpersisted";
import { placesOf, type Cluster } from "./cluster";
import { installationFor } from "./effective";
import { listed, type Note } from "./note";
import { mountPointsOf } from "./parts/mounts";
import { tierPaths } from "./storagePaths";

const MEMORY = new Set(["ramfs", "tmpfs"]);

/** What somebody does to take the cluster over, in this order. Everything up to the end of Alluxio loses nothing. */
export function stepsOf(cluster: Cluster, config: Partial<ClusterConfig>, stack: string): string[] {
  const [master] = cluster.masters;
  const home = master && installationFor(master.facts, undefined)?.home;
  const alluxio = posix.join(home ?? "<alluxio>", "bin/alluxio");
  const fuse = posix.join(home ?? "<alluxio>", "integration/fuse/bin/alluxio-fuse");
  const on = master?.name ?? "the master";
  const mounts = mountPointsOf(cluster);
  const runs = placesOf(cluster).some(({ process }) => process !== undefined);
  const ramdisks = cluster.workers.flatMap(({ name, facts }) =>
    facts.mounts
      .filter(({ mountPoint, type }) => MEMORY.has(type) && tierPaths(facts).includes(mountPoint))
      .map(({ mountPoint }) => ({ host: name, path: mountPoint })),
  );
  const fstab = cluster.machines.filter(({ facts }) =>
    facts.fstab.some((line) =>
      tierPaths(facts).some((path) => line.includes(` ${path} `) || line.includes(`\t${path}`)),
    ),
  );
  const secrets = Object.values(config.underStorage?.credentials ?? {});
  return [
    ...secrets.map((key) => `npx pulumi config set --secret ${key} --stack ${stack}`),
    ...(runs ? [`on ${on}: ${alluxio} fs persist / (what is in the caches alone is lost with them)`] : []),
    ...(runs ? [`on ${on}: ${alluxio} fsadmin backup (a copy of the metadata; it prints where)`] : []),
    ...byPath(mounts).map(([path, hosts]) => `on ${hosts}: end who uses ${path}, then ${fuse} umount ${path}`),
    ...(runs ? [`on ${on}: ${posix.join(home ?? "<alluxio>", "bin/alluxio-stop.sh")} all`] : []),
    ...byPath(ramdisks).map(([path, hosts]) => `on ${hosts}: umount ${path}`),
    ...(fstab.length > 0 ? [`on ${listed(fstab.map(({ name }) => name))}: take the ramdisk out of /etc/fstab`] : []),
    `npx pulumi preview --stack ${stack}, then npm start -- --stack ${stack}`,
  ];
}

/** Path → the hosts that have it. */
function byPath(all: readonly { readonly host: string; readonly path: string }[]): [path: string, hosts: string][] {
  const paths = [...new Set(all.map(({ path }) => path))];
  return paths.map((path) => [path, listed(all.filter((one) => one.path === path).map(({ host }) => host))]);
}

/** Files that exist in the caches alone. */
export function unpersistedNotes({ facts }: Cluster): Note[] {
  const { unpersisted: sight } = facts;
  const about = "files in the caches";
  if ("unknown" in sight) {
    return [
      {
        kind: "decision",
        about,
        message: `Whether all are persisted cannot be told (${sight.unknown}). Those that are not are lost with the ramdisks: \`alluxio fs persist /\` first.`,
      },
    ];
  }
  if (sight.unpersisted === 0)
    return [{ kind: "difference", about, message: `Ramdisks are made anew: ${nothingUnpersisted(sight)}.` }];
  const some = sight.paths.slice(0, 3).join(", ");
  return [
    {
      kind: "decision",
      about,
      found: `${sight.unpersisted} of ${sight.files} not persisted`,
      message: `They are lost with the ramdisks (${some}${sight.unpersisted > 3 ? ", …" : ""}): \`alluxio fs persist /\` first.`,
    },
  ];
}
