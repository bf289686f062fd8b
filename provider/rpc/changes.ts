import { isDeepStrictEqual } from "node:util";
import type { Value } from "./values";

export type ChangeKind = "add" | "delete" | "update";

/** One property that differs, by its path in Pulumi's notation: `workers["small-1"].capacityBytes`. */
export interface PropertyChange {
  readonly path: string;
  readonly kind: ChangeKind;
  readonly replace?: boolean;
}

/**
 * Every leaf in which two values differ, in a stable order. A value that is unknown yet counts as changed;
 * a list is one value.
 *
 * @example changesBetween({ a: 1 }, { a: 2, b: 3 }) // [{ path: "a", kind: "update" }, { path: "b", kind: "add" }]
 */
export function changesBetween(before: Value | undefined, after: Value | undefined, path = ""): PropertyChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (before === undefined) return [{ path, kind: "add" }];
  if (after === undefined) return [{ path, kind: "delete" }];
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => changesBetween(before[key], after[key], join(path, key)));
  }
  return [{ path, kind: "update" }];
}

const isRecord = (value: Value): value is { [key: string]: Value } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function join(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}["${key.replace(/["\\]/g, "\\$&")}"]`;
  return path === "" ? key : `${path}.${key}`;
}
