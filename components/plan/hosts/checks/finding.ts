/** One thing on one host that the cluster cannot live with, or that is odd. */
export interface Finding {
  /** As the spec calls it. */
  readonly host: string;
  /** What it is about. @example "port 19998" */
  readonly what: string;
  /** What is there, against what is needed. */
  readonly found: string;
  /** What to do about it. */
  readonly remedy: string;
  /**
   * `refused`: the cluster would not work. `takeover`: a cluster made by hand still has it, and only people know when to end
   * that; a preview goes on meanwhile, and an `up` does not. `warning`: it is told, and no more.
   */
  readonly level: "refused" | "takeover" | "warning";
}

/** A finding, but for its host. */
export type Trouble = Omit<Finding, "host">;

export const refused = (what: string, found: string, remedy: string): Trouble => ({
  ...{ what, found, remedy },
  level: "refused",
});

export const heldByHand = (what: string, found: string, remedy: string): Trouble => ({
  ...{ what, found, remedy },
  level: "takeover",
});

export const warned = (what: string, found: string, remedy: string): Trouble => ({
  ...{ what, found, remedy },
  level: "warning",
});

/** Whether it keeps an `up` from touching anything. */
export const isInTheWay = ({ level }: Pick<Finding, "level">): boolean => level !== "warning";
