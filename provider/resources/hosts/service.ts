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
  /** Masters: where the journal is. Absolute. */
  readonly journalFolder?: string;
  /** Masters. Declared as `kept`. `lost`: this master has served from that folder, and nothing is in it any more. */
  readonly journal?: MasterJournal;
  /** Masters: the entry of `confirm` that lets go of the journal. @default none */
  readonly confirmedLoss?: string;
}

export type MasterJournal = "kept" | "lost";

export interface UnitSight {
  readonly enabled: boolean;
  /** Empty where there is none. */
  readonly unitText: string;
  readonly configDigest: string;
}

export interface ServiceSight extends UnitSight {
  readonly condition: ServiceCondition;
  /** Of masters alone. */
  readonly journal?: MasterJournal;
}

export interface ServiceAccess {
  observe(inputs: ServiceInputs): Promise<ServiceSight>;
  /**
   * Writes and enables the unit, and starts or stops it. A journal that is lost it gives up where that is confirmed.
   * @param restart also where it runs already
   */
  apply(inputs: ServiceInputs, restart: boolean): Promise<void>;
  /** Until it is healthy, its time is over, or it will not be. */
  ready(inputs: ServiceInputs): Promise<boolean>;
  /** The last lines of its journal. */
  journal(inputs: ServiceInputs): Promise<string>;
  /** Stops it, and restores what was found. */
  remove(inputs: ServiceInputs): Promise<void>;
}

export const OLDER = "older";

/** What stands in the error of a unit that does not get healthy, beside its journal. Texts are empty where there is nothing to say. */
export interface Explanations {
  /** What a rolling change leaves alone because of it, by the id of the unit. */
  readonly notAttempted: (id: string) => string;
  /** What its host cannot give: whole sentences. */
  readonly lacking: (host: string) => Promise<string>;
}

export const NO_EXPLANATIONS: Explanations = { notAttempted: () => "", lacking: async () => "" };

export function service(
  access: ServiceAccess,
  explanations: Explanations = NO_EXPLANATIONS,
): ResourceKind<ServiceInputs> {
  const idOf = ({ host, unit }: ServiceInputs): string => unitId({ host, unit: unit.name });
  const observe = async (inputs: ServiceInputs): Promise<ServiceInputs> => told(inputs, await access.observe(inputs));

  const settle = async (news: ServiceInputs, progress: Progress): Promise<ServiceInputs> => {
    const before = await observe(news);
    const broken = before.condition === "failed" || before.condition === "restarting";
    // A master that runs without its journal writes down nothing that a next start would find.
    const restart = broken || isStale(before, news) || before.journal === "lost";
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
    const fault = `${news.unit.name} on host ${news.host} is ${state.condition}${within}`;
    return new Unhealthy(await explained(explanations, { fault, ends, host: news.host, id: idOf(news) }), {
      id: idOf(news),
      state,
    });
  };

  return {
    token: "alluxio:hosts:Service",
    check: async ({ news }) => [
      ...clusterIdMistakes(news),
      ...unitMistakes(news.unit, "service"),
      ...pathMistakes("configFiles", news.configFiles ?? []),
      ...pathMistakes("journalFolder", news.journalFolder === undefined ? [] : [news.journalFolder]),
    ],
    diff: ({ state, news }) => [
      ...unitReplacements(state, news),
      ...unitDifferences(state, news),
      ...changedIn(state, news, "condition", "journalFolder", "journal"),
      // Once it has been used it says nothing any more, and may go from the spec.
      ...(news.confirmedLoss === undefined ? [] : changedIn(state, news, "confirmedLoss")),
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

/** The error of a unit: what is wrong, why it may be, what its journal says, and on a line of its own what it has stopped. */
export async function explained(
  { lacking, notAttempted }: Explanations,
  {
    fault,
    ends,
    host,
    id,
  }: { readonly fault: string; readonly ends: string; readonly host: string; readonly id: string },
): Promise<string> {
  const lacks = await lacking(host);
  const left = notAttempted(id);
  return `${fault}. ${lacks === "" ? "" : `${lacks} `}${ends}${left === "" ? "" : `\n${left}`}`;
}

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
