import { interruptions } from "../../components/plan/interruptions";
import { unitOf as unitOfProcess } from "../../components/plan/hosts/names";
import type { ClusterPlan, ProcessPlan } from "../../components/plan/types";
import type { Step, StepState } from "./engineEvents";
import type { Told } from "./tellings";
import type { FindingKind } from "./report";
import { nameOf, unitOf } from "./subjects";

export interface CostContext {
  /** The plan that was applied last, as far as the state tells. */
  readonly plan: ClusterPlan | undefined;
  /** What `up` would do, by URN. */
  readonly steps: ReadonlyMap<string, Step>;
  /** The units of bare-metal hosts, as the state has them. */
  readonly units: readonly HostUnit[];
}

export interface HostUnit {
  readonly host: string;
  readonly unit: string;
  /** Files that it reads when it starts. */
  readonly reads: readonly string[];
}

export function unitIn(type: string, state: StepState): HostUnit | undefined {
  if (type !== "alluxio:hosts:Service" && type !== "alluxio:hosts:FuseMount") return undefined;
  const { host, configFiles } = state.inputs;
  const unit = unitOf(state);
  if (typeof host !== "string" || unit === undefined) return undefined;
  const reads = Array.isArray(configFiles) ? configFiles.filter((one) => typeof one === "string") : [];
  return { host, unit, reads };
}

/** What putting it right restarts, interrupts or loses, a sentence each. */
export function costOf(told: Told, kind: FindingKind, context: CostContext): string[] {
  const { name } = told.subject;
  const is = (what: string): boolean => name.startsWith(`${what} `);
  if (is("container")) return containerCost(told, kind, context);
  if (is("worker")) return workerCost(kind);
  if (is("mount")) return mountCost(told, context);
  if (is("service")) return serviceCost(told, context);
  if (is("file")) return fileCost(told, context);
  if (is("image tag")) return ["the tag is given back, and no process restarts"];
  if (is("mount root")) return ["it is shared again, and no mount is touched"];
  if (is("ramdisk")) return ramdiskCost(told);
  if (is("release")) return ["its files are put back; what runs goes on with those that it has open until it restarts"];
  if (is("directory")) return ["no process restarts"];
  if (name === "the quorum of the masters") return ["the lead may move: opens and lists wait seconds"];
  return told.parts.flatMap(({ urn, type }) => stepCost(urn, type, context));
}

function containerCost(told: Told, kind: FindingKind, context: CostContext): string[] {
  const { name } = told.subject;
  const process = context.plan?.processes.find((one) => `container ${one.name}` === name);
  const ended = kind === "missing" || told.differences.some(stops);
  if (ended) {
    const made = kind === "missing" ? "it is made again" : "it is started again";
    return [`${made}, and nothing that serves is interrupted`];
  }
  return ["it is made anew", ...restartCost(process, context)];
}

const stops = ({ segments, observed }: Told["differences"][number]): boolean =>
  segments[0] === "mustRun" && observed === false;

function restartCost(process: ProcessPlan | undefined, { plan }: CostContext): string[] {
  if (plan === undefined || process === undefined) return [];
  const told = interruptions(plan, plan, [{ change: `restart ${process.name}` }]);
  return process.role === "worker" ? [...told, CACHE_LOSS] : told;
}

const CACHE_LOSS = "what it alone caches may be lost, and is then read from the under storage again";

function workerCost(kind: FindingKind): string[] {
  switch (kind) {
    case "missing":
      return ["it registers when its process serves, and caches anew"];
    case "unintended":
      return [
        "it is decommissioned, and stopped only if it is of this cluster",
        "what it alone caches is read from the under storage again",
      ];
    default:
      return ["it registers anew when its process has restarted", CACHE_LOSS];
  }
}

/** Of a mount whatever serves: a container here, a unit there. */
function mountCost(told: Told, context: CostContext): string[] {
  const differing = new Map(told.differences.map(({ segments, observed }) => [String(segments[0]), observed]));
  const remounts = ["condition", "mountedAt", "process", "unit", "configDigest"].some((key) => differing.has(key));
  if (!remounts && told.gone.length === 0) {
    return differing.has("supervisor")
      ? ["its supervisor is started, and the mount stays as it is"]
      : told.parts.flatMap(({ urn, type }) => stepCost(urn, type, context));
  }
  if (told.gone.length > 0 || differing.get("condition") === "absent")
    return ["it is mounted again, and nobody uses it now"];
  const on = told.subject.host === null ? "" : ` on ${told.subject.host}`;
  // Nobody serves a dead one: what was open in it is lost already.
  if (differing.get("condition") === "dead") return [`it is mounted anew${on}`];
  return [`it is mounted anew${on}: it is away for seconds, and files open in it break`];
}

function serviceCost(told: Told, context: CostContext): string[] {
  const runs = !told.differences.some(
    ({ segments, observed }) => segments[0] === "condition" && (observed === "stopped" || observed === "failed"),
  );
  if (!runs) return ["it is started, and nothing that serves is interrupted"];
  const restarts = told.differences.some(({ segments }) =>
    ["configDigest", "unit", "condition", "journal"].includes(String(segments[0])),
  );
  if (!restarts) return ["it goes on as it is"];
  const process = told.parts.flatMap(({ type, state }) => processOfUnit(unitIn(type, state), context) ?? [])[0];
  return ["it restarts", ...restartCost(process, context)];
}

/** The unit of a process is called after it, and stands on the machine that the process is on. */
const processOfUnit = (unit: HostUnit | undefined, { plan }: CostContext): ProcessPlan | undefined =>
  plan === undefined || unit === undefined
    ? undefined
    : plan.processes.find(
        (process) =>
          process.hostname === unit.host && unitOfProcess({ name: plan.name }, process) === `${unit.unit}.service`,
      );

/** A process that reads the file has read what it says now, or will at its next start. */
function fileCost(told: Told, context: CostContext): string[] {
  const path = told.differences[0]?.segments[1];
  const contents = told.differences.some(({ segments }) => segments.at(-1) === "sha256" || segments.length === 2);
  const readers = context.units.filter(({ host, reads }) => host === told.subject.host && reads.includes(String(path)));
  if (!contents || readers.length === 0) return ["it is written as it was, and no process restarts"];
  return [
    `it is written as it was, and ${readers.map(({ unit }) => unit).join(", ")} restart${readers.length === 1 ? "s" : ""}, which read${readers.length === 1 ? "s" : ""} it`,
    ...readers.flatMap((unit) => restartCost(processOfUnit(unit, context), context)),
  ];
}

function ramdiskCost(told: Told): string[] {
  const first = told.differences.map(({ segments }) => segments[0]);
  if (told.gone.length > 0 || first.includes("filesystems"))
    return ["it is mounted again, empty: what it cached is gone already"];
  return first.includes("sizeMiB")
    ? ["it is resized where it is, and keeps what it holds"]
    : ["it keeps what it holds"];
}

/** Of what nothing more is known than what the engine would do. */
function stepCost(urn: string, type: string, { steps }: CostContext): string[] {
  const op = steps.get(urn)?.op;
  switch (op) {
    case "create":
      return type === "docker:index/volume:Volume"
        ? ["it is made again, empty: what it held is gone already"]
        : ["it is made again"];
    case "replace":
      return [`${nameOf(urn)} is replaced`];
    case "update":
      return ["it is put right where it is"];
    default:
      return [];
  }
}
