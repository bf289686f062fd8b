import type { Member } from "../../components/plan/members";
import type { Role } from "../../components/plan/types";
import type { Installation } from "../../components/plan/hosts/installation";
import { changesBetween } from "../rpc/changes";
import { Unhealthy, UserError, type Progress, type ResourceKind, type Snapshot } from "../rpc/resource";
import { plain, UNKNOWN, type Value } from "../rpc/values";
import { LostMembers, unavailableIn } from "../rollout/lostMembers";
import type { Clock } from "../clock";
import type { Quorum } from "../quorum";
import { areAvailable, strangersIn, takeOut } from "../rollout/strangers";

/** A server process of a cluster on hosts. */
export interface MemberService {
  readonly host: string;
  readonly unit: string;
  readonly role: Role;
  readonly healthPort: number;
  /** Of what it read when it was started. */
  readonly configDigest: string;
  /** Masters: where the journal is. */
  readonly journalFolder?: string;
}

export interface MembershipInputs {
  readonly clusterId: string;
  /** Every worker that must be registered, and no others: host → what it registers. */
  readonly workers: Readonly<Record<string, Member>>;
  /** The masters, in any order, by the name that the transport knows them by. */
  readonly masters: readonly string[];
  readonly masterWebPort: number;
  readonly alluxioVersion: string;
  /** Target docker: the network on which the workers' processes are found. */
  readonly network?: string;
  /**
   * Target docker: every server process of the cluster by its container's id: one that was made anew has to become healthy
   * again. In the state the ids that were seen: another one was made by hand.
   */
  readonly containers?: Readonly<Record<string, string>>;
  /** Target hosts: every server process by its unit: one that was started anew has to become healthy again. */
  readonly services?: Readonly<Record<string, MemberService>>;
  /** Target hosts: where Alluxio's commands are. */
  readonly installation?: Installation;
  /**
   * Members of the journal's quorum that the leader does not reach: declared as none, where there are several masters.
   * States of 0.1.0 do not have it.
   */
  readonly unavailable?: readonly string[];
  /** Target hosts: the addresses of all masters in the journal's quorum, sorted; there is no other member. @default nobody looks */
  readonly members?: readonly string[];
}

export interface MembershipState extends MembershipInputs {
  /** Address of the leading master. */
  readonly leader: string;
}

/** What the leader says. */
export interface Observation {
  readonly leader: string;
  readonly workers: Readonly<Record<string, Member>>;
}

/** A process that is not healthy. */
export interface Ailing {
  readonly process: string;
  /** What it is instead: `starting`, `gone`, `exited with code 1`, ... */
  readonly state: string;
}

/** The cluster that a membership is about. */
export interface MembershipAccess {
  /** @returns undefined while no master leads; throws where none can be asked */
  observe(inputs: MembershipInputs): Promise<Observation | undefined>;
  /** Members of the journal's quorum. @returns undefined while no leader tells them */
  quorum(inputs: MembershipInputs): Promise<Quorum | undefined>;
  /** Lets another member lead. @throws UserError with what Alluxio said */
  elect(inputs: MembershipInputs, address: string): Promise<void>;
  /** Takes a member out of the quorum. @throws UserError with what Alluxio said */
  dismiss?(inputs: MembershipInputs, address: string): Promise<void>;
  /** Processes whose own health check does not pass yet. */
  ailing(inputs: MembershipInputs): Promise<readonly Ailing[]>;
  /** Ids of the containers that bear the processes now, by process; one that has none is left out. Nothing on hosts. */
  containers(inputs: MembershipInputs): Promise<MembershipInputs["containers"]>;
  /** Takes a worker out that is registered but not intended. @returns what was done, for the user */
  expel(inputs: MembershipInputs, host: string): Promise<string>;
  /** Once all serve: notes on the hosts from which journals they do. Docker has a resource for each journal. */
  remember?(inputs: MembershipInputs): Promise<void>;
  /** Why a worker is not registered, as far as its process tells. */
  explain(inputs: MembershipInputs, host: string): Promise<string>;
}

/** Long enough for every JVM of a small machine to start. */
const DEFAULT_TIMEOUT_SECONDS = 300;
const POLL_MILLISECONDS = 500;

/**
 * The workers registered at the leader: exactly the intended ones, each with its capacity (and version, where Alluxio
 * tells it). Made when all are healthy; drift is a missing, an unintended or a wrongly sized worker, by its host.
 */
