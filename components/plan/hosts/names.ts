import type { ClusterSpec } from "../../spec/spec";
import type { ProcessPlan } from "../types";
import type { UnitReference } from "./types";

/**
 * What a process is called on its machine, where there is at most one of its kind: the same on every machine, so that one
 * command asks them all.
 *
 * @example partOf({ role: "fuse", mount: "data" }) // "fuse-data"
 */
export const partOf = ({ role, mount }: Pick<ProcessPlan, "role" | "mount">): string =>
  mount === undefined ? role : `${role}-${mount}`;

/** @example unitBaseOf(spec, worker) // "alluxio-alnair-worker" */
export const unitBaseOf = ({ name }: Pick<ClusterSpec, "name">, process: Pick<ProcessPlan, "role" | "mount">): string =>
  `alluxio-${name}-${partOf(process)}`;

export const unitOf = (spec: Pick<ClusterSpec, "name">, process: Pick<ProcessPlan, "role" | "mount">): string =>
  `${unitBaseOf(spec, process)}.service`;

/** What one unit is called among those of all machines. @example "blue4:alluxio-alnair-worker.service" */
export const unitId = ({ host, unit }: UnitReference): string => `${host}:${unit}`;
