import type { ClusterConfig } from "../../components/spec/config";
import { parseSpec } from "../../components/spec/parse";
import { formatPath, valueAt, type Segments } from "../../components/spec/path";
import type { Problem } from "../../components/spec/problem";
import type { ClusterSpec } from "../../components/spec/spec";
import { shown, type Note } from "./note";

/** Every position of a list, or key of a map. */
const ANY = Symbol("any");

/** How much of a path is taken out where something within it is refused: fields without which a cluster is still one. */
const OPTIONAL: readonly (readonly (string | typeof ANY)[])[] = [
  ["mounts", ANY, "options", ANY],
  ["mounts", ANY],
  ["properties", ANY],
  ["jvmOptions", ANY],
  ["underStorage", "options", ANY],
  ["underStorage", "credentials", ANY],
  ["dataSets", ANY],
  ["heaps", ANY],
  ["ports", ANY],
  ["hosts", "java"],
  ["hosts", "service"],
];

export interface Pruned {
  readonly config: Partial<ClusterConfig>;
  /** Absent where mistakes are left. */
  readonly spec?: ClusterSpec;
  readonly problems: readonly Problem[];
  readonly notes: readonly Note[];
}

/** The config without what the rules refuse in it, as far as a cluster can do without; each of that is told. */
export function prune(draft: Partial<ClusterConfig>, stack: string): Pruned {
  const config = JSON.parse(JSON.stringify(draft)) as Partial<ClusterConfig>;
  const notes: Note[] = [];
  for (;;) {
    const { spec, problems = [] } = parseSpec(config, { stack });
    if (spec) return { config, spec, problems: [], notes };
    const found = problems.flatMap((problem) => {
      const path = takenOut(segmentsOf(problem.path));
      return path !== undefined && valueAt(config, path) !== undefined ? [{ problem, path }] : [];
    })[0];
    if (found === undefined) return { config, problems, notes };
    const { problem, path } = found;
    notes.push({
      kind: "not adopted",
      about: formatPath(path),
      found: shown(JSON.stringify(valueAt(config, path))),
      message: `A spec cannot have it: ${problem.path} ${problem.message}`,
    });
    takeOut(config, path);
  }
}

function takenOut(path: Segments): Segments | undefined {
  const pattern = OPTIONAL.find((one) =>
    one.every((step, i) => path[i] !== undefined && (step === ANY || step === path[i])),
  );
  return pattern && path.slice(0, pattern.length);
}

function takeOut(root: object, path: Segments): void {
  const parent = valueAt(root, path.slice(0, -1)) as Record<string, unknown> | unknown[];
  const last = path.at(-1);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else Reflect.deleteProperty(parent, String(last));
  // An empty list or map says nothing.
  if (Object.keys(parent).length === 0 && path.length > 1) takeOut(root, path.slice(0, -1));
}

const STEP = /\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([A-Za-z_][A-Za-z0-9_]*)/g;

/** The other way of `formatPath`. */
export const segmentsOf = (path: string): Segments =>
  [...path.matchAll(STEP)].map(([, index, key, name]) =>
    index !== undefined ? Number(index) : key !== undefined ? (JSON.parse(key) as string) : (name ?? ""),
  );
