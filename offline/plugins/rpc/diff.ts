import { canonical, holdsUnknown, isObject, same, type Json, type JsonObject } from "./values";
import type { Property, ResourceSchema, Shape } from "./schema";

export type ChangeKind = "add" | "delete" | "update";

export interface Change {
  /** `healthcheck.interval`, `ports`: lists are reported as a whole, objects field by field. */
  readonly path: string;
  readonly kind: ChangeKind;
  readonly replace: boolean;
}

export interface DiffRequest {
  /** What the last operation or refresh wrote down. */
  readonly state: JsonObject;
  readonly oldInputs: JsonObject;
  readonly inputs: JsonObject;
  /** Property paths that the program wants left alone. */
  readonly ignore: readonly string[];
  /** Properties that are reported as a whole, since the engine cannot look inside a secret. */
  readonly secrets?: ReadonlySet<string>;
}

/**
 * The differences between what is declared and what the state holds, property by property. Only declared properties
 * count, and those that were declared before. An unknown counts as a difference: nobody can say yet that it is none.
 */
export function diffResource(schema: ResourceSchema, request: DiffRequest): readonly Change[] {
  return Object.entries(schema.properties)
    .flatMap(([name, property]) => diffProperty(name, property, request))
    .filter((change) => !request.ignore.some((path) => covers(path, change.path)))
    .reduce<readonly Change[]>((all, change) => addChange(all, change, request.secrets), []);
}

function addChange(
  all: readonly Change[],
  change: Change,
  secrets: ReadonlySet<string> = new Set(),
): readonly Change[] {
  const top = change.path.split(".", 1)[0] ?? change.path;
  if (!secrets.has(top) || top === change.path) return [...all, change];
  if (all.some(({ path }) => path === top)) return all;
  return [...all, { ...change, path: top, kind: "update" }];
}

function diffProperty(name: string, property: Property, request: DiffRequest): readonly Change[] {
  const wanted = given(request.inputs[name]);
  const found = given(request.state[name]);
  const replace = property.change === "replace";
  if (wanted === undefined) {
    // Never declared: whatever reality holds there is nobody's business.
    if (given(request.oldInputs[name]) === undefined || isEmpty(found)) return [];
    return [{ path: name, kind: "delete", replace }];
  }
  if (isEmpty(found)) {
    return isEmpty(wanted) ? [] : [{ path: name, kind: "add", replace }];
  }
  const fromState = diffValue(property.shape, found, wanted, name, "open");
  const declared = given(request.oldInputs[name]);
  // A field that is no longer declared still matches the state; only the old declaration tells.
  const differences =
    fromState.length > 0 || declared === undefined
      ? fromState
      : diffValue(property.shape, declared, wanted, name, "strict");
  return differences.map(({ path, kind }) => ({ path, kind, replace }));
}

const given = (value: Json | undefined): Json | undefined => (value === null ? undefined : value);

const isEmpty = (value: Json | undefined): value is undefined =>
  value === undefined ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0);

interface Difference {
  readonly path: string;
  readonly kind: ChangeKind;
}

/** `open`: a field that the program leaves open is filled by Docker, as the port that it picks. */
type Mode = "open" | "strict";

function diffValue(
  shape: Shape,
  found: Json | undefined,
  wanted: Json,
  path: string,
  mode: Mode,
): readonly Difference[] {
  if (holdsUnknown(wanted) && (!isObject(wanted) || shape.is !== "object")) return [{ path, kind: "update" }];
  if (shape.is === "object" && isObject(found) && isObject(wanted)) {
    return Object.entries(shape.fields).flatMap(([key, field]): readonly Difference[] => {
      const old = given(found[key]) ?? field.absent;
      const next = given(wanted[key]) ?? field.absent;
      if (isEmpty(next) && isEmpty(old)) return [];
      if (next === undefined) return mode === "open" ? [] : [{ path: `${path}.${key}`, kind: "delete" }];
      if (old === undefined) return [{ path: `${path}.${key}`, kind: "add" }];
      return diffValue(field.shape, old, next, `${path}.${key}`, mode);
    });
  }
  return matches(shape, found, wanted, mode) ? [] : [{ path, kind: "update" }];
}

/** Whether what was found is what is wanted, where the order and absent fields of the shape are taken into account. */
export function matches(shape: Shape, found: Json | undefined, wanted: Json, mode: Mode = "open"): boolean {
  switch (shape.is) {
    case "list": {
      if (!Array.isArray(found) || !Array.isArray(wanted) || found.length !== wanted.length) return false;
      if (shape.order === "kept")
        return wanted.every((item: Json, i) => matches(shape.of, found[i] as Json, item, mode));
      return matchesInAnyOrder(shape.of, found as readonly Json[], wanted as readonly Json[], mode);
    }
    case "object":
      return isObject(found) && isObject(wanted) && diffValue(shape, found, wanted, "", mode).length === 0;
    case "map":
      return isObject(found) && isObject(wanted) && canonical(found) === canonical(wanted);
    case "string":
    case "integer":
    case "boolean":
    case "any":
      return same(found, wanted);
  }
}

function matchesInAnyOrder(shape: Shape, found: readonly Json[], wanted: readonly Json[], mode: Mode): boolean {
  // The most definite items choose first: a port left open must not take the match of a fixed one.
  const rest = [...found];
  const byDetail = [...wanted].sort((a, b) => fieldCount(b) - fieldCount(a));
  return byDetail.every((item) => {
    const index = rest.findIndex((candidate) => matches(shape, candidate, item, mode));
    if (index < 0) return false;
    rest.splice(index, 1);
    return true;
  });
}

const fieldCount = (item: Json): number => (isObject(item) ? Object.keys(item).length : 0);

const covers = (outer: string, inner: string): boolean =>
  outer === "*" || inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
