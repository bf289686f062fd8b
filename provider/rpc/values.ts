import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** A value as the engine sends it, with unknown ones as {@link UNKNOWN}. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Properties = { [key: string]: Value };

/** What the engine sends in a preview for a value that only `up` will know. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const SIGNATURE = "4dabf18193072939515e22adb298388d";
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Takes the wrappers of secrets and outputs off. None of this provider's resources is handed a secret. */
function unwrap(value: Value): Value {
  if (Array.isArray(value)) return value.map(unwrap);
  if (value === null || typeof value !== "object") return value;
  if (value[SIGNATURE] === SECRET) return unwrap(value["value"] ?? null);
  if (value[SIGNATURE] === OUTPUT) return value["value"] === undefined ? UNKNOWN : unwrap(value["value"]);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrap(inner)]));
}

export function fromStruct(struct: Struct | undefined): Properties {
  return struct ? (unwrap(struct.toJavaScript()) as Properties) : {};
}

/** An undefined property is left out, as in JSON. */
export function toStruct(properties: object): Struct {
  return Struct.fromJavaScript(plain(properties));
}

/** A copy as the engine's own kind of value; an undefined property is left out, as in JSON. */
export const plain = (value: object): Properties => JSON.parse(JSON.stringify(value)) as Properties;

export function isUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(isUnknown);
  return typeof value === "object" && value !== null && Object.values(value).some(isUnknown);
}
