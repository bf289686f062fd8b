import { join } from "node:path";
import type { DriftReport } from "../../operations/drift/report";
import { PROJECT, run } from "./process";
import type { TestStack } from "./testStack";

/** One property of one resource that `preview --refresh` would change, with what it saw and what is declared. */
export interface Drift {
  readonly resource: string;
  readonly op: string;
  /** Empty for what is made or deleted as a whole. */
  readonly path: string;
  /** As the refresh saw it; `undefined` where there is nothing. */
  readonly old: unknown;
  /** As the program declares it; {@link LATER} where only `up` will know. */
  readonly new: unknown;
}

/** What only `up` will know. */
export const LATER = "(known after up)";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

interface Step {
  op: string;
  urn: string;
  oldState?: { outputs?: Record<string, unknown> };
  newState?: { inputs?: Record<string, unknown> };
  detailedDiff?: Record<string, { kind: string }> | null;
}

/** Everything that `preview --refresh` would change, property by property, sorted. */
export async function driftOf(stack: TestStack): Promise<Drift[]> {
  const { code, stdout, output } = await stack.pulumi("preview", "--refresh", "--json");
  if (code !== 0 || !stdout.includes("{")) throw new Error(`exit code ${code}: ${output}`);
  const { steps } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as { steps: Step[] };
  return steps
    .filter((step) => step.op !== "same" && step.op !== "refresh")
    .flatMap((step): Drift[] => {
      const named = { resource: step.urn.split("::").pop()!, op: step.op };
      const paths = Object.keys(step.detailedDiff ?? {});
      if (paths.length === 0) return [{ ...named, path: "", old: undefined, new: undefined }];
      return paths.map((path) => {
        const [old, declared] = [valueAt(step.oldState?.outputs, path), valueAt(step.newState?.inputs, path)];
        return {
          ...named,
          path,
          ...(path === "labels"
            ? { old: onlyIn(old, declared), new: onlyIn(declared, old) }
            : { old, new: declared === UNKNOWN ? LATER : declared }),
        };
      });
    })
    .sort((a, b) => order(a).localeCompare(order(b)));
}

/** Resource, property path, observed, desired: what a look without an engine tells of a stack on hosts, sorted alike. */
export async function lookedAt(stack: TestStack): Promise<[string, string, unknown, unknown][]> {
  const { code, stdout, output } = await run(
    join(PROJECT, "node_modules/.bin/alluxioctl"),
    ["drift", "--no-plan", "--json", "--stack", stack.name, "--stack-file", join(stack.folder, "Pulumi.dev.yaml")],
    { env: stack.env, cwd: PROJECT },
  );
  if (!stdout.startsWith("{")) throw new Error(`exit code ${code}: ${output}`);
  const { findings, coverage } = JSON.parse(stdout) as DriftReport;
  expect([coverage.complete, code]).toEqual([true, findings.length > 0 ? 1 : 0]);
  return findings
    .flatMap(({ properties }) => properties)
    .map(({ resource, path, observed, desired }): [string, string, unknown, unknown] => [
      resource,
      path,
      observed,
      desired,
    ])
    .sort(([a, path], [b, other]) => a.localeCompare(b) || path.localeCompare(other));
}

const order = ({ resource, op, path }: Drift): string => [resource, op, path].join(" ");

/** By a path in Pulumi's notation. */
function valueAt(root: unknown, path: string): unknown {
  const keys = [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([A-Za-z_$][\w$]*)/g)];
  return keys.reduce<unknown>(
    (value, [, quoted, index, name]) =>
      typeof value === "object" && value !== null
        ? (value as Record<string, unknown>)[quoted ?? index ?? name ?? ""]
        : undefined,
    root,
  );
}

/** The labels that only the first of two lists has. */
function onlyIn(some: unknown, others: unknown): Record<string, string> {
  const known = labelsOf(others);
  return Object.fromEntries(Object.entries(labelsOf(some)).filter(([label, value]) => known[label] !== value));
}

const labelsOf = (list: unknown): Record<string, string> =>
  Object.fromEntries(((list ?? []) as { label: string; value: string }[]).map(({ label, value }) => [label, value]));

/** Which drift of a process leads to which change of its container: it is replaced, and bears how often it was. */
export const renewed = (process: string, times = 1): Drift => ({
  resource: `dev-${process}`,
  op: "replace",
  path: "labels",
  old: times === 1 ? {} : { "alluxio.generation": String(times - 1) },
  new: { "alluxio.generation": String(times) },
});
