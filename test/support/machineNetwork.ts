import { must, run } from "./process";

/** Machines that one network has addresses for. */
export const ROOM = 100;

/** What `docker network create` is told so that machines can have fixed addresses in it. */
export interface Range {
  /** In CIDR notation. */
  readonly subnet: string;
  /** From here Docker takes addresses for containers that ask for none: none of the machines'. */
  readonly others: string;
  /** Of the n-th machine, counted from 0. */
  address(n: number): string;
}

/** Divides a subnet of at least 256 addresses. */
export function rangeIn(subnet: string): Range {
  const [, start = "", prefix = ""] = /^(\d+\.\d+\.\d+)\.0\/(\d+)$/.exec(subnet) ?? [];
  if (start === "" || Number(prefix) > 24) throw new Error(`${subnet} cannot be divided among machines`);
  return {
    subnet,
    others: `${start}.128/25`,
    address: (n) => {
      if (n < 0 || n >= ROOM) throw new Error(`one network has room for ${ROOM} machines`);
      return `${start}.${10 + n}`;
    },
  };
}

/**
 * Makes a network in which addresses can be fixed: as those of a bare machine, they outlive a reboot. Docker allows it
 * only in a subnet that it was given, so it is asked first for one that is free.
 */
export async function makeNetwork(name: string, labels: readonly string[]): Promise<Range> {
  for (let tries = 1; ; tries++) {
    await must("docker", "network", "create", ...labels, name);
    const subnet = await must("docker", "network", "inspect", name, "--format", "{{(index .IPAM.Config 0).Subnet}}");
    await must("docker", "network", "rm", name);
    const range = rangeIn(subnet);
    const given = ["--subnet", range.subnet, "--ip-range", range.others];
    const { code, output } = await run("docker", ["network", "create", ...labels, ...given, name]);
    if (code === 0) return range;
    // Somebody else may have been given that subnet in between.
    if (tries === 5) throw new Error(`the network ${name} cannot be made:\n${output}`);
  }
}
