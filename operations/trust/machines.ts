import { formatPath } from "../../components/spec/path";
import type { ClusterSpec } from "../../components/spec/spec";
import { machinePath } from "../../components/plan/ssh/resolve";
import type { SshTarget } from "../../components/plan/ssh/target";

/** A machine whose keys are pinned in the spec: a host of the cluster, or a bastion. */
export interface TrustMachine {
  readonly target: SshTarget;
  /** The field of the spec that pins its keys. */
  readonly path: readonly string[];
  /** Machines on the way to it, the nearest to us first. */
  readonly way: readonly string[];
}

/** Keys by the name of the machine that they were taken for. */
export type Pins = ReadonlyMap<string, readonly string[]>;

/**
 * Every machine once, in waves: those of a wave are reached through machines of earlier ones alone.
 *
 * @param targets hosts, none of which is reached in a circle
 * @param only names of hosts or bastions, with which those on the way to them come too; all where there is none
 */
export function trustWaves(
  spec: Pick<ClusterSpec, "masters" | "workers">,
  targets: readonly SshTarget[],
  only: readonly string[],
): TrustMachine[][] {
  const all = machinesOf(targets);
  const wanted = new Set(
    all.filter(({ host }) => only.length === 0 || only.includes(host)).flatMap((one) => [one.host, ...wayOf(one)]),
  );
  const machines = all
    .filter(({ host }) => wanted.has(host))
    .map((target) => ({ target, path: [...machinePath(spec, target.host), "hostKey"], way: wayOf(target) }));
  const lengths = [...new Set(machines.map(({ way }) => way.length))].sort((a, b) => a - b);
  return lengths.map((length) => machines.filter(({ way }) => way.length === length));
}

/** Hosts in their order, then bastions; one that several ways lead to, by the shortest of them. */
export function machinesOf(targets: readonly SshTarget[]): SshTarget[] {
  const found = new Map(targets.map((target) => [target.host, target]));
  const add = ({ bastion }: SshTarget): void => {
    if (bastion === undefined) return;
    const known = found.get(bastion.host);
    if (known === undefined || wayOf(bastion).length < wayOf(known).length) found.set(bastion.host, bastion);
    add(bastion);
  };
  targets.forEach(add);
  return [...found.values()];
}

const wayOf = ({ bastion }: SshTarget): string[] => (bastion === undefined ? [] : [...wayOf(bastion), bastion.host]);

/** The same way, with what has been taken since the spec was read. */
export function withPins(target: SshTarget, pins: Pins): SshTarget {
  const { bastion } = target;
  return {
    ...target,
    hostKeys: pins.get(target.host) ?? target.hostKeys,
    ...(bastion === undefined ? {} : { bastion: withPins(bastion, pins) }),
  };
}

/** Config keys of the secrets with which the machines on the way are logged in to. */
export function secretsOnTheWay(machines: readonly TrustMachine[]): string[] {
  const bastions = machines.flatMap(({ target: { bastion } }) => bastion ?? []);
  const keys = bastions.flatMap(({ authentication }) =>
    authentication.flatMap((attempt) =>
      attempt.kind === "agent"
        ? []
        : [attempt.kind === "secret" ? attempt.privateKey : undefined, attempt.passphrase].filter(
            (key) => key !== undefined,
          ),
    ),
  );
  return [...new Set(keys)];
}

export const fieldOf = ({ path }: TrustMachine): string => formatPath(path);
