import type { Surroundings } from "../../components/plan/check";
import { parseMountinfo } from "../probes/mountinfo";
import type { PreflightAccess, PreflightInputs } from "../resources/preflight";
import { UserError } from "../rpc/resource";
import { isUnknown } from "../rpc/values";
import type { DockerTransport } from "../transports/docker";

/** Before the cluster has an id, the helper container bears this one. */
const NO_CLUSTER_YET = "preflight";

/** Everything in one look: memory, listening TCP ports, mounts. */
const LOOK = `cat /proc/meminfo
echo "--- tcp"
cat /proc/net/tcp /proc/net/tcp6 2>/dev/null
echo "--- mounts"
cat /proc/self/mountinfo
`;

export function dockerPreflight(docker: DockerTransport): PreflightAccess {
  return {
    async gather(inputs, running) {
      const clusterId = isUnknown(inputs.clusterId) ? NO_CLUSTER_YET : inputs.clusterId;
      const look = await docker.runOnHost(inputs.image, clusterId, LOOK, [], { hostNetwork: true });
      if (look.code !== 0) throw new UserError(`this machine cannot be looked at: ${look.stderr.trim()}`);
      const [memory = "", rest = ""] = look.stdout.split("--- tcp\n");
      const [tcp = "", mounts = ""] = rest.split("--- mounts\n");
      const published = await docker.publishedPorts();
      return {
        ...parseMemory(memory, running),
        portsInUse: [
          ...published
            .filter((one) => one.clusterId !== clusterId)
            .map(({ port, container }) => ({ port, by: `container ${container}` })),
          ...listeningPorts(tcp)
            .filter((port) => !published.some((one) => one.port === port))
            .map((port) => ({ port, by: "another process" })),
        ],
        mountPointsInUse: running ? [] : foreignMounts(mounts, inputs),
      };
    },
  };
}

function parseMemory(text: string, running: boolean): Pick<Surroundings, "memoryMiB" | "availableMiB"> {
  const field = (name: string): number =>
    Math.floor(Number(new RegExp(`^${name}: +(\\d+) kB`, "m").exec(text)?.[1]) / 1024);
  return { memoryMiB: field("MemTotal"), ...(running ? {} : { availableMiB: field("MemAvailable") }) };
}

const LISTEN = "0A";
const LOOPBACK_OR_ANY = new Set([
  "0100007F",
  "00000000",
  "00000000000000000000000000000000",
  "00000000000000000000000001000000",
  // 127.0.0.1 on an IPv6 socket: how a JVM listens there.
  "0000000000000000FFFF00000100007F",
]);

/** Ports that a server on 127.0.0.1 would clash with, from /proc/net/tcp (addresses in hexadecimal). */
export function listeningPorts(text: string): number[] {
  const ports = text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN)
    .map((fields) => (fields[1] ?? "").split(":"))
    .filter(([address]) => LOOPBACK_OR_ANY.has(address ?? ""))
    .map(([, port]) => parseInt(port ?? "", 16));
  return [...new Set(ports)];
}

function foreignMounts(text: string, { plan }: PreflightInputs): Surroundings["mountPointsInUse"] {
  const wanted = new Set(plan.mounts.flatMap((mount) => mount.mountPoint ?? []));
  return parseMountinfo(text)
    .filter((mount) => wanted.has(mount.mountPoint))
    .map((mount) => ({ path: mount.mountPoint, by: `${mount.source} (${mount.type})` }));
}
