import { UserError, type InputFailure, type Progress, type ResourceKind } from "../../rpc/resource";
import { isUnknown, plain } from "../../rpc/values";
import {
  changedIn,
  clusterIdMistakes,
  keptWhereTouched,
  pathMistakes,
  replacedBy,
  seenOf,
  type OnHost,
} from "./onHost";

/** A system user, and its group. One that a host has already is used as it is, where its numbers fit. */
export interface SystemUser {
  /** Observed as `missing` where there is none. */
  readonly name: string;
  /** @default one that the host picks, and keeps */
  readonly uid?: number;
  /** Observed as `missing` where there is none. */
  readonly group: string;
  /** Of the group. @default one that the host picks, and keeps */
  readonly gid?: number;
  /** Absolute; it is not made. */
  readonly home: string;
  /** Absolute. A `nologin` may lie elsewhere on a host: then that one is taken. */
  readonly shell: string;
}

/** A line of a file that others write too. */
export interface SystemLine {
  /** Absolute; made where it is not there. */
  readonly path: string;
  /** Whole, without its end. @example "user_allow_other" */
  readonly line: string;
}

/**
 * What a host needs beside what the cluster brings: whom its processes run as, and lines of system files. One a host, made
 * before all else there and removed after it.
 */
export interface SystemInputs extends OnHost {
  readonly user: SystemUser;
  /** Observed without those that are not there. */
  readonly lines: readonly SystemLine[];
}

export type SystemSight = Pick<SystemInputs, "user" | "lines">;

export interface SystemAccess {
  observe(inputs: SystemInputs): Promise<SystemSight>;
  /**
   * Makes what is missing, changes back what we have made, and takes back what is no longer declared.
   * @returns what of that had to stay
   * @throws Untouched where a user or group that we have not made has another number, or a number is somebody else's
   */
  apply(inputs: SystemInputs): Promise<readonly string[]>;
  /**
   * Takes back whatever of the cluster is still on the host, and then the user, group and lines that we have made, where no
   * other cluster needs them.
   *
   * @returns what had to stay
   */
  remove(inputs: SystemInputs): Promise<readonly string[]>;
}

export const MISSING = "missing";

export function system(access: SystemAccess): ResourceKind<SystemInputs> {
  const observe = async (inputs: SystemInputs): Promise<SystemInputs> => ({
    ...inputs,
    ...(await access.observe(inputs)),
  });
  const apply = async (news: SystemInputs, progress: Progress): Promise<SystemInputs> => {
    for (const left of await access.apply(news)) progress.warn(leftBehind(news, left));
    const state = await observe(news);
    const wrong = differences(state, news).map(({ path }) => path);
    if (wrong.length > 0)
      throw new UserError(
        `the system of host ${news.host} is still not as it should be: ${wrong.join(", ")}. Does something else change it?`,
      );
    return state;
  };
  return {
    token: "alluxio:hosts:System",
    check: async ({ news }) => [
      ...clusterIdMistakes(news),
      ...(isUnknown(news.user) ? [] : userMistakes(news.user)),
      ...(isUnknown(news.lines) ? [] : lineMistakes(news.lines)),
    ],
    diff: ({ state, news }) => [...replacedBy<OnHost>(state, news, "host", "clusterId"), ...differences(state, news)],
    preview: async ({ news }) => plain(news),
    create: async ({ news, progress }) => {
      const id = `${news.host}:system`;
      const nothing = { ...news, user: { ...news.user, name: MISSING, group: MISSING }, lines: [] };
      return { id, state: await keptWhereTouched({ id, state: nothing }, () => apply(news, progress)) };
    },
    // What is looked for is what is declared: of what was seen, names and lines may be missing.
    read: ({ id, state, inputs }) => seenOf({ id, state }, () => observe({ ...state, ...inputs })),
    update: ({ id, state, news, progress }) => keptWhereTouched({ id, state }, () => apply(news, progress)),
    delete: async ({ state, progress }) => {
      for (const left of await access.remove(state)) progress.warn(leftBehind(state, left));
    },
  };
}

const differences = (state: SystemInputs, news: SystemInputs) => [
  ...changedIn(state, news, "user"),
  // One value: a list that differs differs as a whole.
  ...changedIn({ lines: [...state.lines] }, { lines: [...news.lines] }, "lines"),
];

const leftBehind = ({ host }: OnHost, left: string): string => `${host} keeps ${left}`;

const NAME = /^[a-z_][a-z0-9_-]{0,31}$/;
/** The number after it means nobody. */
const HIGHEST_ID = 0xfffffffe;

function userMistakes({ name, uid, group, gid, home, shell }: SystemUser): InputFailure[] {
  const names = [name, group].filter((one) => !isUnknown(one) && !NAME.test(one));
  const ids = [uid, gid].filter((id) => id !== undefined && !isUnknown(id) && !isId(id));
  return [
    ...names.map((one) => ({
      property: "user",
      reason: `${JSON.stringify(one)} is no name of a user or group: lower-case letters, digits, - and _, at most 32.`,
    })),
    ...ids.map((id) => ({
      property: "user",
      reason: `${JSON.stringify(id)} is no number of a user or group: 1 to ${HIGHEST_ID}.`,
    })),
    ...pathMistakes("user", [home, shell]),
    ...[home, shell]
      .filter((path) => !isUnknown(path) && path.includes(":"))
      .map((path) => ({
        property: "user",
        reason: `${JSON.stringify(path)} has a colon in it, which /etc/passwd cannot hold: choose another path.`,
      })),
  ];
}

const isId = (id: number): boolean => Number.isInteger(id) && id >= 1 && id <= HIGHEST_ID;

const lineMistakes = (lines: readonly SystemLine[]): InputFailure[] => [
  ...pathMistakes(
    "lines",
    lines.map(({ path }) => path),
  ),
  ...lines
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    .filter(({ line }) => !isUnknown(line) && (line === "" || /[\u0000-\u0008\u000a-\u001f\u007f]/.test(line)))
    .map(({ path, line }) => ({ property: "lines", reason: `${JSON.stringify(line)} is no single line for ${path}.` })),
];
