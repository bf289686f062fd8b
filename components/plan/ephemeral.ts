/** A throw-away cluster: whose it is, and when it ends. Everything that is made for it bears this as labels. */
export interface Ephemeral {
  /** Unique on one Docker daemon. */
  readonly name: string;
  /** When it ends, in seconds since 1970: fixed when it is made. */
  readonly expires: number;
  /**
   * The process that it must not outlive: `<host>/<process namespace>:<process id>:<start time>`. Absent: it lives until
   * it expires.
   */
  readonly maker?: string;
}

export const EPHEMERAL_LABEL = "alluxio.ephemeral";
export const EXPIRES_LABEL = "alluxio.expires";
export const MAKER_LABEL = "alluxio.maker";

export const ephemeralLabels = ({ name, expires, maker }: Ephemeral): Record<string, string> => ({
  [EPHEMERAL_LABEL]: name,
  [EXPIRES_LABEL]: String(expires),
  ...(maker === undefined ? {} : { [MAKER_LABEL]: maker }),
});

/** @returns undefined unless all that a throw-away cluster must say stands in the labels */
export function ephemeralOf(labels: Readonly<Record<string, string>>): Ephemeral | undefined {
  const { [EPHEMERAL_LABEL]: name, [EXPIRES_LABEL]: expires, [MAKER_LABEL]: maker } = labels;
  if (name === undefined || name === "" || expires === undefined || !/^\d{1,12}$/.test(expires)) return undefined;
  return { name, expires: Number(expires), ...(maker === undefined ? {} : { maker }) };
}
