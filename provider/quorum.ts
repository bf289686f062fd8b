/** The masters that keep the journal together: address → whether the leader reaches it. */
export type Quorum = Readonly<Record<string, boolean>>;
