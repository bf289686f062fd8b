import type { ClusterConfig } from "../../components/spec/config";
import type { Segments } from "../../components/spec/path";
import type { Note } from "./note";

/** Some of the spec, where its values come from, and what was noticed on the way. */
export interface Part {
  readonly config: Partial<ClusterConfig>;
  readonly origins: readonly Origin[];
  readonly notes: readonly Note[];
}

export interface Origin {
  readonly path: Segments;
  /** For people, as a comment. */
  readonly text: string;
}

export const NOTHING: Part = { config: {}, origins: [], notes: [] };
