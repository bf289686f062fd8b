import { Struct } from "google-protobuf/google/protobuf/struct_pb";

export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Values = { [key: string]: Value };

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** What the engine sends for a value that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A secret as the engine sends it. */
export const secret = (value: Value): Value => ({ [SIGNATURE]: SECRET, value });

export const isMap = (value: Value | undefined): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isSecret = (value: Value | undefined): boolean => isMap(value) && value[SIGNATURE] === SECRET;

/** Without the marks of secrets. */
export function plain(value: Value): Value {
  if (Array.isArray(value)) return value.map(plain);
  if (!isMap(value)) return value;
  if (isSecret(value)) return plain(value["value"] ?? null);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

export const toStruct = (values: Values): Struct => Struct.fromJavaScript(values);

export const fromStruct = (struct: Struct | undefined): Values => struct?.toJavaScript() ?? {};
