import { createHash } from "node:crypto";
import { UserError, type ResourceKind } from "../../rpc/resource";
import type { Seal } from "../../sealing";
import { isUnknown, plain, UNKNOWN } from "../../rpc/values";
import {
  changedIn,
  clusterIdMistakes,
  keptWhereTouched,
  pathMistakes,
  replacedBy,
  seenOf,
  type OnHost,
} from "./onHost";

export interface OwnedDirectory {
  /** Name or number. */
  readonly owner: string;
  readonly group: string;
  /** Octal, or `missing` where there is none. @example "0750" */
  readonly mode: string;
  /** What processes write into it goes with it, where it was made for the cluster: logs and caches, never a journal. @default false */
  readonly disposable?: boolean;
}

export interface OwnedFile {
  /** Of its content, hexadecimal; `missing` where there is none. */
  readonly sha256: string;
  readonly owner: string;
  readonly group: string;
  /** Octal. @example "0600" */
  readonly mode: string;
}

/** Directories and files of a host with exactly this content, owner and mode. */
export interface ConfigurationInputs extends OnHost {
  /** By absolute path. They are made in this order. */
  readonly directories: Readonly<Record<string, OwnedDirectory>>;
  /** By absolute path. Folders that are missing on the way are made, and belong to root. */
  readonly files: Readonly<Record<string, OwnedFile>>;
  /** What is in the files, by the same paths. Never in the state. */
  readonly contents: Readonly<Record<string, string>>;
  /** Paths of those whose contents are sealed for the provider, see `provider/sealing.ts`. @default none */
  readonly sealed?: readonly string[];
}

export interface ConfigurationState extends ConfigurationInputs {
  /** Changes with the content of any of the files. */
  readonly digest: string;
}

export type Observed = Pick<ConfigurationInputs, "directories" | "files">;

export interface ConfigurationAccess {
  observe(inputs: ConfigurationInputs): Promise<Observed>;
  /** Writes what differs, each file in one step. `gone` is restored to what was found. @returns what had to stay */
  apply(inputs: ConfigurationInputs, gone: Gone): Promise<readonly string[]>;
}

export interface Gone {
  readonly directories: ConfigurationInputs["directories"];
  readonly files: readonly string[];
}

export const MISSING = "missing";

/** @param seal opens contents that were sealed */
export function configuration(
  access: ConfigurationAccess,
  seal: Pick<Seal, "open">,
): ResourceKind<ConfigurationInputs, ConfigurationState> {
  const opened = (inputs: ConfigurationInputs): ConfigurationInputs => {
    const contents = { ...inputs.contents };
    for (const path of inputs.sealed ?? []) {
      const content = seal.open(contents[path] ?? "");
      if (content === undefined) throw new UserError(`the content of ${path} was sealed for another run`);
      contents[path] = content;
    }
    mustMatch({ ...inputs, contents });
    return { ...inputs, contents };
  };
  const observe = async (inputs: ConfigurationInputs): Promise<ConfigurationState> => {
    const seen = await access.observe(inputs);
    return { ...inputs, ...seen, contents: {}, digest: configurationDigest(seen.files) };
  };
  return {
    token: "alluxio:hosts:Configuration",
    check: async ({ news }) => [
      ...clusterIdMistakes(news),
      ...pathMistakes("directories", Object.keys(news.directories)),
      ...pathMistakes("files", Object.keys(news.files)),
    ],
    diff: ({ state, news }) => [
      ...replacedBy(state, news, "host", "clusterId"),
      ...changedIn(state, news, "directories", "files"),
    ],
    preview: async ({ news }) => ({
      ...plain(news),
      contents: {},
      digest: isUnknown(news.files) ? UNKNOWN : configurationDigest(news.files),
    }),
    create: async ({ name, news }) => {
      const id = `${news.host}:${name}`;
      const whole = opened(news);
      const state = await keptWhereTouched({ id, state: begun(news) }, async () => {
        await access.apply(whole, { directories: {}, files: [] });
        return observe(news);
      });
      return { id, state };
    },
    read: ({ id, state, inputs }) => seenOf({ id, state }, () => observe({ ...state, ...inputs })),
    update: async ({ id, state, news, progress }) => {
      const whole = opened(news);
      return keptWhereTouched({ id, state: begun(news, state) }, async () => {
        const gone = {
          directories: without(state.directories, news.directories),
          files: Object.keys(without(state.files, news.files)),
        };
        for (const left of await access.apply(whole, gone)) progress.warn(leftBehind(news, left));
        return observe(news);
      });
    },
    delete: async ({ state, progress }) => {
      const nothing = { ...state, directories: {}, files: {}, contents: {} };
      const gone = { directories: state.directories, files: Object.keys(state.files) };
      for (const left of await access.apply(nothing, gone)) progress.warn(leftBehind(state, left));
    },
  };
}

/** What a restart depends on: the contents alone. */
export function configurationDigest(files: Readonly<Record<string, Pick<OwnedFile, "sha256">>>): string {
  const contents = Object.entries(files).map(([path, { sha256 }]) => [path, sha256]);
  return createHash("sha256").update(JSON.stringify(contents.sort())).digest("hex").slice(0, 16);
}

const leftBehind = ({ host }: OnHost, path: string): string =>
  `${host}: ${path} stays, for something is in it that must not be lost with the cluster. Remove it by hand if you do not need it`;

/** What a run that was cut off may have made: nothing of it is known, and all of it is looked for by the next. */
function begun(news: ConfigurationInputs, state?: ConfigurationState): ConfigurationState {
  const missing = <T>(all: Readonly<Record<string, T>>, as: Partial<T>): Record<string, T> =>
    Object.fromEntries(Object.entries(all).map(([path, one]) => [path, { ...one, ...as }]));
  const files = { ...missing(news.files, { sha256: MISSING }), ...state?.files };
  const directories = { ...missing(news.directories, { mode: MISSING }), ...state?.directories };
  return { ...news, ...state, directories, files, contents: {}, digest: configurationDigest(files) };
}

const without = <T>(all: Readonly<Record<string, T>>, those: object): Record<string, T> =>
  Object.fromEntries(Object.entries(all).filter(([path]) => !Object.hasOwn(those, path)));

/** What is written is what the digests say, or a restart would be missed. */
function mustMatch({ files, contents }: ConfigurationInputs): void {
  for (const [path, { sha256 }] of Object.entries(files)) {
    const content = contents[path];
    if (content === undefined || createHash("sha256").update(content).digest("hex") !== sha256)
      throw new UserError(`the content of ${path} is not the one that its SHA-256 says`);
  }
}
