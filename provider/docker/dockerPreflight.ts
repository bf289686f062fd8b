import { foldersOf, type DiskSpace, type Surroundings } from "../../components/plan/check";
import { parseMountinfo } from "../probes/mountinfo";
import type { PreflightAccess, PreflightInputs } from "../resources/preflight";
import { UserError } from "../rpc/resource";
import { isUnknown } from "../rpc/values";
import type { DockerTransport } from "../transports/docker";
import { LOOK_AT_PORTS, portsInUse } from "./portHolders";

/** Before the cluster has an id, the helper container bears this one. */
const NO_CLUSTER_YET = "preflight";

/**
 * Everything in one look: memory, free space at each of the arguments (or where it will be made), mounts, and who listens
 * on which TCP port. A network file system that hangs is left out.
 */
const LOOK = `cat /proc/meminfo
echo "--- disks"
for path in "$@"; do
  timeout -s KILL 5 sh -c 'at=$1; while [ ! -e "$at" ]; do at=$(dirname "$at"); done; df -Pk "$at" | tail -n 1 | { read -r _ _ _ free _; echo "$free $1"; }' sh "$path"
done
echo "--- mounts"
cat /proc/self/mountinfo
echo "--- ports"
${LOOK_AT_PORTS}`;

export function dockerPreflight(docker: DockerTransport): PreflightAccess {
  return {
    async gather(inputs, running) {
      const clusterId = isUnknown(inputs.clusterId) ? NO_CLUSTER_YET : inputs.clusterId;
      const dataRoot = await docker.dataRoot();
      const places = [dataRoot, ...foldersOf(inputs.plan)];
      const look = await docker.runOnHost(inputs.image, clusterId, LOOK, places, { hostNetwork: true });
      if (look.code !== 0) throw new UserError(`this machine cannot be looked at: ${look.stderr.trim()}`);
      const [whole = "", rest = ""] = look.stdout.split("--- mounts\n");
      const [memory = "", disks = ""] = whole.split("--- disks\n");
      const [mounts = "", ports = ""] = rest.split("--- ports\n");
      return {
        ...parseMemory(memory, running),
        portsInUse: portsInUse(ports, await docker.publishedPorts(), clusterId),
        mountPointsInUse: running ? [] : foreignMounts(mounts, inputs),
        disks: parseDisks(disks, dataRoot),
      };
    },
  };
}

function parseMemory(text: string, running: boolean): Pick<Surroundings, "memoryMiB" | "availableMiB"> {
  const field = (name: string): number =>
    Math.floor(Number(new RegExp(`^${name}: +(\\d+) kB`, "m").exec(text)?.[1]) / 1024);
  return { memoryMiB: field("MemTotal"), ...(running ? {} : { availableMiB: field("MemAvailable") }) };
}

export const parseDisks = (text: string, dataRoot: string): DiskSpace[] =>
  [...text.matchAll(/^(\d+) (\/.*)$/gm)].map(([, kilobytes, path]) => ({
    path: path!,
    freeMiB: Math.floor(Number(kilobytes) / 1024),
    dataRoot: path === dataRoot,
  }));

function foreignMounts(text: string, { plan }: PreflightInputs): Surroundings["mountPointsInUse"] {
  const wanted = new Set(plan.mounts.flatMap((mount) => mount.mountPoint ?? []));
  return parseMountinfo(text)
    .filter((mount) => wanted.has(mount.mountPoint))
    .map((mount) => ({ path: mount.mountPoint, by: `${mount.source} (${mount.type})` }));
}
