import { UserError } from "../rpc/resource";
import type { DockerTransport } from "../transports/docker";

/** Listening TCP ports, then which process has which socket open, then what the processes are called. */
export const LOOK_AT_PORTS = `cat /proc/net/tcp /proc/net/tcp6 2>/dev/null
echo "--- sockets"
ls -l /proc/[0-9]*/fd 2>/dev/null | grep -E '^/proc/|socket:'
echo "--- processes"
grep -s . /proc/[0-9]*/comm
:
`;

/** A port of the loopback address, and who has it: `container web`, `process nginx (pid 812)`. */
export interface PortInUse {
  readonly port: number;
  readonly by: string;
}

interface Published {
  readonly port: number;
  readonly container: string;
  readonly clusterId: string | undefined;
}

/** Ports of the loopback address that others than a cluster hold. */
export async function portHolders(docker: DockerTransport, image: string, clusterId: string): Promise<PortInUse[]> {
  const look = await docker.runOnHost(image, clusterId, LOOK_AT_PORTS, [], { hostNetwork: true });
  if (look.code !== 0) throw new UserError(`the ports of this machine cannot be looked at: ${look.stderr.trim()}`);
  return portsInUse(look.stdout, await docker.publishedPorts(), clusterId);
}

/** @param text what {@link LOOK_AT_PORTS} has printed */
export function portsInUse(text: string, published: readonly Published[], clusterId: string): PortInUse[] {
  const [tcp = "", rest = ""] = text.split("--- sockets\n");
  const [sockets = "", processes = ""] = rest.split("--- processes\n");
  const pidOf = socketOwners(sockets);
  const nameOf = new Map([...processes.matchAll(/^\/proc\/(\d+)\/comm:(.*)$/gm)].map(([, pid, name]) => [pid!, name!]));
  return [
    ...published
      .filter((one) => one.clusterId !== clusterId)
      .map(({ port, container }) => ({ port, by: `container ${container}` })),
    ...listeningPorts(tcp)
      .filter(({ port }) => !published.some((one) => one.port === port))
      .map(({ port, inode }) => ({ port, by: processName(pidOf.get(inode), nameOf) })),
  ];
}

function processName(pid: string | undefined, names: ReadonlyMap<string, string>): string {
  if (pid === undefined) return "another process";
  return `process ${names.get(pid) ?? "of unknown name"} (pid ${pid})`;
}

/** From `ls -l /proc/<pid>/fd`: the process of each socket, by its inode. */
function socketOwners(text: string): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  let pid = "";
  for (const line of text.split("\n")) {
    const folder = /^\/proc\/(\d+)\/fd:/.exec(line)?.[1];
    const inode = /socket:\[(\d+)\]$/.exec(line)?.[1];
    if (folder !== undefined) pid = folder;
    else if (inode !== undefined && !owners.has(inode)) owners.set(inode, pid);
  }
  return owners;
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

/** Ports that a server on 127.0.0.1 would clash with, from /proc/net/tcp (addresses in hexadecimal), each once. */
export function listeningPorts(text: string): { readonly port: number; readonly inode: string }[] {
  const found = text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN)
    .map((fields) => ({ address: (fields[1] ?? "").split(":"), inode: fields[9] ?? "" }))
    .filter(({ address }) => LOOPBACK_OR_ANY.has(address[0] ?? ""))
    .map(({ address, inode }) => ({ port: parseInt(address[1] ?? "", 16), inode }));
  return found.filter(({ port }, i) => found.findIndex((one) => one.port === port) === i);
}
