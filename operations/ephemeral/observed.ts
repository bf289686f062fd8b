import type { Ephemeral } from "../../components/plan/ephemeral";

type Labels = Readonly<Record<string, string>>;

/** Something of this project's on a Docker daemon: it bears a cluster id. */
export interface ObservedThing {
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
}

export interface ObservedContainer extends ObservedThing {
  readonly running: boolean;
  readonly image: string;
}

/** What was mounted and made on the machine for one cluster. */
export interface Ledger {
  readonly clusterId: string;
  readonly labels: Labels;
  readonly roots: readonly { readonly path: string; readonly mountPoints: readonly string[] }[];
}

/** Folder with the state of a throw-away cluster that was made in this clone of the project. */
export interface StateFolder {
  readonly path: string;
  readonly ephemeral: Ephemeral;
  /** The Docker daemon that its spec names. */
  readonly dockerHost?: string;
}

/** Everything of this project's that could be seen, ordinary clusters included. */
export interface Observed {
  readonly containers: readonly ObservedContainer[];
  readonly networks: readonly ObservedThing[];
  readonly volumes: readonly ObservedThing[];
  readonly ledgers: readonly Ledger[];
  readonly folders: readonly StateFolder[];
}
