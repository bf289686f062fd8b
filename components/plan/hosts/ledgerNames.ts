import { createHash } from "node:crypto";

/** Where the ledgers of all clusters lie on a host, a folder each. Root's. */
export const LEDGERS = "/var/lib/alluxio-pulumi";

const DIGITS = 16;

/**
 * What the entry of a path is called in its ledger; `entry` of the shell does the same.
 *
 * @example entryName("unit", "/etc/systemd/system/a.service") // "unit-03fbd2fdc1ec5d06"
 */
export const entryName = (kind: string, path: string): string =>
  `${kind}-${createHash("sha256").update(path).digest("hex").slice(0, DIGITS)}`;

/**
 * File in the entry of a master's unit: the folder of the journal from which that master has served. From then on the journal
 * must be there.
 */
export const SERVED = "served";
