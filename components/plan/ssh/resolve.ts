import { nearest } from "../../spec/nearest";
import { formatPath, type Segments } from "../../spec/path";
import type { Problem } from "../../spec/problem";
import { DEFAULT_SSH_CONFIG } from "../../spec/defaults-hosts";
import { hostKeyLines } from "../../spec/rules/hosts";
import type { ClusterSpec, HostSettings } from "../../spec/spec";
import { authenticationOf, type Place } from "./authentication";
import { parseClientConfig, type ClientConfig, type ClientSettings } from "./clientConfig";
import { trustCommand } from "./commandLines";
import { parseProxyJump, type Jump } from "./proxyJump";
import type { SshSurroundings } from "./surroundings";
import type { SshLimits, SshTarget } from "./target";

const DEFAULT_USER = "root";
const DEFAULT_PORT = 22;
/** No bastion; no configuration of the SSH client. */
const NONE = "none";
/** Where the settings of all hosts stand. */
const ALL: Segments = ["hosts"];

export interface ResolvedSsh {
  /** One for every host of the cluster, masters first; also where something is wrong with it. */
  readonly targets: readonly SshTarget[];
  /** What must be put right before anything is connected to. */
  readonly problems: readonly Problem[];
}

/**
 * How every host of a cluster is reached. What is not set at a host is taken from its worker group, then from `hosts`, then
 * from the SSH client's configuration, where it is looked for by the host's name. Pure.
 */
export function resolveSshTargets(
  spec: Pick<ClusterSpec, "hosts" | "masters" | "workers">,
  surroundings: SshSurroundings,
): ResolvedSsh {
  return new Resolver(spec, surroundings).resolve();
}

/**
 * Where in the spec the settings of one machine stand: a host of the cluster, or one in between.
 * @example machinePath(spec, "jump") // ["hosts", "bastions", "jump"]
 */
export const machinePath = (spec: Pick<ClusterSpec, "masters" | "workers">, name: string): readonly string[] =>
  pathOf(namesOf(spec), name);

const namesOf = ({ masters, workers }: Pick<ClusterSpec, "masters" | "workers">): ReadonlySet<string> =>
  new Set([...masters.hosts, ...workers.flatMap(({ hosts }) => hosts)]);
const pathOf = (names: ReadonlySet<string>, name: string): readonly string[] => [
  "hosts",
  names.has(name) ? "addresses" : "bastions",
  name,
];

/** The config keys that hold the secrets of SSH. */
export function sshSecretsOf({ hosts, workers }: Pick<ClusterSpec, "hosts" | "workers">): string[] {
  const places = [
    hosts,
    ...workers.map(({ ssh }) => ssh),
    ...Object.values(hosts.addresses),
    ...Object.values(hosts.bastions),
  ];
  return [...new Set(places.flatMap(({ credentials }) => Object.values(credentials ?? {})))];
}

class Resolver {
  private readonly client: ClientConfig;
  private readonly groups: ReadonlyMap<string, Place>;
  private readonly names: ReadonlySet<string>;
  private readonly limits: SshLimits;
  private readonly hosts = new Map<string, SshTarget>();
  private readonly problems = new Map<string, Problem>();

  constructor(
    private readonly spec: Pick<ClusterSpec, "hosts" | "masters" | "workers">,
    private readonly surroundings: SshSurroundings,
  ) {
    this.client = parseClientConfig(surroundings.clientConfig ?? { text: "" });
    this.groups = new Map(
      spec.workers.flatMap(({ hosts, ssh }, i) =>
        hosts.map((host) => [host, { path: ["workers", i, "ssh"], settings: ssh }] as const),
      ),
    );
    this.names = namesOf(spec);
    const { timeouts, sessions } = spec.hosts;
    this.limits = { connectSeconds: timeouts.connect, keepAliveSeconds: timeouts.keepAlive, sessions };
  }

  resolve(): ResolvedSsh {
    const { sshConfig } = this.spec.hosts;
    if (this.surroundings.clientConfig === undefined && ![NONE, DEFAULT_SSH_CONFIG].includes(sshConfig)) {
      this.tell({
        rule: "connection.sshConfig",
        path: formatPath([...ALL, "sshConfig"]),
        found: JSON.stringify(sshConfig),
        message: "is a file that does not exist, or cannot be read.",
      });
    }
    for (const mistake of this.client.mistakes) {
      this.tell({
        rule: "connection.sshConfig",
        path: formatPath([...ALL, "sshConfig"]),
        found: JSON.stringify(sshConfig),
        message: `cannot be read as ssh would read it: ${mistake}. Put it right, or set sshConfig to none.`,
      });
    }
    const targets = [...this.names].map((host) => this.hostTarget(host, []));
    return { targets, problems: [...this.problems.values()] };
  }

  private hostTarget(host: string, before: readonly string[]): SshTarget {
    const known = this.hosts.get(host);
    if (known) return known;
    const path = pathOf(this.names, host);
    const settings = own(this.spec.hosts.addresses, host) ?? {};
    const group = this.groups.get(host);
    const shared = [...(group ? [group] : []), { path: ALL, settings: this.spec.hosts }];
    const target = this.target(
      {
        host,
        path,
        settings,
        places: [{ path, settings }, ...shared],
        // A bastion of many is not its own.
        bastion:
          settings.bastion ?? not(host, shared.find((place) => place.settings.bastion !== undefined)?.settings.bastion),
        user: first([settings, ...shared.map((place) => place.settings)], "user"),
        port: first([settings, ...shared.map((place) => place.settings)], "port"),
      },
      before,
    );
    // On a way round in a circle it lacks its bastion.
    if (before.length === 0) this.hosts.set(host, target);
    return target;
  }

