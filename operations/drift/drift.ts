import type { ClusterPlan } from "../../components/plan/types";
import { unitIn } from "./cost";
import { coverageOf, errorsOf, lookedEverywhere } from "./coverage";
import { isSettled, plannedBy, sightsOf, type Sight } from "./differences";
import type { EngineRun, Step } from "./engineEvents";
import { findingOf, type FindingContext } from "./findings";
import { clusterIn } from "./recordedCluster";
import { FINDING_KINDS, type DriftReport, type Finding, type PendingChange, type SettledDifference } from "./report";
import { nameOf } from "./subjects";
import { Tellings } from "./tellings";

/** What reality has otherwise than the spec that was applied last. Pure: the same events always give the same report. */
export function driftOf(stack: string, run: EngineRun): DriftReport {
  const sights = sightsOf(run);
  const steps = new Map(run.planned.map((step) => [step.urn, step]));
  const cluster = clusterIn(run);
  const { told, settled } = tell(run, sights, steps);
  const planned = plannedBy(run, sights);
  // What others tell of was there: it is missing, and not new in an edited spec.
  const isLost = ({ op, urn, type, new: state }: Step): boolean =>
    op === "create" && state !== undefined && told.knows({ urn, type, state });
  const edits = planned.edits.filter(({ step }) => !isLost(step));
  const lost = [...planned.lost, ...planned.edits.map(({ step }) => step).filter(isLost)];
  for (const { urn, type, new: state } of lost) told.gone({ urn, type, state: state! });
  for (const difference of planned.remembered) {
    const { urn, type } = difference;
    told.differs({ urn, type, state: steps.get(urn)!.new! }, difference);
  }

  const all = told.all();
  const known = new Set(all.flatMap(({ parts }) => parts.map(({ urn }) => urn)));
  const context: FindingContext = {
    stack,
    plan: cluster?.plan,
    steps,
    units: sights.flatMap(({ type, state }) => unitIn(type, state) ?? []),
    refusals: refusalsIn(run, known),
  };
  const findings = all.map((one) => findingOf(one, context)).sort(bySeriousness);
  return {
    stack,
    cluster: cluster?.plan?.name ?? null,
    clusterId: cluster?.clusterId ?? null,
    target: cluster?.plan?.target ?? null,
    drifted: findings.some(({ kind }) => kind !== "unreachable"),
    findings,
    pending: edits.map(({ step, paths }) => pendingOf(step, paths)),
    settled,
    blocked: blockedIn(run, known),
    coverage: coverageOf(run, sights, targetOf(cluster?.plan, sights)),
  };
}

/** 0 there is no drift, 1 there is, 2 not everything could be looked at. */
export const exitCodeOf = ({ drifted, coverage }: DriftReport): 0 | 1 | 2 =>
  coverage.complete ? (drifted ? 1 : 0) : 2;

function tell(
  run: EngineRun,
  sights: readonly Sight[],
  steps: ReadonlyMap<string, Step>,
): { told: Tellings; settled: SettledDifference[] } {
  const told = new Tellings();
  const settled: SettledDifference[] = [];
  for (const sight of sights) {
    const { urn, type } = sight;
    const step = steps.get(urn);
    const named = { name: nameOf(urn), type };
    switch (sight.found) {
      case "as it was":
        break;
      case "unreachable":
        told.unreachable(sight);
        break;
      case "gone":
        if (isSettled(undefined, step, run)) settled.push({ ...named, paths: [] });
        else told.gone(sight);
        break;
      case "different": {
        const paths: string[] = [];
        for (const difference of sight.differences) {
          if (isSettled(difference.segments, step, run)) paths.push(difference.path);
          else told.differs(sight, difference);
        }
        if (paths.length > 0) settled.push({ ...named, paths });
        break;
      }
      default:
        sight.found satisfies never;
    }
  }
  return { told, settled };
}

function pendingOf({ urn, type, op }: Step, paths: readonly string[]): PendingChange {
  const change = op === "create" || op === "delete" || op === "replace" ? op : "update";
  return { name: nameOf(urn), type, change, paths };
}

/** What `up` says against one of the things that drifted. */
const refusalsIn = (run: EngineRun, known: ReadonlySet<string>): Map<string, string> =>
  new Map(
    errorsOf(run)
      .filter(({ urn }) => known.has(urn))
      .map(({ urn, message }) => [urn, message]),
  );

/** What it says against anything else, once each. */
const blockedIn = (run: EngineRun, known: ReadonlySet<string>): string[] =>
  lookedEverywhere(run)
    ? [...new Set(errorsOf(run).flatMap(({ urn, message }) => (known.has(urn) ? [] : [message])))]
    : [];

const targetOf = (plan: ClusterPlan | undefined, sights: readonly Sight[]): string =>
  plan?.target ?? (sights.some(({ type }) => type.startsWith("alluxio:hosts:")) ? "hosts" : "docker");

const bySeriousness = (a: Finding, b: Finding): number =>
  FINDING_KINDS.indexOf(a.kind) - FINDING_KINDS.indexOf(b.kind) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
