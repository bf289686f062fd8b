import type { Segments } from "../../components/spec/path";
import { HIDDEN, isSecretName, maskText } from "../../components/spec/secrets";
import { SECRET, SIGNATURE, UNKNOWN } from "../../provider/rpc/values";

export type Properties = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const recordOf = (value: unknown): Properties => (isRecord(value) ? value : {});

/** One part of a path in Pulumi's notation. */
const PART = /(?:^|\.)([^.[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/gy;

/**
 * A path in Pulumi's notation; a text that is none is one key.
 * @example segmentsOf('workers["small-1"].capacityBytes') // ["workers", "small-1", "capacityBytes"]
 */
export function segmentsOf(path: string): Segments {
  const parts = [...path.matchAll(PART)];
  if (parts.map(([text]) => text).join("") !== path) return [path];
  return parts.map(([, name, index, quoted]) =>
    index === undefined ? (name ?? (quoted ?? "").replace(/\\(.)/g, "$1")) : Number(index),
  );
}

/** Stands in a report for what Pulumi keeps secret. */
export const SECRET_VALUE = "[secret]";

const isSecret = (value: unknown): boolean =>
  (isRecord(value) && value[SIGNATURE] === SECRET) || value === SECRET_VALUE;

/** What only `up` will know. */
export const isKnown = (value: unknown): boolean => value !== UNKNOWN;

/**
 * A value as a report may show it: without what Pulumi keeps secret, what stands under the name of a credential, and what
 * a text carries of one; null where there is none.
 */
export function shown(value: unknown, path: Segments): unknown {
  const hidden = path.some((segment, i) => isCredential(segment) && !NAMED.includes(String(path[i - 1])));
  if (hidden) return value === undefined || value === null ? null : HIDDEN;
  return visible(value);
}

/** Maps whose keys are names that people chose: `workers["tokenizer-1"]` is no credential. */
const NAMED = ["workers", "containers", "processes", "files", "directories", "tags"];

/** Where one side is secret, the other is as well. */
export function shownPair(desired: unknown, observed: unknown, path: Segments): [unknown, unknown] {
  const secret = isSecret(desired) || isSecret(observed);
  const show = (value: unknown): unknown =>
    secret && value !== undefined && value !== null ? SECRET_VALUE : shown(value, path);
  return [show(desired), show(observed)];
}

function visible(value: unknown): unknown {
  if (value === undefined) return null;
  if (isSecret(value)) return SECRET_VALUE;
  if (typeof value === "string") return maskText(value);
  if (Array.isArray(value)) return value.map(visible);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, isCredential(key) ? HIDDEN : visible(inner)]),
  );
}

/** The path of a file that holds credentials is none itself. */
const isCredential = (key: string | number): boolean =>
  typeof key === "string" && !key.startsWith("/") && isSecretName(key);
