import type { ClusterSpec } from "../../spec/spec";
import type { ProcessPlan, Role } from "../types";

/** Masters read them; the others are told by a master, and keep them until they start again. */
const KEEPS: ReadonlySet<Role> = new Set(["master", "worker", "job-worker"]);

/** Whether a process must start again to use other credentials of the under storage. */
export const keepsHostCredentials = ({ role }: Pick<ProcessPlan, "role">, { underStorage }: ClusterSpec): boolean =>
  KEEPS.has(role) && Object.keys(underStorage.credentials).length > 0;
