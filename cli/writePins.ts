import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { formatPath } from "../components/spec/path";
import { formatProblems } from "../components/spec/format-problems";
import { pinHostKeys, type Pin } from "../operations/trust/pinHostKeys";
import { UserError } from "../provider/rpc/resource";
import type { ClusterSource } from "../stacks/clusterSource";
import { readYaml } from "../stacks/yaml";
import { parseSource } from "./stackFile";

/** Where the cluster stands. */
type Place = Pick<ClusterSource, "file" | "path">;

/**
 * Writes host keys into the file of a cluster, as it stands now, in one step: whoever reads it finds the old one or the new one.
 *
 * @throws UserError where it cannot be done without changing something else, or the file cannot be written; it is then as it was
 */
export function writePins({ file, path }: Place, stack: string, pins: readonly Pin[]): void {
  const name = basename(file);
  const byHand = (why: string): UserError =>
    new UserError(
      `${name} ${why}, and nothing was written to it. Write there by hand:\n` +
        pins.map((pin) => `  ${formatPath(pin.path)}: ${JSON.stringify(pin.keys.join("\n"))}`).join("\n"),
    );
  const edited = pinHostKeys(readFileSync(file, "utf8"), path, pins);
  if (edited === undefined) throw byHand("has the cluster in a form that is not edited here, such as an alias or JSON");
  // A link stays one.
  const target = realpathSync(file);
  const beside = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeLike(statSync(target), beside, edited);
    const { problems } = parseSource({ cluster: within(readYaml(beside).value, path) }, stack);
    if (problems) throw byHand(`would have mistakes with these keys (${formatProblems(problems)})`);
    renameSync(beside, target);
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    throw byHand(`cannot be written (${error.message})`);
  } finally {
    rmSync(beside, { force: true });
  }
}

const within = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>> | undefined)?.[key], value);

/** With the mode and, where root does it for somebody, the owner of the other. */
function writeLike({ mode, uid, gid }: Stats, file: string, text: string): void {
  const open = openSync(file, "wx", 0o600);
  try {
    writeFileSync(open, text);
    fchmodSync(open, mode & 0o777);
    if (process.getuid?.() === 0) fchownSync(open, uid, gid);
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
}
