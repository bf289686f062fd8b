import type { ClusterDemands } from "../demands";
import { refused, warned, type Trouble } from "./finding";
import type { HostSurroundings } from "./surroundings";

/** From here on only the way to the masters is tried: the number of ways grows with the square of that of hosts. */
const LARGE_CLUSTER = 200;

/** The hosts whose names a host must know, its own among them. */
export function peersOf(host: string, { common, hosts }: ClusterDemands): string[] {
  const all = Object.keys(hosts);
  return all.length < LARGE_CLUSTER ? all : [...new Set([...common.masters, host])];
}

/**
 * @param off hosts that do not answer us either, and are told of already
 */
export function checkPeers(host: string, seen: HostSurroundings, off: ReadonlySet<string>): Trouble[] {
  const peers = Object.entries(seen.peers);
  const nameless = peers.filter(([, { addresses }]) => addresses.length === 0).map(([name]) => name);
  const others = peers.filter(([name]) => name !== host && !off.has(name));
  const cutOff = others.filter(([, { answers, addresses }]) => addresses.length > 0 && answers === false);
  const own = seen.peers[host]?.addresses ?? [];
  const loops = others.filter(([, { addresses }]) => addresses.some(isLoopback));
  return [
    ...(nameless.length > 0
      ? [
          refused(
            "names",
            `${listed(nameless)} ${nameless.length === 1 ? "does" : "do"} not resolve there`,
            "add the hosts of the cluster to its name server or /etc/hosts: the processes call each other by these names",
          ),
        ]
      : []),
    ...cutOff.map(([name, { addresses, said = "no answer" }]) =>
      refused(
        "routing",
        `${name} (${addresses.join(", ")}) cannot be reached from there: ${said}`,
        "look at routes and firewalls in between, or at the address that the name stands for",
      ),
    ),
    ...(loops.length > 0
      ? [
          refused(
            "names",
            `${listed(loops.map(([name]) => name))} stand${loops.length === 1 ? "s" : ""} for the host itself there`,
            "correct /etc/hosts: each name stands for the address of its own machine",
          ),
        ]
      : []),
    ...(own.length > 0 && own.every(isLoopback)
      ? [
          warned(
            "names",
            `its own name stands for ${own.join(", ")} there, which no other host reaches`,
            "let /etc/hosts name the address of its network instead",
          ),
        ]
      : []),
  ];
}

const isLoopback = (address: string): boolean => address.startsWith("127.") || address === "::1";

const MOST_NAMES = 5;

export function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more > 1 ? `${names.slice(0, MOST_NAMES).join(", ")} and ${more} more` : names.join(", ");
}
