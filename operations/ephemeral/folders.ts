import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ephemeralLabels, ephemeralOf, type Ephemeral } from "../../components/plan/ephemeral";
import { UserError } from "../../provider/rpc/resource";
import type { StateFolder } from "./observed";

const RECORD = "ephemeral.json";

/** Where the state of the throw-away clusters lies that are made in a clone of the project. */
export const foldersOf = (project: string): string => join(project, ".state", "ephemeral");

/**
 * Makes the folder of a cluster, whole or not at all.
 * @param fill writes what belongs in it
 * @throws UserError where the name is taken
 */
export function makeFolder(
  home: string,
  { ephemeral, dockerHost }: Omit<StateFolder, "path">,
  fill: (folder: string) => void,
): string {
  mkdirSync(home, { recursive: true });
  const making = mkdtempSync(join(home, ".making-"));
  const folder = join(home, ephemeral.name);
  try {
    const record: FolderRecord = {
      labels: ephemeralLabels(ephemeral),
      ...(dockerHost === undefined ? {} : { dockerHost }),
    };
    writeFileSync(join(making, RECORD), `${JSON.stringify(record, undefined, 2)}\n`);
    fill(making);
    renameSync(making, folder);
    return folder;
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw code === "ENOTEMPTY" || code === "EEXIST" ? nameTaken(ephemeral.name) : error;
  }
}

export const nameTaken = (name: string): UserError =>
  new UserError(
    `there is an ephemeral cluster ${name} already: choose another name, or remove it with ` +
      `\`npx alluxioctl ephemeral down ${name}\``,
  );

/** The folders there are, also one that was being made when its process was killed. */
export function readFolders(home: string): StateFolder[] {
  let names: string[];
  try {
    names = readdirSync(home);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const path = join(home, name);
    const record = recordIn(path);
    return record ? [{ path, ...record }] : [];
  });
}

export const removeFolder = (path: string): void => rmSync(path, { recursive: true, force: true, maxRetries: 3 });

interface FolderRecord {
  readonly labels: Readonly<Record<string, string>>;
  readonly dockerHost?: string;
}

function recordIn(folder: string): Omit<StateFolder, "path"> | undefined {
  try {
    const { labels, dockerHost } = JSON.parse(readFileSync(join(folder, RECORD), "utf8")) as FolderRecord;
    const ephemeral: Ephemeral | undefined = ephemeralOf(labels);
    return ephemeral && { ephemeral, ...(dockerHost === undefined ? {} : { dockerHost }) };
  } catch {
    return undefined;
  }
}
