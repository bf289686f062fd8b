import type { ClusterConfig } from "./config";
import { nearest } from "./nearest";
import { formatPath, isWithin, type Segments } from "./path";
import { CLUSTER_SCHEMA, objectSchemas, type ObjectSchema, type ScalarSchema, type Schema } from "./schema";
import { isSecretName } from "./secrets";

/** A config of which only what has the right shape is left: anything may be missing, list positions stay. */
export type Draft<T> = T extends string | number | boolean
  ? T
  : T extends readonly (infer E)[]
    ? readonly (Draft<E> | undefined)[]
    : { readonly [K in keyof T]?: Draft<Exclude<T[K], undefined>> | undefined };

export type ShapeRule = "shape.type" | "shape.quote" | "shape.empty" | "shape.required" | "shape.value" | "shape.key";

export interface ShapeFinding {
  readonly rule: ShapeRule;
  readonly path: Segments;
  readonly message: string;
  readonly suggestion?: string;
  /** The field that was meant, where a key is mistyped: nothing can be said about its value either. */
  readonly meant?: Segments;
}

export interface Shape {
  readonly config: Draft<ClusterConfig>;
  readonly findings: readonly ShapeFinding[];
}

/** Names that people use for a field of ours and that are not near it in letters. */
const SYNONYMS: Readonly<Record<string, string>> = {
  ufs: "underStorage",
  storage: "underStorage",
  fuse: "mounts",
  fuseMounts: "mounts",
  datasets: "dataSets",
  memory: "ramdisk",
  size: "ramdisk",
  replicas: "count",
  nodes: "hosts",
  type: "target",
  identityFile: "key",
  proxyJump: "bastion",
  jumpHost: "bastion",
  hostName: "address",
};

/**
 * Compares JSON data with the schema.
 * @returns every mistake, and what is left without them, for the rules to go on with.
 */
export function checkShape(data: unknown): Shape {
  const findings: ShapeFinding[] = [];
  const config = checkValue(data, CLUSTER_SCHEMA, [], findings) ?? {};
  // The one place where the schema, which a unit test compares with the types, vouches for them.
  return { config: config, findings };
}

/** Whether nothing is wrong with the shape at, above or below a path, so that a rule may judge what is there or absent. */
export function isSound(findings: readonly ShapeFinding[], path: Segments): boolean {
  return !findings.some((finding) => {
    const concerned = finding.meant ?? finding.path;
    return isWithin(concerned, path) || isWithin(path, concerned);
  });
}

function checkValue(value: unknown, schema: Schema, path: Segments, findings: ShapeFinding[]): unknown {
  if (value === null) {
    findings.push({ rule: "shape.empty", path, message: emptyMessage(path) });
    return undefined;
  }
  switch (schema.kind) {
    case "list":
      if (!Array.isArray(value)) return wrong(path, "a list", value, findings);
      return value.map((item: unknown, index) => checkValue(item, schema.of, [...path, index], findings));
    case "map":
      if (!isObject(value)) return wrong(path, "a map of names and values", value, findings);
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, checkValue(item, schema.of, [...path, key], findings)]),
      );
    case "object":
      if (!isObject(value)) return wrong(path, `${schema.title}: fields and values`, value, findings);
      return checkObject(value, schema, path, findings);
    case "enum":
      return checkEnum(value, schema.values, path, findings);
    default:
      return checkScalar(value, schema, path, findings);
  }
}

function checkObject(
  value: Readonly<Record<string, unknown>>,
  schema: ObjectSchema,
  path: Segments,
  findings: ShapeFinding[],
): unknown {
  const names = Object.keys(schema.fields);
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(schema.fields, key)) findings.push(unknownKey(key, schema, path));
  }
  const left: [string, unknown][] = [];
  for (const name of names) {
    const field = schema.fields[name];
    if (field === undefined) continue;
    if (Object.hasOwn(value, name)) {
      left.push([name, checkValue(value[name], field.schema, [...path, name], findings)]);
    } else if (field.required && !findings.some((finding) => sameMeaning(finding.meant, [...path, name]))) {
      const message = `is missing: ${schema.title} needs ${JSON.stringify(name)}.`;
      findings.push({ rule: "shape.required", path: [...path, name], message });
    }
  }
  return Object.fromEntries(left.filter(([, item]) => item !== undefined));
}