export function membership(access: MembershipAccess, clock: Clock): ResourceKind<MembershipInputs, MembershipState> {
  const settle = async (
    inputs: MembershipInputs,
    timeoutSeconds: number,
    progress: Progress,
  ): Promise<MembershipState> => {
    const waited = timeoutSeconds || DEFAULT_TIMEOUT_SECONDS;
    const started = clock.now();
    const deadline = started + waited * 1000;
    const expelled = new Set<string>();
    const lost = new LostMembers(clock);
    for (;;) {
      // What a dead worker registered is listed for a while: only its process tells that it serves.
      const ailing = await access.ailing(inputs);
      // Each question to the leader starts a program beside processes that are starting: they need the machine.
      if (ailing.some(({ state }) => state === "starting") && clock.now() < deadline) {
        progress.status(`waiting: ${inWords(ailing).join("; ")} (${Math.round((clock.now() - started) / 1000)} s)`);
        await clock.sleep(POLL_MILLISECONDS);
        continue;
      }
      const seen = await access.observe(inputs);
      const wrong = differences(inputs, seen);
      let away: readonly string[] = [];
      if (seen && wrong.length === 0 && ailing.length === 0) {
        const quorum = await withoutStrangers(access, inputs, await quorumOf(access, inputs), progress);
        away = unavailableIn(quorum);
        if (away.length === 0) {
          await access.remember?.(inputs);
          return { ...inputs, leader: seen.leader };
        }
        const done = await lost.seen(quorum, seen.leader, (address) => access.elect(inputs, address));
        if (done !== undefined) progress.info(done);
      }
      const unintended = wrong.filter((one) => one.problem === "unintended" && !expelled.has(one.host));
      unintended.forEach(({ host }) => expelled.add(host));
      for (const done of await Promise.all(unintended.map(({ host }) => access.expel(inputs, host))))
        progress.info(done);
      if (clock.now() >= deadline)
        throw await unhealthy(inputs, seen, wrong, [...inWords(ailing), ...missing(away)], waited);
      progress.status(
        `${describeProgress(inputs, seen, wrong, [...inWords(ailing), ...missing(away)])} (${Math.round((clock.now() - started) / 1000)} s)`,
      );
      await clock.sleep(POLL_MILLISECONDS);
    }
  };

  const unhealthy = async (
    inputs: MembershipInputs,
    seen: Observation | undefined,
    wrong: readonly Difference[],
    others: readonly string[],
    waited: number,
  ) => {
    const reasons = await Promise.all(
      wrong.map(async (one) =>
        one.problem === "missing" ? `${describe(one)}: ${await access.explain(inputs, one.host)}` : describe(one),
      ),
    );
    const headline = seen ? "the cluster is not healthy" : "no master leads";
    return new Unhealthy(
      `after ${waited} s ${headline}:\n${[...reasons, ...others].map((reason) => `  - ${reason}`).join("\n")}`,
      snapshotOf(inputs, seen),
    );
  };

  return {
    token: "alluxio:index:Membership",
    check: async () => [],
    diff: ({ state, oldInputs, news }) => [
      ...changesBetween(plain(state.workers), plain(news.workers), "workers"),
      ...changesBetween(optional(state.containers), optional(news.containers), "containers"),
      ...changesBetween(optional(oldInputs.services), optional(news.services), "services"),
      ...changesBetween([...(state.unavailable ?? [])], [...(news.unavailable ?? [])], "unavailable"),
      ...changesBetween([...(state.members ?? [])], [...(news.members ?? [])], "members"),
      ...changesBetween(plain(connection(oldInputs)), plain(connection(news)), "").filter(
        (change) => change.path !== "",
      ),
    ],
    preview: async ({ news, state }) => ({ ...plain(news), leader: state?.leader ?? UNKNOWN }),
    create: async ({ news, timeoutSeconds, progress }) => {
      const state = await settle(news, timeoutSeconds, progress);
      return { id: news.clusterId, state };
    },
    read: async ({ id, state, inputs }) => {
      const { seen, containers, quorum } = await look(access, inputs, { id, state });
      const unavailable = inputs.unavailable === undefined ? {} : { unavailable: unavailableIn(quorum) };
      const found = Object.keys(quorum).sort();
      const members = inputs.members === undefined || found.length === 0 ? {} : { members: found };
      return {
        ...inputs,
        workers: seen.workers,
        leader: seen.leader,
        ...(containers === undefined ? {} : { containers }),
        ...unavailable,
        ...members,
      };
    },
    update: ({ news, timeoutSeconds, progress }) => settle(news, timeoutSeconds, progress),
    delete: async () => undefined,
  };
}

