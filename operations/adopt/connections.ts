import { hostKeysIn, knownNames } from "../../components/plan/ssh/knownHosts";
import { resolveSshTargets } from "../../components/plan/ssh/resolve";
import type { SshSurroundings } from "../../components/plan/ssh/surroundings";
import type { SshTarget } from "../../components/plan/ssh/target";
import { fillHosts } from "../../components/spec/defaults-hosts";
import type { HostSettings, HostsSpec } from "../../components/spec/spec";
import { DEFAULT_VERSION } from "../../components/spec/versions";
import type { Reach } from "./cluster";

export interface Connections {
  readonly targets: readonly SshTarget[];
  /** Machines on the way, by name. */
  readonly bastions: Readonly<Record<string, Reach>>;
  /** What keeps us from connecting, a sentence each; none: nothing does. */
  readonly problems: readonly string[];
}

/**
 * How hosts are reached that no spec names yet: by the options, the SSH client's configuration, and the keys that
 * known_hosts has for them. Pure.
 *
 * @param knownHosts text of known_hosts
 * @param file what people call it
 */
export function connectionsTo(
  hosts: readonly string[],
  options: { readonly user?: string },
  surroundings: SshSurroundings,
  { text: knownHosts, file }: { readonly text: string; readonly file: string },
): Connections {
  const base = fillHosts(options.user === undefined ? {} : { user: options.user }, DEFAULT_VERSION);
  const resolve = (spec: HostsSpec) =>
    resolveSshTargets(
      { hosts: spec, masters: { count: 1, hosts, journal: { keep: false, path: "" } }, workers: [] },
      surroundings,
    );
  const unpinned = resolve(base).targets.flatMap(wayTo);
  const settings = new Map<string, HostSettings>(
    unpinned.map((target) => {
      const keys = hostKeysIn(knownHosts, knownNames(target));
      return [target.host, keys.length > 0 ? { hostKey: keys.join("\n") } : {}];
    }),
  );
  const isHost = ([name]: [string, HostSettings]): boolean => hosts.includes(name);
  const { targets, problems } = resolve({
    ...base,
    addresses: Object.fromEntries([...settings].filter(isHost)),
    bastions: Object.fromEntries([...settings].filter((entry) => !isHost(entry))),
  });
  const unknown = new Map(targets.flatMap(wayTo).map((target) => [target.host, target]));
  return {
    targets: targets.map((target) => calledBy(target, file)),
    bastions: Object.fromEntries(
      [...unknown.values()].filter(({ host }) => !hosts.includes(host)).map((one) => [one.host, reachOf(one)]),
    ),
    problems: [
      ...[...unknown.values()].filter(({ hostKeys }) => hostKeys.length === 0).map((target) => notKnown(target, file)),
      ...problems.filter(({ rule }) => rule !== "connection.hostKey").map(({ path, message }) => `${path} ${message}`),
    ],
  };
}

export const reachOf = ({ address, port, user, hostKeys }: SshTarget): Reach => ({ address, port, user, hostKeys });

/** A machine, and those that it is reached through. */
const wayTo = (target: SshTarget): SshTarget[] => [target, ...(target.bastion ? wayTo(target.bastion) : [])];

/** Errors about a key name the place where it was read. */
const calledBy = (target: SshTarget, file: string): SshTarget => ({
  ...target,
  hostKeyField: file,
  ...(target.bastion ? { bastion: calledBy(target.bastion, file) } : {}),
});

const notKnown = ({ host, address, port }: SshTarget, file: string): string =>
  `host ${host} (${address}:${port}) has no key in ${file}, so that nothing tells it from a machine that only answers there: ` +
  `compare \`ssh-keyscan -p ${port} ${address} | ssh-keygen -lf -\` with what \`ssh-keygen -lf\` prints on its console, then add ` +
  "the lines of ssh-keyscan to that file, or to one of your own for --known-hosts.";
