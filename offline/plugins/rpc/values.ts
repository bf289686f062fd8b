import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** JSON as the Pulumi wire carries it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** What the engine puts in place of a value that only the real `up` will know. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** The value without the marks for secrets and outputs; an unresolved output becomes {@link UNKNOWN}. */
export function unwrap(value: Json): Json {
  if (isList(value)) return value.map(unwrap);
  if (!isObject(value)) return value;
  if (value[SIGNATURE] === SECRET) return unwrap(value["value"] ?? null);
  if (value[SIGNATURE] === OUTPUT) return value["value"] === undefined ? UNKNOWN : unwrap(value["value"]);
  return unwrapAll(value);
}

/** {@link unwrap} for each property of a resource. */
export function unwrapAll(values: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, unwrap(value)]])),
  );
}

/** The value marked as secret, so that it is encrypted in the state and hidden in the log. */
export const secret = (value: Json): JsonObject => ({ [SIGNATURE]: SECRET, value });

/** Whether a secret stands anywhere in the value as it came over the wire. */
export function holdsSecret(value: Json | undefined): boolean {
  if (isList(value)) return value.some(holdsSecret);
  if (!isObject(value)) return false;
  if (value[SIGNATURE] === SECRET || (value[SIGNATURE] === OUTPUT && value["secret"] === true)) return true;
  return Object.values(value).some(holdsSecret);
}

/** Whether an unknown stands anywhere in the (unwrapped) value. */
export function holdsUnknown(value: Json | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (isList(value)) return value.some(holdsUnknown);
  return isObject(value) && Object.values(value).some(holdsUnknown);
}

/** Names of the properties that came as, or with, secrets. */
export const secretKeys = (values: JsonObject): ReadonlySet<string> =>
  new Set(Object.keys(values).filter((key) => holdsSecret(values[key])));

/** Marks the named properties as secret. */
export function wrapSecrets(values: JsonObject, keys: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      value !== undefined && keys.has(key) && !holdsSecret(value) ? secret(value) : value,
    ]),
  );
}

export const textOf = (value: Json | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

export const numberOf = (value: Json | undefined): number | undefined =>
  typeof value === "number" ? value : undefined;

/** The texts of a list, or undefined when there is no list. */
export const textsOf = (value: Json | undefined): string[] | undefined =>
  isList(value) ? value.filter((item) => typeof item === "string") : undefined;

/** The objects of a list; none when there is no list. */
export const objectsOf = (value: Json | undefined): readonly JsonObject[] =>
  isList(value) ? value.filter(isObject) : [];

/** The texts of a map; none when there is no map. */
export const textMapOf = (value: Json | undefined): Record<string, string> =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([key, item]) => (typeof item === "string" ? [[key, item]] : [])),
      )
    : {};

/** Deep equality of JSON; the order of keys does not count, that of list items does. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (isObject(a) && isObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => same(a[key], b[key]));
  }
  return a === b;
}

/** A text that is equal for equal JSON: a sort key for unordered lists. */
export function canonical(value: Json | undefined): string {
  if (isList(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
    .join(",")}}`;
}

type Mutable = null | boolean | number | string | Mutable[] | { [key: string]: Mutable };

function toMutable(value: Json): Mutable {
  if (isList(value)) return value.map(toMutable);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, toMutable(item)]])),
  );
}

/** Properties as the wire wants them; undefined ones are left out. */
export const toStruct = (values: JsonObject): Struct =>
  Struct.fromJavaScript(toMutable(values) as Parameters<typeof Struct.fromJavaScript>[0]);

export const fromStruct = (struct: Struct | undefined): JsonObject =>
  struct === undefined ? {} : struct.toJavaScript();