/** One look for a refresh: what cannot be seen is neither missing nor fine. */
async function look(
  access: MembershipAccess,
  inputs: MembershipInputs,
  last: Snapshot<MembershipState>,
): Promise<{ seen: Observation; containers: MembershipInputs["containers"]; quorum: Quorum }> {
  let seen: Observation | undefined;
  let containers: MembershipInputs["containers"];
  let quorum: Quorum;
  try {
    [seen, containers, quorum] = await Promise.all([
      access.observe(inputs),
      access.containers(inputs),
      quorumOf(access, inputs),
    ]);
  } catch (error) {
    if (error instanceof UserError) throw new Unhealthy(`the workers cannot be looked at: ${error.message}`, last);
    throw error;
  }
  if (!seen) throw new Unhealthy("the workers cannot be looked at: no master leads", last);
  return { seen, containers, quorum };
}

/** Nobody is asked where there is one master; what no leader tells is not known to be wrong. */
const quorumOf = async (access: MembershipAccess, inputs: MembershipInputs): Promise<Quorum> =>
  inputs.masters.length === 1 ? {} : ((await access.quorum(inputs)) ?? {});

/**
 * A master that has left the spec is no member any more, so that the quorum does not count on it; not before all that the
 * spec has are members and available.
 */
async function withoutStrangers(
  access: MembershipAccess,
  inputs: MembershipInputs,
  quorum: Quorum,
  progress: Progress,
): Promise<Quorum> {
  const { members } = inputs;
  if (!access.dismiss || members === undefined || !areAvailable(quorum, members)) return quorum;
  await takeOut(strangersIn(quorum, members), (address) => access.dismiss!(inputs, address), progress);
  return Object.fromEntries(Object.entries(quorum).filter(([address]) => members.includes(address)));
}

export interface Difference {
  readonly host: string;
  readonly problem: "missing" | "unintended" | "different";
  readonly wanted?: Member;
  readonly found?: Member;
}

export function differences(inputs: Pick<MembershipInputs, "workers">, seen: Observation | undefined): Difference[] {
  const found = seen?.workers ?? {};
  const hosts = [...new Set([...Object.keys(inputs.workers), ...Object.keys(found)])].sort();
  return hosts.flatMap((host): Difference[] => {
    const wanted = inputs.workers[host];
    const actual = found[host];
    if (!wanted) return actual ? [{ host, problem: "unintended", found: actual }] : [];
    if (!actual) return [{ host, problem: "missing", wanted }];
    return changesBetween(plain(actual), plain(wanted)).length > 0
      ? [{ host, problem: "different", wanted, found: actual }]
      : [];
  });
}

function describe({ host, problem, wanted, found }: Difference): string {
  switch (problem) {
    case "missing":
      return `worker ${host} is not registered`;
    case "unintended":
      return `worker ${host} is registered, but the spec does not have it`;
    case "different":
      return `worker ${host} is registered with ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`;
    default:
      return problem satisfies never;
  }
}

const inWords = (ailing: readonly Ailing[]): string[] => ailing.map(({ process, state }) => `${process} is ${state}`);

const missing = (addresses: readonly string[]): string[] =>
  addresses.map((address) => `${address} is unavailable in the quorum`);

function describeProgress(
  inputs: MembershipInputs,
  seen: Observation | undefined,
  wrong: readonly Difference[],
  others: readonly string[],
): string {
  if (!seen) return "waiting for a master to lead";
  const total = Object.keys(inputs.workers).length;
  const right = total - wrong.filter((one) => one.problem !== "unintended").length;
  return `${right} of ${total} workers registered; ${[...wrong.map(describe), ...others].join("; ")}`;
}

const snapshotOf = (inputs: MembershipInputs, seen: Observation | undefined): Snapshot<MembershipState> => ({
  id: inputs.clusterId,
  state: { ...inputs, workers: seen?.workers ?? {}, leader: seen?.leader ?? "" },
});

const connection = (inputs: MembershipInputs) => {
  const { masters, masterWebPort, alluxioVersion, network, installation, clusterId } = inputs;
  return {
    ...{ masters, masterWebPort, alluxioVersion, clusterId },
    ...(network === undefined ? {} : { network }),
    ...(installation === undefined ? {} : { installation }),
  };
};

const optional = (value: object | undefined): Value | undefined => (value === undefined ? undefined : plain(value));
