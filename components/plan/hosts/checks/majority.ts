import { warned, type Trouble } from "./finding";
import { javaMajor } from "./software";
import type { HostSurroundings } from "./surroundings";

/** What should be the same on all hosts, by its name, as far as a difference means something. */
export type Versions = Readonly<Record<string, string>>;

export function versionsOf({ fuse, java, system }: HostSurroundings, libfuse: 2 | 3): Versions {
  const { architecture, kernel, os } = system;
  const major = javaMajor(java?.version ?? "");
  const program = fuse.programs[libfuse === 2 ? "fusermount" : "fusermount3"];
  return {
    architecture,
    kernel: firstTwo(kernel),
    ...(os === undefined ? {} : { "operating system": os }),
    ...(major === undefined ? {} : { Java: String(major) }),
    ...(program === undefined ? {} : { libfuse: firstTwo(program.version) }),
  };
}

const firstTwo = (version: string): string => version.split(/[.-]/).slice(0, 2).join(".");

/** Of each the most frequent one; of as frequent ones that of the host which comes first. */
export function majorityOf(all: readonly Versions[]): Versions {
  const counts = new Map<string, Map<string, number>>();
  for (const [name, value] of all.flatMap((one) => Object.entries(one))) {
    const ofName = counts.get(name) ?? new Map<string, number>();
    counts.set(name, ofName.set(value, (ofName.get(value) ?? 0) + 1));
  }
  return Object.fromEntries(
    [...counts].map(([name, values]) => {
      const most = Math.max(...values.values());
      return [name, [...values].find(([, count]) => count === most)![0]];
    }),
  );
}

/** Odd ones out run, and are the first to look at when something is odd. */
export const checkVersions = (own: Versions, majority: Versions): Trouble[] =>
  Object.entries(own)
    .filter(([name, value]) => majority[name] !== undefined && majority[name] !== value)
    .map(([name, value]) =>
      warned(
        name,
        `${value}; most hosts have ${majority[name]!}`,
        "bring it to the version of the others when you can",
      ),
    );