function sameMeaning(meant: Segments | undefined, path: Segments): boolean {
  return meant !== undefined && meant.length === path.length && isWithin(meant, path);
}

function unknownKey(key: string, schema: ObjectSchema, path: Segments): ShapeFinding {
  const names = Object.keys(schema.fields);
  const synonym = Object.hasOwn(SYNONYMS, key) ? SYNONYMS[key] : undefined;
  const suggestion = nearest(key, names) ?? (synonym !== undefined && names.includes(synonym) ? synonym : undefined);
  const elsewhere = [...objectSchemas(CLUSTER_SCHEMA)]
    .filter((other) => other.schema !== schema && Object.hasOwn(other.schema.fields, key))
    .map((other) => (other.pattern === "" ? `${key}, at the top` : `${other.pattern}.${key}`));
  let message = `is not a field of ${schema.title}.`;
  if (suggestion === undefined) {
    if (isSecretName(key)) {
      const named = Object.hasOwn(schema.fields, "credentials") ? formatPath([...path, "credentials"]) : undefined;
      message += ` Credentials never stand in the spec: see ${named ?? "underStorage.credentials"}.`;
    } else if (elsewhere.length > 0) message += ` It exists as ${elsewhere.join(", ")}.`;
    else message += ` Its fields: ${names.join(", ")}.`;
  }
  return {
    rule: "shape.key",
    path: [...path, key],
    message,
    ...(suggestion === undefined ? {} : { suggestion, meant: [...path, suggestion] }),
  };
}

function checkEnum(value: unknown, values: readonly string[], path: Segments, findings: ShapeFinding[]): unknown {
  if (typeof value === "string" && values.includes(value)) return value;
  const suggestion = typeof value === "string" ? nearest(value, values) : undefined;
  findings.push({
    rule: "shape.value",
    path,
    message: `must be ${values.slice(0, -1).map(quote).join(", ")} or ${values.slice(-1).map(quote).join("")}.`,
    ...(suggestion === undefined ? {} : { suggestion }),
  });
  return undefined;
}

function checkScalar(value: unknown, schema: ScalarSchema, path: Segments, findings: ShapeFinding[]): unknown {
  switch (schema.kind) {
    case "integer":
      if (typeof value === "number" && Number.isSafeInteger(value)) return value;
      if (typeof value === "string" && /^\s*-?\d+\s*$/.test(value)) {
        return wrong(path, "a whole number: remove the quotes", value, findings);
      }
      return wrong(path, "a whole number", value, findings);
    case "boolean":
      if (typeof value === "boolean") return value;
      return wrong(path, "true or false, without quotes", value, findings);
    case "size":
      // A number is a size without unit, which the rules on sizes explain better.
      if (typeof value === "number") return String(value);
      if (typeof value === "string") return value;
      return wrong(path, 'a size, such as "512MB" or "62.51GB"', value, findings);
    case "string":
    case "text":
      return checkString(value, schema.kind === "text", path, findings);
  }
}

function checkString(value: unknown, mayBeEmpty: boolean, path: Segments, findings: ShapeFinding[]): unknown {
  if (typeof value === "string") {
    if (mayBeEmpty || value.trim() !== "") return value;
    findings.push({ rule: "shape.empty", path, message: emptyMessage(path) });
    return undefined;
  }
  if (typeof value === "number" || typeof value === "boolean") {
    const kind = typeof value === "number" ? "a number" : "true or false";
    const message = `YAML reads this as ${kind}, but a text is needed: write it in quotes.`;
    findings.push({ rule: "shape.quote", path, message });
    return undefined;
  }
  return wrong(path, "a text", value, findings);
}

function wrong(path: Segments, needed: string, value: unknown, findings: ShapeFinding[]): unknown {
  findings.push({ rule: "shape.type", path, message: `must be ${needed}; this is ${kindOf(value)}.` });
  return undefined;
}

function emptyMessage(path: Segments): string {
  if (path.length === 0) {
    return "is empty. The smallest spec: { workers: [{ name: small, ramdisk: 1GB }], underStorage: { volume: {} } }";
  }
  return "is empty: give it a value, or remove the line.";
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value === undefined) return "nothing";
  const names: Readonly<Record<string, string>> = {
    string: "a text",
    number: Number.isInteger(value) ? "a number" : "a number with a fraction",
    boolean: "true or false",
  };
  return names[typeof value] ?? "a map";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const quote = (text: string): string => JSON.stringify(text);
