import { isObject, UNKNOWN, type Json, type JsonObject } from "./values";
import type { Field, ResourceSchema, Shape } from "./schema";

export interface Failure {
  /** A property that exists at the top level: the engine prints its value. */
  readonly property: string;
  /** A full sentence for the reader. */
  readonly reason: string;
}

/**
 * Every input that the stand-in does not carry out, or whose value it cannot take; an empty list means fit.
 * An input that is silently dropped would be the worst defect a stand-in can have.
 *
 * @param who how the stand-in names itself in messages: `docker stand-in`
 */
export function checkInputs(who: string, schema: ResourceSchema, inputs: JsonObject): readonly Failure[] {
  const kind = schema.token.split(":").pop() ?? schema.token;
  const failures: Failure[] = [];
  for (const [name, value] of Object.entries(inputs)) {
    if (value === undefined || value === null || name.startsWith("__")) continue;
    const property = schema.properties[name];
    const report = (path: string, problem: string): void => {
      failures.push({ property: name, reason: `${who}: ${kind} ${path} ${problem}` });
    };
    if (property === undefined) report(name, refusal(Object.keys(schema.properties)));
    else checkShape(property.shape, value, name, report);
  }
  for (const [name, property] of Object.entries(schema.properties)) {
    if (property.required === true && (inputs[name] === undefined || inputs[name] === null)) {
      failures.push({ property: name, reason: `${who}: ${kind} ${name} is missing; it is required` });
    }
  }
  return failures;
}

const refusal = (known: readonly string[]): string =>
  `is not carried out by this stand-in (it takes ${[...known].sort().join(", ")}). ` +
  `Leave it out, or use the official plugin; see docs/offline.md`;

type Report = (path: string, problem: string) => void;

function checkShape(shape: Shape, value: Json, path: string, report: Report): void {
  if (value === UNKNOWN) return;
  const expected = (what: string): void => report(path, `is ${describe(value)}, but must be ${what}`);
  switch (shape.is) {
    case "any":
      return;
    case "string": {
      if (typeof value !== "string") {
        expected("a text");
        return;
      }
      if (shape.allowed && !shape.allowed.includes(value)) {
        expected(`one of ${shape.allowed.join(", ")}`);
        return;
      }
      const problem = shape.valid?.(value);
      if (problem !== undefined) report(path, problem);
      return;
    }
    case "boolean":
      if (typeof value !== "boolean") expected("true or false");
      return;
    case "integer": {
      const { min = -Infinity, max = Infinity } = shape;
      if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
        expected(`a whole number${range(shape.min, shape.max)}`);
      }
      return;
    }
    case "map":
      if (!isObject(value)) {
        expected("a map");
        return;
      }
      for (const [key, item] of entries(value)) checkShape(shape.of, item, `${path}["${key}"]`, report);
      return;
    case "list":
      if (!Array.isArray(value)) {
        expected("a list");
        return;
      }
      value.forEach((item: Json, i) => checkShape(shape.of, item, `${path}[${i}]`, report));
      return;
    case "object":
      if (!isObject(value)) {
        expected("an object");
        return;
      }
      {
        checkFields(shape.fields, value, path, report);
        return;
      }
  }
}

function checkFields(fields: Readonly<Record<string, Field>>, value: JsonObject, path: string, report: Report): void {
  for (const [key, item] of entries(value)) {
    const field = fields[key];
    if (key.startsWith("__") || item === null) continue;
    if (field === undefined) report(`${path}.${key}`, refusal(Object.keys(fields)));
    else checkShape(field.shape, item, `${path}.${key}`, report);
  }
  for (const [key, field] of Object.entries(fields)) {
    if (field.required === true && (value[key] === undefined || value[key] === null)) {
      report(`${path}.${key}`, "is missing; it is required");
    }
  }
}

const entries = (value: JsonObject): [string, Json][] =>
  Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, item]]));

const range = (min?: number, max?: number): string => {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? "" : ` of at most ${max}`;
};

function describe(value: Json): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : JSON.stringify(value);
}
