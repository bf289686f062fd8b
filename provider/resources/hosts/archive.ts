import { UserError, type InputFailure } from "../../rpc/resource";
import type { PropertyChange } from "../../rpc/changes";
import { isUnknown } from "../../rpc/values";
import { changedIn, type OnHost } from "./onHost";

/** Where a tarball comes from: a file of this machine, or an address that the host itself can reach. */
export type ArchiveSource = { readonly file: string } | { readonly url: string };

/** What is unpacked on a host from a tarball, without the one folder in it. */
export interface FromArchive extends OnHost {
  readonly source: ArchiveSource;
  /** Of the tarball, hexadecimal; `missing` where what was in it is not there. */
  readonly sha256: string;
  /** Files that are not as they were unpacked. Declared as none. */
  readonly changed: readonly string[];
}

export type ArchiveSight = Pick<FromArchive, "sha256" | "changed">;

export const NOT_UNPACKED = "missing";

export const sha256Mistakes = ({ sha256 }: FromArchive): InputFailure[] =>
  isUnknown(sha256) || /^[0-9a-f]{64}$/.test(sha256)
    ? []
    : [{ property: "sha256", reason: "A SHA-256 is 64 hexadecimal digits, in lower case: `sha256sum` prints it." }];

export const archiveDifferences = (state: FromArchive, news: FromArchive): PropertyChange[] =>
  // A list is one value.
  changedIn({ ...state, changed: [...state.changed] }, { ...news, changed: [...news.changed] }, "sha256", "changed");

/** @throws UserError where something goes on changing what was just put right */
export function mustBeAsPacked(folder: string, { host }: OnHost, differences: readonly PropertyChange[]): void {
  const wrong = differences.map(({ path }) => path);
  if (wrong.length > 0)
    throw new UserError(
      `${folder} on host ${host} is still not as it was packed (${wrong.join(", ")}): what else writes there?`,
    );
}
