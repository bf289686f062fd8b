import { matches } from "./diff";
import type { ResourceSchema } from "./schema";
import type { Json, JsonObject } from "./values";

/** What a refresh writes down. */
export interface Refreshed {
  readonly state: JsonObject;
  readonly inputs: JsonObject;
}

/**
 * The state and inputs after a look at reality. Compared properties hold what was seen, kept ones what was declared.
 * Inputs keep the program's own wording where it means the same as what was seen (order of lists, absent fields).
 *
 * @param observed compared properties and outputs, as seen; one that is missing here is gone from the state
 */
export function refreshed(
  schema: ResourceSchema,
  prior: { readonly state: JsonObject; readonly inputs: JsonObject },
  observed: JsonObject,
): Refreshed {
  const state: Record<string, Json | undefined> = { ...observed };
  const inputs: Record<string, Json | undefined> = {};
  for (const [name, property] of Object.entries(schema.properties)) {
    const declared = prior.inputs[name];
    if (property.read === "kept") {
      state[name] = prior.state[name] ?? declared;
      inputs[name] = declared;
      continue;
    }
    const seen = observed[name];
    if (declared === undefined || declared === null) continue;
    if (seen === undefined) inputs[name] = undefined;
    else inputs[name] = matches(property.shape, seen, declared) ? declared : seen;
  }
  return { state: compact(state), inputs: compact(inputs) };
}

const compact = (values: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
