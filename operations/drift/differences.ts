import { isDeepStrictEqual } from "node:util";
import { isWithin, valueAt, type Segments } from "../../components/spec/path";
import type { EngineRun, Step, StepState } from "./engineEvents";
import { isKnown, isRecord, segmentsOf } from "./values";

/** One property that is not as it was applied last. */
export interface Difference {
  readonly urn: string;
  readonly type: string;
  readonly path: string;
  readonly segments: Segments;
  readonly desired: unknown;
  readonly observed: unknown;
}

/** What a look at one resource found. */
export interface Sight {
  readonly urn: string;
  readonly type: string;
  /** As the state had it. */
  readonly state: StepState;
  readonly found: "as it was" | "gone" | "different" | "unreachable";
  readonly differences: readonly Difference[];
  /** Why it could not be looked at. */
  readonly reasons: readonly string[];
}

/** Stand for nothing real, or have nothing that could be read back. */
const BLIND: readonly string[] = ["alluxio:index:ChangeGuard", "alluxio:index:JournalMember"];

/** Whether a resource stands for something that a look can see. */
export const isReal = (type: string, state: Pick<StepState, "custom">): boolean =>
  state.custom && !type.startsWith("pulumi:") && !isCommand(type) && !BLIND.includes(type);

/** Commands ran once, and have nothing to read back. */
export const isCommand = (type: string): boolean => type.startsWith("command:");

/** Every resource that was looked at, once. */
export function sightsOf({ looked }: EngineRun): Sight[] {
  const seen = new Set<string>();
  return looked.flatMap((step): Sight[] => {
    if (!step.old || step.old.condemned || !isReal(step.type, step.old) || seen.has(step.urn)) return [];
    seen.add(step.urn);
    const sight = { urn: step.urn, type: step.type, state: step.old };
    if (!step.new) return [{ ...sight, found: "gone", differences: [], reasons: [] }];
    const reasons = step.new.initErrors;
    if (reasons.length > 0) return [{ ...sight, found: "unreachable", differences: [], reasons }];
    const differences = differencesIn(step, step.old, step.new);
    return [{ ...sight, found: differences.length > 0 ? "different" : "as it was", differences, reasons }];
  });
}

/**
 * The engine compares what a look saw with the inputs of the last `up`, never with those of the program as it stands now: a
 * spec that was edited since is not in it.
 */
const differencesIn = ({ urn, type, paths, inputPaths }: Step, applied: StepState, seen: StepState): Difference[] =>
  paths.map((path) => {
    const segments = segmentsOf(path);
    const observed = valueAt(inputPaths.includes(path) ? seen.inputs : seen.outputs, segments);
    const none = observed === "" && EMPTY_IS_NONE.includes(String(segments.at(-1)));
    const desired = valueAt(applied.inputs, segments);
    return { urn, type, path, segments, desired, observed: none ? undefined : observed };
  });

/** Properties that are empty where there is no such container, unit or link. */
const EMPTY_IS_NONE = ["containerId", "text", "linked"];

/** Whether `up` would leave what differs as it is: the spec has it so by now. */
export function isSettled(path: Segments | undefined, step: Step | undefined, { succeeded }: EngineRun): boolean {
  if (!succeeded) return false;
  // The spec does not ask for it.
  if (step === undefined || step.op === "delete") return true;
  if (path === undefined) return false;
  if (step.op === "same") return true;
  if (step.paths.length === 0) return false;
  return !step.paths.map(segmentsOf).some((changed) => isWithin(changed, path) || isWithin(path, changed));
}

/** What a program has otherwise than when it was applied last. */
export interface Edit {
  readonly step: Step;
  readonly paths: readonly string[];
}

export interface Planned {
  readonly edits: readonly Edit[];
  /** What an earlier look has written into the state already, so that this one saw no difference. */
  readonly remembered: readonly Difference[];
  /** What the state does not have (any more), although the spec is as it was applied. */
  readonly lost: readonly Step[];
}

const GUARD = "alluxio:index:ChangeGuard";

/** Tells, of what `up` would do, what is neither drift that this look saw nor its repair. */
export function plannedBy(run: EngineRun, sights: readonly Sight[]): Planned {
  const edits: Edit[] = [];
  const remembered: Difference[] = [];
  const lost: Step[] = [];
  const unedited = isUnedited(run);
  const found = new Map(sights.map((sight) => [sight.urn, sight]));
  for (const step of run.planned) {
    const sight = found.get(step.urn);
    if (!(step.new ?? step.old)?.custom || step.type.startsWith("pulumi:") || sight?.found === "gone") continue;
    if (step.op === "create") {
      if (unedited && step.new && isReal(step.type, step.new)) lost.push(step);
      else edits.push({ step, paths: [] });
      continue;
    }
    if (step.op === "delete") {
      edits.push({ step, paths: [] });
      continue;
    }
    if (sight?.found === "unreachable" || step.op === "same") continue;
    const seen = sight?.differences.map(({ segments }) => segments) ?? [];
    const others = step.paths.filter((path) => !seen.some((one) => overlap(one, segmentsOf(path))));
    const changed = others.filter((path) => isEdited(step, segmentsOf(path)));
    const remembers = changed.filter((path) => isReadBack(step.type, path) && (unedited || path === NEVER_EDITED));
    remembered.push(...remembers.map((path) => rememberedAt(step, path)));
    const paths = changed.filter((path) => !remembers.includes(path));
    if (paths.length > 0) edits.push({ step, paths });
  }
  return { edits, remembered, lost };
}

const overlap = (a: Segments, b: Segments): boolean => isWithin(a, b) || isWithin(b, a);

/** Of a value that only `up` will know, what it depends on tells. */
function isEdited(step: Step, path: Segments): boolean {
  const [applied, now] = [step.old, step.new].map((state) => valueAt(state?.inputs, path));
  return isKnown(now) && !isDeepStrictEqual(withoutGeneration(applied), withoutGeneration(now));
}

/** How often a container was renewed because of its drift follows from the drift, and from no edit. */
const withoutGeneration = (value: unknown): unknown =>
  Array.isArray(value) ? value.filter((one) => !isRecord(one) || one["label"] !== "alluxio.generation") : value;

/** The plugin of Docker writes what it reads into the inputs, as `pulumi refresh` then keeps them; these it does not read. */
const NOT_READ = ["labels", "envs", "networksAdvanced", "image", "volumes", "uploads"];

/** Every program that this project has runs every container. */
const NEVER_EDITED = "mustRun";

const isReadBack = (type: string, path: string): boolean =>
  type.startsWith("docker:") && !NOT_READ.includes(String(segmentsOf(path)[0]));

const rememberedAt = ({ urn, type, old, new: now }: Step, path: string): Difference => {
  const segments = segmentsOf(path);
  return {
    urn,
    type,
    path,
    segments,
    desired: valueAt(now?.inputs, segments),
    observed: valueAt(old?.outputs, segments),
  };
};

/** Whether the spec is as it was applied last; false where nobody can tell. */
function isUnedited({ planned }: EngineRun): boolean {
  const guard = planned.find(({ type }) => type === GUARD);
  return (
    guard?.old !== undefined &&
    guard.new !== undefined &&
    isDeepStrictEqual(guard.old.inputs["plan"], guard.new.inputs["plan"])
  );
}
