import { basename, dirname, join, relative } from "node:path";
import type { Adoption } from "../operations/adopt/adopt";
import { renderStackFile } from "../operations/adopt/stackFile";
import { tooLarge } from "../scripts/stack-file.cjs";
import { CLUSTER_FILE_KEY, inStackFile } from "../stacks/clusterSource";

/** What is to be written for a cluster that was made by hand. */
export interface AdoptedFiles {
  /** By path, in the order in which they are written. */
  readonly files: Readonly<Record<string, string>>;
  /** Where the cluster stands, for people. */
  readonly where: string;
}

/**
 * The stack file; where its config would be more than Pulumi can hand to a program, the cluster has a file of its own beside it.
 *
 * @param place the stack file, of which stack, and the folder of Pulumi.yaml
 * @param start the host where the cluster was found
 */
export function adoptedFiles(
  adoption: Pick<Adoption, "config" | "origins" | "problems">,
  place: { readonly file: string; readonly stack: string; readonly project: string },
  start: string,
): AdoptedFiles {
  const { file, stack, project } = place;
  const text = renderStackFile(adoption, start);
  if (tooLarge(text) === undefined) return { files: { [file]: text }, where: inStackFile(basename(file)) };
  const own = join(dirname(file), ownNameOf(stack));
  const named = `config:\n  ${CLUSTER_FILE_KEY}: ${JSON.stringify(relative(project, own))}\n`;
  return { files: { [own]: renderStackFile(adoption, start, []), [file]: named }, where: basename(own) };
}

/** Of the file beside a stack's that holds its cluster alone; one that begins as Pulumi's own do would be taken for another stack's. */
const ownNameOf = (stack: string): string => `${stack}.cluster.yaml`;
