import { maskText } from "../../components/spec/secrets";

export type NoteKind =
  /** Somebody has to decide, or do something, before the cluster is taken over: else something is lost or does not start. */
  | "decision"
  /** A credential, which has to be given anew. */
  | "secret"
  /** It was found, and is not in the spec, because nothing there can say it, or because it was not understood. */
  | "not adopted"
  /** The takeover changes it. */
  | "difference"
  /** It is in `properties`. */
  | "kept"
  /** A property that follows from the spec as it was found, and so stands in it no more. */
  | "equal";

/** One thing that was noticed. */
export interface Note {
  readonly kind: NoteKind;
  /** A property, a host, the journal, … */
  readonly about: string;
  /** As it is, and as it would be. */
  readonly found?: string;
  readonly ours?: string;
  /** A sentence. */
  readonly message: string;
}

const OPEN: ReadonlySet<NoteKind> = new Set(["decision", "secret", "not adopted"]);

/** Whether a note asks something of somebody. */
export const isOpenNote = ({ kind }: Note): boolean => OPEN.has(kind);

const LONGEST = 160;

/** A value as it may be shown. */
export function shown(value: string): string {
  const text = maskText(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

export const listed = (names: readonly string[]): string =>
  names.length <= 1 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
