import { orInstead, Unhealthy, UserError, type Progress, type ResourceKind } from "../../provider/rpc/resource";
import { SECRET, SIGNATURE, type Properties as Inputs } from "../../provider/rpc/values";
import type { Resource } from "../recovery/exported";
import { isCommand } from "./differences";
import type { EngineError, EngineRun, Step, StepState } from "./engineEvents";
import { isRecord, type Properties } from "./values";

/**
 * Looks at every resource of a state at once, by the very reads and comparisons of the provider, and without an engine: what
 * is asked of one host goes there together, where an engine goes from layer to layer. It plans nothing, so of the spec as it
 * stands by now, and of what `up` would refuse, the run knows nothing.
 *
 * @param kinds of the provider that the state was written by, configured as the state has it
 * @param resources of a state whose secrets are told (`--show-secrets`), where it has any
 * @throws UserError where something can be looked at by Pulumi's own plugins alone
 */
export async function lookDirectly(kinds: readonly ResourceKind[], resources: readonly Resource[]): Promise<EngineRun> {
  const byToken = new Map(kinds.map((kind) => [kind.token, kind]));
  const real = resources.filter(({ custom, type }) => custom === true && !type.startsWith("pulumi:"));
  const others = [...new Set(real.map(({ type }) => type).filter((type) => !isCommand(type) && !byToken.has(type)))];
  if (others.length > 0)
    throw new UserError(
      `only Pulumi can look at ${others.sort().join(", ")}: leave out --no-plan, which is for clusters on hosts`,
    );
  const errors: EngineError[] = [];
  const looks = real.map((resource) =>
    orInstead(
      () => lookAt(byToken.get(resource.type), resource),
      ({ message }) => {
        errors.push({ urn: resource.urn, message });
        return undefined;
      },
    ),
  );
  const looked = (await Promise.all(looks)).filter((step) => step !== undefined);
  return { begun: real.map(({ urn }) => urn), looked, planned: [], errors, succeeded: false, unplanned: true };
}

const SILENT: Progress = { status: () => undefined, info: () => undefined, warn: () => undefined };

async function lookAt(kind: ResourceKind | undefined, resource: Resource): Promise<Step> {
  const { urn, type } = resource;
  const old = stateOf(resource);
  const step = { op: "refresh", urn, type, old, inputPaths: [] };
  if (kind === undefined || old.condemned) return { ...step, new: old, paths: [] };
  const [inputs, state] = [told(old.inputs), told(old.outputs)];
  try {
    const seen = await kind.read({ id: resource.id ?? "", state, inputs, progress: SILENT });
    if (seen === undefined) return { ...step, new: undefined, paths: [] };
    const changes = kind.diff({ state: seen, oldInputs: inputs, news: inputs });
    return { ...step, new: { ...old, outputs: seen as Properties }, paths: changes.map(({ path }) => path) };
  } catch (error) {
    if (!(error instanceof Unhealthy)) throw error;
    return { ...step, new: { ...old, initErrors: [error.message] }, paths: [] };
  }
}

const stateOf = ({ inputs = {}, outputs = {}, delete: condemned = false }: Resource): StepState => ({
  ...{ custom: true, condemned, inputs, outputs, initErrors: [] },
});

/** Without the wrappers of secrets, which a report does not take off. */
const told = (properties: Properties): Inputs => unwrapped(properties) as Inputs;

function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (!isRecord(value)) return value;
  const { [SIGNATURE]: signature, plaintext } = value;
  if (signature === SECRET && typeof plaintext === "string") return unwrapped(JSON.parse(plaintext));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}
