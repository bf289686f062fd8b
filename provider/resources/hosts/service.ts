import { unitId } from "../../../components/plan/hosts/names";
import type { PropertyChange } from "../../rpc/changes";
import { Unhealthy, type Progress, type ResourceKind } from "../../rpc/resource";
import { plain } from "../../rpc/values";
import {
  changedIn,
  clusterIdMistakes,
  keptWhereTouched,
  pathMistakes,
  seenOf,
  told,
  unitMistakes,
  unitReplacements,
  unitTextDifferences,
  type OnHost,
  type Unit,
} from "./onHost";

/**
 * `starting`: systemd waits for it. `restarting`: it ends again and again, and systemd starts it anew. `unhealthy`: it runs, and
 * does not answer as it should. `failed`: it has ended with an error, and systemd has given up.
 */
export type ServiceCondition = "running" | "starting" | "stopped" | "failed" | "restarting" | "unhealthy";

/** How a process answers when it is well; asked on the host itself. */
export interface Health {
  readonly port: number;
  /** @default "127.0.0.1" */
  readonly address?: string;
  /**
   * What to get by HTTP; any answer tells that the process lives, also that there is nothing. Absent: a connection is
   * enough, which the kernel accepts for a frozen process too. @example "/"
   */
  readonly path?: string;
  /** What the answer has to contain. @default anything */
  readonly expected?: string;
}

/** What tells of a unit that serves, whatever it is. */
export interface UnitInputs extends OnHost {
  readonly unit: Unit;
  /** Whether it starts at a boot. */
  readonly enabled: boolean;
  /** Of what the process reads when it starts: with another one it is restarted. Observed as `older` where a file of it is newer than the process. */
  readonly configDigest: string;
  /** The files that it reads when it starts; those that were written later wait for a restart. @default none */
  readonly configFiles?: readonly string[];
}

/** A process of Alluxio: one unit of systemd. */
export interface ServiceInputs extends UnitInputs {
  /** Declared as `running`, or `stopped`. */
  readonly condition: ServiceCondition;
  readonly health?: Health;
  /** Until it is healthy. */
  readonly readyTimeoutSeconds: number;
}

export interface UnitSight {
  readonly enabled: boolean;
  /** Empty where there is none. */
  readonly unitText: string;
  readonly configDigest: string;
}

export interface ServiceSight extends UnitSight {
  readonly condition: ServiceCondition;
}

export interface ServiceAccess {
  observe(inputs: ServiceInputs): Promise<ServiceSight>;
  /** Writes and enables the unit, and starts or stops it. @param restart also where it runs already */
  apply(inputs: ServiceInputs, restart: boolean): Promise<void>;
  /** Until it is healthy, its time is over, or it will not be. */
  ready(inputs: ServiceInputs): Promise<boolean>;
  /** The last lines of its journal. */
  journal(inputs: ServiceInputs): Promise<string>;
  /** Stops it, and restores what was found. */
  remove(inputs: ServiceInputs): Promise<void>;
}

export const OLDER = "older";

/** @param notAttempted what a service that does not get healthy keeps from being changed, by its id: to stand behind the error */
export function service(
  access: ServiceAccess,
  notAttempted: (id: string) => string = () => "",
): ResourceKind<ServiceInputs> {
  const idOf = ({ host, unit }: ServiceInputs): string => unitId({ host, unit: unit.name });
  const observe = async (inputs: ServiceInputs): Promise<ServiceInputs> => told(inputs, await access.observe(inputs));

  const settle = async (news: ServiceInputs, progress: Progress): Promise<ServiceInputs> => {
    const before = await observe(news);
    const broken = before.condition === "failed" || before.condition === "restarting";
    const restart = broken || isStale(before, news);
    await access.apply(news, restart);
    if (news.condition === "running") {
      progress.status(`waits until ${news.unit.name} is healthy`);
      let healthy = await access.ready(news);
      // It may only have been starting when it was looked at.
      if (!healthy && !restart && before.condition === "unhealthy") {
        progress.info(`${idOf(news)} does not get healthy: restarts it`);
        await access.apply(news, true);
        healthy = await access.ready(news);
      }
      if (!healthy) throw await red(news);
    }
    return observe(news);
  };

  const red = async (news: ServiceInputs): Promise<Unhealthy> => {
    const state = await observe(news);
    // Those are not waited for as long.
    const ended = state.condition === "failed" || state.condition === "restarting";
    const within = ended ? "" : ` after ${news.readyTimeoutSeconds} s`;
    const journal = (await access.journal(news)).trim();
    const ends = journal === "" ? "Its journal is empty" : `Its journal ends:\n${journal}`;
    const said = `${news.unit.name} on host ${news.host} is ${state.condition}${within}. ${ends}`;
    return new Unhealthy(withRest(said, notAttempted(idOf(news))), { id: idOf(news), state });
  };

  return {
    token: "alluxio:hosts:Service",
    check: async ({ news }) => [
      ...clusterIdMistakes(news),
      ...unitMistakes(news.unit, "service"),
      ...pathMistakes("configFiles", news.configFiles ?? []),
    ],
    diff: ({ state, news }) => [
      ...unitReplacements(state, news),
      ...unitDifferences(state, news),
      ...changedIn(state, news, "condition"),
    ],
    preview: async ({ news }) => plain(news),
    create: async ({ news, progress }) => {
      const id = idOf(news);
      return { id, state: await keptWhereTouched({ id, state: told(news, NOTHING) }, () => settle(news, progress)) };
    },
    read: ({ id, state, inputs }) => seenOf({ id, state }, () => observe({ ...state, ...inputs })),
    update: ({ id, state, news, progress }) => keptWhereTouched({ id, state }, () => settle(news, progress)),
    delete: ({ state }) => access.remove(state),
  };
}

/** Behind the lines of a journal what is said next has a line of its own. */
export const withRest = (said: string, rest: string): string => (rest === "" ? said : `${said}\n${rest}`);

const NOTHING: ServiceSight = { condition: "stopped", enabled: false, unitText: "", configDigest: "" };

/** What decides whether a process that runs is restarted. */
interface Started {
  readonly unit: Pick<Unit, "text">;
  readonly configDigest: string;
}

/** Whether what runs was started in another way, or with another configuration. */
export const isStale = (state: Started, news: Started): boolean =>
  state.unit.text !== news.unit.text || state.configDigest !== news.configDigest;

export const unitDifferences = (state: UnitInputs, news: UnitInputs): PropertyChange[] => [
  ...unitTextDifferences(state, news),
  ...changedIn(state, news, "enabled", "configDigest"),
];
