import { dividingChanges } from "../../components/plan/rollout";
import { siteProperties } from "../probes/siteProperties";
import type { Clock } from "../resources/membership";
import { CREDENTIALS_LABEL } from "../../components/plan/credentials";
import type { ProviderFunction } from "../rpc/function";
import type { RolloutAccess, RolloutCluster } from "./access";
import { differs, type DeclaredProcess, type RunningProcess } from "./process";

export interface BeginRolloutArgs extends RolloutCluster {
  /** Every process of the plan by its name. */
  readonly processes: Readonly<Record<string, DeclaredProcess>>;
}

export interface BeginRolloutResult {
  /** Processes that serve now and are going to be replaced: what comes before them must be healthy first. */
  readonly atStake: readonly string[];
  /** Every process that has a container: its id, and whether it serves. */
  readonly before: Readonly<Record<string, { readonly id: string; readonly serving: boolean }>>;
  /** Workers that the leader knows as active. */
  readonly workers: readonly string[];
  /** Masters get other credentials on the image that they have: the old ones may be refused already. */
  readonly credentialsAlone: boolean;
}

const LEADER_SECONDS = 60;
const POLL_MILLISECONDS = 1000;

/**
 * The look before a running cluster is changed. Where nothing that serves is going to be replaced (a new cluster, no
 * change, a repair) nothing is at stake, and no change waits for another. The same where no master leads: a cluster that
 * does not serve cannot be kept serving, and its repair must not wait for it.
 */
export function beginRollout(
  access: RolloutAccess,
  clock: Clock,
): ProviderFunction<BeginRolloutArgs, BeginRolloutResult> {
  const lead = async (args: BeginRolloutArgs) => {
    // A run that was killed may have left the masters in the middle of an election.
    const deadline = clock.now() + LEADER_SECONDS * 1000;
    for (;;) {
      const leader = await access.leader(args);
      if (leader || clock.now() >= deadline) return leader;
      await clock.sleep(POLL_MILLISECONDS);
    }
  };
  return {
    token: "alluxio:index:beginRollout",
    call: async ({ args, progress }) => {
      const found = await Promise.all(
        Object.entries(args.processes).map(
          async ([name, declared]) => [name, await access.inspect(args, declared.container)] as const,
        ),
      );
      const running = found.filter((one): one is readonly [string, RunningProcess] => one[1] !== undefined);
      const before = Object.fromEntries(running.map(([name, { id, serving }]) => [name, { id, serving }]));
      const atStake = running
        .filter(([name, one]) => one.serving && differs(args.processes[name]!, one))
        .map(([name]) => name);
      if (atStake.length === 0) return { atStake, before, workers: [], credentialsAlone: false };

      const masters = running.filter(([, one]) => args.masters.includes(one.container));
      const dividing = masters.flatMap(([name, one]) =>
        dividingChanges(siteProperties(one.environment), siteProperties(args.processes[name]!.environment)),
      );
      if (dividing.length > 0) {
        progress.warn(
          `${[...new Set(dividing)].join(", ")} differ, so that old and new cannot talk: all change at once`,
        );
        return { atStake: [], before, workers: [], credentialsAlone: false };
      }
      const majority = masters.filter(([, one]) => one.serving).length * 2 > args.masters.length;
      const leader = majority ? await lead(args) : undefined;
      if (!leader) {
        progress.warn(
          "no master leads: nothing serves that could go on, so nothing waits for what is changed before it",
        );
        return { atStake: [], before, workers: [], credentialsAlone: false };
      }
      return {
        atStake,
        before,
        workers: leader.workers.filter((one) => one.state === "ACTIVE").map((one) => one.host),
        credentialsAlone: masters.some(([name, one]) => changesCredentialsAlone(args.processes[name]!, one)),
      };
    },
  };
}

const changesCredentialsAlone = (declared: DeclaredProcess, running: RunningProcess): boolean =>
  declared.image === running.image && declared.labels[CREDENTIALS_LABEL] !== running.labels[CREDENTIALS_LABEL];
