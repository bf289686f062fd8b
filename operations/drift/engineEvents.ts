import { isRecord, recordOf, type Properties } from "./values";

/** A resource as the engine has it at one point of a run. */
export interface StepState {
  /** False for a component, which is nothing real. */
  readonly custom: boolean;
  /** Left of a replacement that was cut off: the next `up` deletes it. */
  readonly condemned: boolean;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** Why it could not be looked at, or is not healthy. */
  readonly initErrors: readonly string[];
}

/** What the engine did, or would do, with one resource. */
export interface Step {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly old: StepState | undefined;
  readonly new: StepState | undefined;
  /** Properties that differ, in Pulumi's notation. */
  readonly paths: readonly string[];
  /** Those of them in which inputs differ from inputs, not from what was seen. */
  readonly inputPaths: readonly string[];
}

export interface EngineError {
  /** Empty where it is of no resource. */
  readonly urn: string;
  readonly message: string;
}

/** What is read of the events of one `pulumi preview --refresh`, or comes from a look without an engine. */
export interface EngineRun {
  /** Resources that it began to look at. */
  readonly begun: readonly string[];
  /** The looks that ended, with what the state had (`old`) and what was seen (`new`; none where it is gone). */
  readonly looked: readonly Step[];
  /** What `up` would do, one step a resource. */
  readonly planned: readonly Step[];
  readonly errors: readonly EngineError[];
  /** It came to its end, the plan, without an error. */
  readonly succeeded: boolean;
  /** Nothing was to be planned: a look alone. @default false */
  readonly unplanned?: true;
}

/** The parts of which a replacement consists; it has a step of its own as well. */
const PARTS: readonly string[] = ["create-replacement", "delete-replaced", "remove-pending-replace"];

/** Gathers a run from its events, one a line, as they come. Lines that are no events are passed over. */
export class EngineEvents {
  private readonly begun = new Set<string>();
  private readonly looked: Step[] = [];
  private readonly planned = new Map<string, Step>();
  private readonly errors: EngineError[] = [];

  line(text: string): void {
    if (!text.startsWith("{")) return;
    let event: unknown;
    try {
      event = JSON.parse(text);
    } catch {
      return; // cut short where the engine was killed
    }
    this.event(event);
  }

  event(event: unknown): void {
    if (!isRecord(event)) return;
    const before = stepIn(event["resourcePreEvent"]);
    if (before) this.begin(before);
    const after = stepIn(event["resOutputsEvent"]);
    if (after?.op === "refresh") this.looked.push(after);
    const said = event["diagnosticEvent"];
    if (isRecord(said) && said["severity"] === "error" && said["ephemeral"] !== true)
      this.errors.push({ urn: textOf(said["urn"]), message: `${textOf(said["prefix"])}${textOf(said["message"])}` });
  }

  /** @param succeeded whether the engine said so at its end */
  run(succeeded: boolean): EngineRun {
    const { looked, errors } = this;
    return { begun: [...this.begun], looked, planned: [...this.planned.values()], errors, succeeded };
  }

  private begin(step: Step): void {
    if (step.op === "refresh") this.begun.add(step.urn);
    else if (!PARTS.includes(step.op) || !this.planned.has(step.urn)) {
      const known = this.planned.get(step.urn);
      // A thing that a cut-off replacement has left is deleted under the name of the one that took its place.
      if (known === undefined || known.old?.condemned || PARTS.includes(known.op)) this.planned.set(step.urn, step);
    }
  }
}

function stepIn(event: unknown): Step | undefined {
  const metadata = isRecord(event) ? event["metadata"] : undefined;
  if (!isRecord(metadata)) return undefined;
  const [op, urn] = [textOf(metadata["op"]), textOf(metadata["urn"])];
  if (op === "" || urn === "") return undefined;
  const detailed = recordOf(metadata["detailedDiff"]);
  const paths = Object.keys(detailed);
  return {
    op,
    urn,
    type: textOf(metadata["type"]),
    old: stateIn(metadata["old"]),
    new: stateIn(metadata["new"]),
    paths: paths.length > 0 ? paths : textsOf(metadata["diffs"]),
    inputPaths: paths.filter((path) => recordOf(detailed[path])["inputDiff"] === true),
  };
}

const stateIn = (state: unknown): StepState | undefined =>
  isRecord(state)
    ? {
        custom: state["custom"] === true,
        condemned: state["delete"] === true,
        inputs: recordOf(state["inputs"]),
        outputs: recordOf(state["outputs"]),
        initErrors: textsOf(state["initErrors"]),
      }
    : undefined;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
