import type { ClusterPlan } from "../../components/plan/types";
import type { EngineRun } from "./engineEvents";
import { isRecord } from "./values";

/** What the state tells of its cluster. */
export interface RecordedCluster {
  readonly clusterId: string | undefined;
  /** That of the last `pulumi up`. */
  readonly plan: ClusterPlan | undefined;
}

const GUARD = "alluxio:index:ChangeGuard";

export function clusterIn({ looked }: EngineRun): RecordedCluster | undefined {
  const guard = looked.find(({ type, old }) => type === GUARD && old?.condemned === false);
  const outputs = guard?.old?.outputs;
  if (outputs === undefined) return undefined;
  const { clusterId, plan } = outputs;
  return {
    clusterId: typeof clusterId === "string" ? clusterId : undefined,
    plan: isPlan(plan) ? plan : undefined,
  };
}

/** A state may be of another version of this project: what does not look like a plan tells nothing. */
const isPlan = (plan: unknown): plan is ClusterPlan =>
  isRecord(plan) &&
  typeof plan["name"] === "string" &&
  typeof plan["version"] === "string" &&
  Array.isArray(plan["mounts"]) &&
  Array.isArray(plan["processes"]) &&
  plan["processes"].every(isProcess) &&
  plan["processes"].some((process) => isRecord(process) && process["role"] === "master");

const isProcess = (process: unknown): boolean =>
  isRecord(process) &&
  ["name", "role", "hostname"].every((key) => typeof process[key] === "string") &&
  isRecord(process["properties"]) &&
  Array.isArray(process["after"]);
