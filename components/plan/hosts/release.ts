import type { ClusterSpec } from "../../spec/spec";
import { layoutOf } from "./layout";
import type { JavaPlan, ReleasePlan } from "./types";

/** @throws Error for a spec of another target, which has no release */
export function planRelease(spec: ClusterSpec): ReleasePlan {
  const { prefix, release: directory } = layoutOf(spec);
  const { release: archive } = spec.hosts;
  if (archive === undefined) throw new Error("no release, though the rules of target hosts let it pass");
  const topDirectory = `alluxio-${spec.version}`;
  return {
    version: spec.version,
    archive,
    topDirectory,
    prefix,
    staging: `${prefix}/.${topDirectory}.partial`,
    directory,
    link: { path: `${prefix}/current`, target: topDirectory },
  };
}

/** Enough of a digest to tell one archive from another in a name. */
const NAME_DIGITS = 12;

/** @returns undefined where each machine's own Java is used: `java` of the PATH, which Alluxio's scripts look for */
export function planJava({ hosts }: Pick<ClusterSpec, "hosts">): JavaPlan | undefined {
  const { java, prefix } = hosts;
  if (java === undefined) return undefined;
  if ("home" in java) return { home: java.home };
  return { home: `${prefix}/java-${java.sha256.slice(0, NAME_DIGITS)}`, archive: java };
}
