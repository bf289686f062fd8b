import { changesBetween, type PropertyChange } from "../../rpc/changes";
import { Unhealthy, UserError, type InputFailure, type Snapshot } from "../../rpc/resource";
import { isUnknown, type Value } from "../../rpc/values";
import { SshError } from "../../transports/sshErrors";

/** What every resource of a host has. */
export interface OnHost {
  /** As the spec calls it. */
  readonly host: string;
  readonly clusterId: string;
}

/** A unit of systemd, in /etc/systemd/system. */
export interface Unit {
  /** With its ending. @example "alluxio-worker.service" */
  readonly name: string;
  readonly text: string;
}

/** A failure before anything was changed. */
export class Untouched extends UserError {}

/** What cannot be looked at keeps its last state, and says why, so that the other hosts are still seen. */
export async function seenOf<S extends object>(snapshot: Snapshot<S>, look: () => Promise<S>): Promise<S> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof Unhealthy) throw error;
    throw new Unhealthy(`${snapshot.id} cannot be looked at: ${error.message}`, snapshot);
  }
}

/** What fails half-way stays in the state, so that the next run mends it and a destroy takes it back. */
export async function keptWhereTouched<T>(snapshot: Snapshot<object>, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof Unhealthy || hasTouchedNothing(error)) throw error;
    throw new Unhealthy(error.message, snapshot);
  }
}

const hasTouchedNothing = (error: UserError): boolean =>
  error instanceof Untouched ||
  (error instanceof SshError && error.fault !== "connection lost" && error.fault !== "time over");

/** Properties of which another value is another thing. */
export const replacedBy = <T extends object>(state: T, news: T, ...names: (keyof T & string)[]): PropertyChange[] =>
  names.flatMap((name) =>
    changesBetween(state[name] as Value | undefined, news[name] as Value | undefined, name).map((change) => ({
      ...change,
      replace: true,
    })),
  );

/** The properties that are compared one by one. */
export const changedIn = <T extends object>(state: T, news: T, ...names: (keyof T & string)[]): PropertyChange[] =>
  names.flatMap((name) => changesBetween(state[name] as Value | undefined, news[name] as Value | undefined, name));

/** What has a unit of systemd. */
export interface WithUnit extends OnHost {
  readonly unit: Unit;
}

/** On another host, of another cluster, or under another name it is another unit. */
export const unitReplacements = (state: WithUnit, news: WithUnit): PropertyChange[] => [
  ...replacedBy<OnHost>(state, news, "host", "clusterId"),
  ...replacedBy(state.unit, news.unit, "name").map((change) => ({ ...change, path: "unit.name" })),
];

export const unitTextDifferences = (state: WithUnit, news: WithUnit): PropertyChange[] =>
  changedIn(state.unit, news.unit, "text").map((change) => ({ ...change, path: "unit.text" }));

/** The state of what was declared so, and seen so. */
export const told = <T extends WithUnit>(
  inputs: T,
  { unitText, ...sight }: { readonly unitText: string } & Omit<Partial<T>, "unit">,
): T => ({ ...inputs, ...sight, unit: { ...inputs.unit, text: unitText } });

/** Paths that no tool on the way could take for something else. */
export function pathMistakes(property: string, paths: readonly string[]): InputFailure[] {
  return paths.flatMap((path) => {
    const why = mistakeIn(path);
    return why === undefined ? [] : [{ property, reason: `${JSON.stringify(path)} ${why}` }];
  });
}

function mistakeIn(path: string): string | undefined {
  if (isUnknown(path)) return undefined;
  if (!path.startsWith("/")) return "is no absolute path: begin it with /";
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) return "has a control character in it: choose another name";
  if (path === "/" || /\/(\.{0,2})(\/|$)/.test(path)) return "has an empty part, or one of dots: write the path itself";
  return undefined;
}

export const unitMistakes = ({ name }: Unit, ending: string): InputFailure[] =>
  new RegExp(`^[A-Za-z0-9:_.\\\\@-]+\\.${ending}$`).test(name)
    ? []
    : [
        {
          property: "unit",
          reason: `${JSON.stringify(name)} is no name of a unit: letters, digits, :_.\\@- and .${ending} at the end`,
        },
      ];

/** The cluster id is part of paths that are removed. */
export const clusterIdMistakes = ({ clusterId }: OnHost): InputFailure[] =>
  isUnknown(clusterId) || /^[A-Za-z0-9]{4,64}$/.test(clusterId)
    ? []
    : [{ property: "clusterId", reason: "The cluster id has to be 4 to 64 letters and digits." }];