  private bastionTarget(jump: Jump, before: readonly string[], through?: Jump[]): SshTarget {
    if (this.names.has(jump.host)) return this.hostTarget(jump.host, before);
    const path = pathOf(this.names, jump.host);
    const settings = own(this.spec.hosts.bastions, jump.host) ?? {};
    const { user = jump.user, port = jump.port } = settings;
    return this.target(
      {
        host: jump.host,
        path,
        settings,
        places: [
          { path, settings },
          { path: ALL, settings: this.spec.hosts },
        ],
        bastion: settings.bastion,
        ...(through === undefined ? {} : { through }),
        user,
        otherUser: this.spec.hosts.user,
        port,
      },
      before,
    );
  }

  private target(wanted: Wanted, before: readonly string[]): SshTarget {
    const { host, path, settings } = wanted;
    const client = this.client.settingsOf(host);
    const user = wanted.user ?? client.user ?? wanted.otherUser ?? DEFAULT_USER;
    const port = wanted.port ?? client.port ?? DEFAULT_PORT;
    const address = settings.address ?? client.hostName ?? host;
    const { attempts, problems } = authenticationOf(
      wanted.places,
      client,
      { host, address, port, user },
      this.surroundings,
    );
    problems.forEach((problem) => this.tell(problem));
    const hostKeyField = formatPath([...path, "hostKey"]);
    const hostKeys = hostKeyLines(settings.hostKey ?? "").map((line) => line.split(" ").slice(0, 2).join(" "));
    if (hostKeys.length === 0) this.tell(this.notPinned(host, hostKeyField));
    const bastion = this.bastionOf(wanted, client, [...before, host]);
    const { stack } = this.surroundings;
    return {
      host,
      address,
      port,
      user,
      authentication: attempts,
      hostKeys,
      hostKeyField,
      ...(stack === undefined ? {} : { stack }),
      ...(bastion === undefined ? {} : { bastion }),
      limits: this.limits,
    };
  }

  private bastionOf(wanted: Wanted, client: ClientSettings, way: readonly string[]): SshTarget | undefined {
    const jumps = wanted.through ?? this.jumpsOf(wanted, client);
    const last = jumps.at(-1);
    if (last === undefined) return undefined;
    if (way.includes(last.host)) {
      this.tell({
        rule: "connection.bastion",
        path: formatPath([...wanted.path, "bastion"]),
        message: `goes round in a circle: ${[...way, last.host].join(" → ")}. Let one of them be reached directly: bastion: none.`,
      });
      return undefined;
    }
    const through = jumps.slice(0, -1);
    return this.bastionTarget(last, way, through.length > 0 ? through : undefined);
  }

  /** The nearest to us first. */
  private jumpsOf({ host, path, bastion }: Wanted, client: ClientSettings): Jump[] {
    if (bastion !== undefined) return bastion === NONE ? [] : [{ host: bastion }];
    const { proxyJump, proxyCommand } = client;
    if (proxyCommand !== undefined && proxyCommand.toLowerCase() !== "none") {
      this.tell({
        rule: "connection.proxyCommand",
        path: formatPath([...path, "bastion"]),
        message: `is missing: ${this.spec.hosts.sshConfig} reaches ${host} by a ProxyCommand, which is not run here. Name the machine in between as bastion, or none.`,
      });
    }
    const jumps = proxyJump === undefined ? [] : parseProxyJump(proxyJump);
    // With `Host *` it is said of the bastion too.
    if (jumps !== undefined) return jumps.at(-1)?.host === host ? [] : [...jumps];
    this.tell({
      rule: "connection.proxyJump",
      path: formatPath([...path, "bastion"]),
      message: `is missing, and ${this.spec.hosts.sshConfig} has for ${host} a ProxyJump that cannot be read: ${JSON.stringify(proxyJump)}.`,
    });
    return [];
  }

  private notPinned(host: string, field: string): Problem {
    const unknown = !this.names.has(host) && !Object.hasOwn(this.spec.hosts.bastions, host);
    const meant = unknown ? nearest(host, Object.keys(this.spec.hosts.bastions)) : undefined;
    return {
      rule: "connection.hostKey",
      path: field,
      message: `is missing, so that nothing tells ${host} from a machine that only answers at its address: \`${trustCommand(this.surroundings.stack, [])}\` shows the fingerprints of its keys and writes them here.`,
      ...(meant === undefined ? {} : { suggestion: meant }),
    };
  }

  /** Each once, though many hosts go by the same place. */
  private tell(problem: Problem): void {
    this.problems.set(`${problem.rule} ${problem.path} ${problem.message}`, problem);
  }
}

/** What is known of a machine before the SSH client's configuration is asked. */
interface Wanted {
  readonly host: string;
  readonly path: Segments;
  readonly settings: HostSettings;
  /** For keys and agent, the narrowest first. */
  readonly places: readonly Place[];
  readonly user: string | undefined;
  /** Where ~/.ssh/config has none. */
  readonly otherUser?: string | undefined;
  readonly port: number | undefined;
  readonly bastion: string | undefined;
  /** What stands before it in a ProxyJump of several. */
  readonly through?: Jump[];
}

const first = <K extends "user" | "port">(places: readonly HostSettings[], field: K): HostSettings[K] | undefined =>
  places.find((place) => place[field] !== undefined)?.[field];
const own = <T>(map: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;
const not = (host: string, other: string | undefined): string | undefined => (other === host ? NONE : other);
